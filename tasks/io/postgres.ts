import pRetry from 'p-retry';
import type { Client } from 'pg';
import type { Log } from './log.ts';
import { type DatabaseSettings, postgresClient } from './postgres-client.ts';
import { explainFault, isPassing } from './postgres-faults.ts';
import { withPatience } from './with-patience.ts';

const attempts = 6;
/** A server that does not notice a lost line keeps the transaction, and its locks stand in the way of the next attempt. */
const serverKeepAlive = `SET tcp_keepalives_idle = 15; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 6`;

/** The circumstances of work with the database. */
export interface DatabaseContext {
  signal: AbortSignal;
  /** Where sessions that are in the way are reported. */
  log?: Log;
}

/**
 * Do something with a connection; when the connection breaks, or a lock is not had in two seconds, do it again from the
 * start with another.
 * @param action must be safe to repeat: one transaction, or idempotent
 * @throws UnreachableError when the database stays away or others hold on to their locks, SettingsError when it refuses us
 */
export async function withDatabase<T>(
  settings: DatabaseSettings,
  { signal, log }: DatabaseContext,
  action: (client: Client) => Promise<T>,
): Promise<T> {
  const connect = async () => {
    const client = await postgresClient(settings);
    await client.connect();
    return client;
  };
  const attempt = async () => {
    const client = await postgresClient(settings);
    // A signal that has aborted already tells nobody who listens only now.
    signal.throwIfAborted();
    const cancel = () => client.connection.stream.destroy();
    signal.addEventListener('abort', cancel);
    try {
      await client.connect();
      await client.query(serverKeepAlive);
      const result = await withPatience(client, { log, connect }, () => action(client));
      await client.end();
      return result;
    } finally {
      signal.removeEventListener('abort', cancel);
      client.connection.stream.destroy();
    }
  };
  try {
    return await pRetry(attempt, {
      retries: attempts - 1,
      minTimeout: 200,
      maxTimeout: 5_000,
      randomize: true,
      signal,
      shouldRetry: ({ error }) => !signal.aborted && isPassing(error),
    });
  } catch (error) {
    signal.throwIfAborted();
    throw explainFault(error, { url: settings.DATABASE_URL, attempts });
  }
}

/** Do something in a transaction, which is rolled back when it fails. */
export async function inTransaction<T>(client: Client, action: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    const result = await action();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // When the connection was lost, the server has already rolled back.
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
}
