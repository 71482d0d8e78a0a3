import type { Socket } from 'node:net';
import type { Client } from 'pg';
import type { Log } from './log.ts';

/** A session that held a lock which another one waited for. */
export interface Blocker {
  pid: number;
  application: string | undefined;
  /** Time at which its transaction began. The server shows a role only the times of the role's own sessions. */
  since: string | undefined;
}

/** A lock was not had in time. */
export class LockedError extends Error {
  /** The sessions that were seen holding the lock. */
  readonly blockers: Blocker[];

  constructor(blockers: Blocker[], cause: unknown) {
    super('other sessions held their locks for too long', { cause });
    this.blockers = blockers;
  }
}

/** Where the blockers are reported, and how to look for them. */
export interface PatienceOptions {
  log: Log | undefined;
  /** Opens another connection, since the one that waits cannot ask. */
  connect: () => Promise<Client>;
}

/** Whoever comes after a session that waits for a lock waits behind it. So it gives up soon and lets them through. */
const lockTimeoutMilliseconds = 2_000;
const millisecondsBetweenLooks = 500;
const lockNotAvailable = '55P03';

/**
 * Do something with a connection that waits two seconds at most for each lock, and log who is in its way.
 * @throws LockedError when a lock was not had; the caller may try again with another connection
 */
export async function withPatience<T>(
  client: Client,
  { log, connect }: PatienceOptions,
  action: () => Promise<T>,
): Promise<T> {
  const { rows } = await client.query(
    `SELECT pg_backend_pid() AS pid, set_config('lock_timeout', '${lockTimeoutMilliseconds}', false)`,
  );
  const watch = watchBlockers(client, { pid: rows[0].pid, connect });
  try {
    return await action();
  } catch (error) {
    if ((error as { code?: unknown }).code !== lockNotAvailable) throw error;
    const blockers = watch.blockers();
    for (const blocker of blockers) log?.warn('another session is in the way', { ...blocker });
    throw new LockedError(blockers, error);
  } finally {
    watch.stop();
  }
}

/** Look who blocks a session whenever nothing has gone over its line for a while, from a connection that is made then. */
function watchBlockers(
  { connection }: Client,
  { pid, connect }: { pid: number; connect: () => Promise<Client> },
): { blockers(): Blocker[]; stop(): void } {
  const line = connection.stream as Socket;
  let bytes = 0;
  let seen: Blocker[] = [];
  let stopped = false;
  let client: Client | undefined;
  let looking = false;
  const look = async () => {
    client ??= await connect();
    if (stopped) client.connection.stream.destroy();
    else seen = await blockersOf(client, pid, seen);
  };
  const timer = setInterval(() => {
    const bytesBefore = bytes;
    bytes = line.bytesWritten + line.bytesRead;
    if (looking || bytes !== bytesBefore) return;
    looking = true;
    // If the server refuses a second connection, the wait goes on without an explanation.
    look()
      .catch(() => {})
      .finally(() => {
        looking = false;
      });
  }, millisecondsBetweenLooks);
  return {
    blockers: () => seen,
    stop: () => {
      stopped = true;
      clearInterval(timer);
      client?.connection.stream.destroy();
    },
  };
}

async function blockersOf(client: Client, pid: number, before: Blocker[]): Promise<Blocker[]> {
  const { rows } = await client.query(
    `SELECT pid, coalesce(nullif(application_name, ''), backend_type) AS application, xact_start AS since
     FROM unnest(pg_blocking_pids($1)) AS pid LEFT JOIN pg_stat_activity USING (pid)`,
    [pid],
  );
  if (rows.length === 0) return before;
  return (rows as { pid: number; application: string | null; since: Date | null }[]).map(
    ({ pid, application, since }) => ({ pid, application: application ?? undefined, since: since?.toISOString() }),
  );
}
