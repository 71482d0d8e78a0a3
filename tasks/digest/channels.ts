import type { Log } from '../io/log.ts';
import { publishToTopic } from '../io/publish-to-topic.ts';
import { WebClient } from '../io/web-client.ts';
import type { LinkSettings } from '../links.ts';
import { version } from '../version.ts';
import type { Digest } from './digest.ts';
import { digestLinks } from './digest-links.ts';
import { digestText } from './digest-text.ts';
import { slackMessage } from './slack-message.ts';
import { teamsMessage } from './teams-message.ts';
import { type WebhookSettings, webhookAddress } from './webhook-address.ts';

/** Where digests go. */
export interface ChannelSettings extends WebhookSettings, LinkSettings {
  NOTICE_TOPIC_ARN?: string | undefined;
  DIGEST_WEBHOOK?: 'slack' | 'teams' | undefined;
}

export interface Channel {
  /** As in table `deliveries`. */
  name: 'topic' | 'webhook';
  /** @throws UnreachableError when it may go well another time, SettingsError when it will not */
  send(digest: Digest): Promise<void>;
}

const formats = { slack: slackMessage, teams: teamsMessage };
const namesOfFormats = { slack: 'Slack', teams: 'Teams' };

/** The channels that the settings name. None is asked for anything before there is a digest to send. */
export function channelsOf(settings: ChannelSettings, { log, signal }: { log: Log; signal: AbortSignal }): Channel[] {
  const { NOTICE_TOPIC_ARN: topic, DIGEST_WEBHOOK: format } = settings;
  const links = digestLinks(settings);
  return [
    ...(topic
      ? [{ name: 'topic' as const, send: (digest: Digest) => publishToTopic(topic, digestText(digest, links)) }]
      : []),
    ...(format
      ? [
          {
            name: 'webhook' as const,
            send: async (digest: Digest) => {
              const address = await webhookAddress(settings);
              const client = new WebClient({
                userAgent: `delaywatch/${version}`,
                onRetry: (what) => log.warn(what),
                signal,
                nameOf: () => `the webhook of ${namesOfFormats[format]}`,
              });
              const message = JSON.stringify(formats[format](digest, links));
              await client.persistently(address, () => client.post(address, message));
            },
          },
        ]
      : []),
  ];
}
