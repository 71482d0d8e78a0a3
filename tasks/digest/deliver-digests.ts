import type { Client } from 'pg';
import { inTransaction } from '../io/postgres.ts';
import type { Channel } from './channels.ts';
import type { Digest } from './digest.ts';

/**
 * Send a channel all digests that it has not taken yet, in their order, also those of earlier runs. One that another process
 * is sending at this moment is waited for, since that process may be dead. When a process is killed between the channel's
 * answer and the end of the transaction, the digest is sent once more: told twice rather than never.
 * @returns how many it took
 */
export async function deliverDigests(client: Client, { name, send }: Channel): Promise<number> {
  const deliverNext = () =>
    inTransaction(client, async () => {
      const { rows } = await client.query(
        `SELECT digest_id AS id, contents FROM deliveries JOIN digests USING (digest_id)
         WHERE channel = $1 AND delivered_at IS NULL ORDER BY digest_id LIMIT 1 FOR UPDATE OF deliveries`,
        [name],
      );
      const [next] = rows as { id: number; contents: Digest }[];
      if (!next) return false;
      await send(next.contents);
      await client.query(
        'UPDATE deliveries SET delivered_at = clock_timestamp() WHERE digest_id = $1 AND channel = $2',
        [next.id, name],
      );
      return true;
    });
  let delivered = 0;
  while (await deliverNext()) delivered++;
  return delivered;
}
