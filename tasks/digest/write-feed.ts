import type { Client } from 'pg';
import { inTransaction } from '../io/postgres.ts';
import type { Storage } from '../io/storage.ts';
import { type LinkSettings, linkTo } from '../links.ts';
import { feedKey } from '../outputs.ts';
import { atomFeed } from './atom-feed.ts';
import type { StoredDigest } from './digest.ts';
import { digestLinks } from './digest-links.ts';

/** Of two that write the feed the later one has all digests of the earlier one. */
const feedLock = 19_871_006;
const mostEntries = 50;

/** Write the feed anew, with the last digests of all years. */
export async function writeFeed(client: Client, output: Storage, settings: LinkSettings): Promise<void> {
  await inTransaction(client, async () => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [feedLock]);
    const { rows: feeds } = await client.query('SELECT id, (SELECT max(finished_at) FROM runs) AS since FROM feed');
    const { rows } = await client.query(
      'SELECT id, decided_at, contents FROM digests ORDER BY digest_id DESC LIMIT $1',
      [mostEntries],
    );
    const feed = await atomFeed(
      {
        ...(feeds[0] as { id: string; since: Date }),
        address: linkTo(feedKey, settings),
        page: linkTo('reports/index.html', settings),
        digests: rows.map(({ id, decided_at, contents }): StoredDigest => ({ ...contents, id, decidedAt: decided_at })),
      },
      digestLinks(settings),
    );
    await output.write(feedKey, feed, 'application/atom+xml; charset=utf-8');
  });
}
