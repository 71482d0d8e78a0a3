import type { Command } from '../command.ts';
import { type Channel, channelsOf } from '../digest/channels.ts';
import { decideDigest } from '../digest/decide-digest.ts';
import { deliverDigests } from '../digest/deliver-digests.ts';
import type { ToldEvent } from '../digest/noted-event.ts';
import { writeFeed } from '../digest/write-feed.ts';
import { ExpectedError, UnreachableError } from '../errors.ts';
import { openOutput } from '../io/output.ts';
import { inTransaction, withDatabase } from '../io/postgres.ts';
import { readKnownEvents } from '../known-events/known-events.ts';

type Needs =
  | 'OUTPUT_URI'
  | 'DATABASE_URL'
  | 'DATABASE_AUTH'
  | 'PUBLIC_BASE_URL'
  | 'AWS_ENDPOINT_URL_S3'
  | 'NOTICE_TOPIC_ARN'
  | 'DIGEST_WEBHOOK'
  | 'DIGEST_WEBHOOK_SECRET'
  | 'DIGEST_WEBHOOK_URL'
  | 'DIGEST_AIRPORTS'
  | 'DIGEST_LEAST_MINUTES';

/** Decides what is new in a published year since the last time, notes it, writes the feed, and sends what is not sent yet. */
export const tell: Command<Needs> = {
  settings: [
    'OUTPUT_URI',
    'DATABASE_URL',
    'DATABASE_AUTH',
    'PUBLIC_BASE_URL',
    'AWS_ENDPOINT_URL_S3',
    'NOTICE_TOPIC_ARN',
    'DIGEST_WEBHOOK',
    'DIGEST_WEBHOOK_SECRET',
    'DIGEST_WEBHOOK_URL',
    'DIGEST_AIRPORTS',
    'DIGEST_LEAST_MINUTES',
  ],
  async run({ settings, year, log, signal }) {
    const output = await openOutput(settings);
    const known = await readKnownEvents();
    const channels = channelsOf(settings, { log, signal });
    const { DIGEST_AIRPORTS: only, DIGEST_LEAST_MINUTES: least } = settings;
    const isWanted = ({ airports, minutesLost }: ToldEvent) =>
      (least === undefined || minutesLost >= least) && (!only || airports.some((airport) => only.includes(airport)));
    const rules = { year, known, isWanted, channels: channels.map(({ name }) => name) };

    const digest = await withDatabase(settings, { signal, log }, (client) =>
      inTransaction(client, () => decideDigest(client, rules)),
    );
    await withDatabase(settings, { signal, log }, (client) => writeFeed(client, output, settings));
    log.info(digest ? 'told what is new' : 'nothing is new', { ...digest?.counts });
    // A fault of one channel does not stop the others.
    const faults: unknown[] = [];
    const deliver = async (channel: Channel) => {
      const digests = await withDatabase(settings, { signal, log }, (client) => deliverDigests(client, channel));
      if (digests > 0) log.info(`delivered to the ${channel.name}`, { digests });
    };
    for (const channel of channels) {
      await deliver(channel).catch((error) => {
        signal.throwIfAborted();
        if (!(error instanceof ExpectedError)) throw error;
        faults.push(error);
      });
    }
    if (faults.length === 0) return;
    // Where one of the faults may pass, the scheduler has to try again.
    const last = faults.find((fault) => fault instanceof UnreachableError) ?? faults[0];
    for (const fault of faults) if (fault !== last) log.error((fault as Error).message);
    throw last;
  },
};
