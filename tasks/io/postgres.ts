import pRetry from 'p-retry';
import { Client, type ClientConfig, DatabaseError } from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';
import pgpass from 'pgpass';
import { type ExpectedError, InputError, SettingsError, UnreachableError } from '../errors.ts';
import { certificateFaults } from './certificate-faults.ts';

/** How to reach the database. */
export interface DatabaseSettings {
  DATABASE_URL: string;
  DATABASE_AUTH: 'password' | 'iam';
}

const attempts = 6;
const connectionTimeoutMilliseconds = 10_000;

/**
 * Do something with a connection; when the connection breaks, do it again from the start with another.
 * @param action must be safe to repeat: one transaction, or idempotent
 * @throws UnreachableError when the database stays away, SettingsError when it refuses us
 */
export async function withDatabase<T>(
  settings: DatabaseSettings,
  signal: AbortSignal,
  action: (client: Client) => Promise<T>,
): Promise<T> {
  const attempt = async () => {
    const client = new Client(await clientConfig(settings));
    // Between queries a lost connection is an event; the next query fails with it.
    client.on('error', () => {});
    const cancel = () => client.connection.stream.destroy();
    signal.addEventListener('abort', cancel);
    try {
      await client.connect();
      const result = await action(client);
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
      shouldRetry: ({ error }) => !signal.aborted && isConnectionError(error),
    });
  } catch (error) {
    signal.throwIfAborted();
    throw explain(error, settings.DATABASE_URL);
  }
}

/** Do something in a transaction: all of it or nothing. */
export async function inTransaction<T>(client: Client, action: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    const result = await action();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // After a lost connection the server has rolled back by itself.
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

async function clientConfig({ DATABASE_URL, DATABASE_AUTH }: DatabaseSettings): Promise<ClientConfig> {
  const config: ClientConfig = {
    ...parseIntoClientConfig(DATABASE_URL),
    connectionTimeoutMillis: connectionTimeoutMilliseconds,
    keepAlive: true,
    application_name: 'delaywatch',
  };
  const { host, port = 5432, database, user } = config;
  if (DATABASE_AUTH === 'iam') {
    const { Signer } = await import('@aws-sdk/rds-signer');
    const signer = new Signer({ hostname: host!, port, username: user! });
    return { ...config, password: () => signer.getAuthToken() };
  }
  // libpq's password file (PGPASSFILE, ~/.pgpass) keeps the password out of the address.
  const fromFile = async () => {
    const password = await new Promise<string | undefined>((resolve) =>
      pgpass({ host, port, database, user }, resolve),
    );
    if (password !== undefined) return password;
    throw new SettingsError(
      `the database at ${host} asks ${user} for a password; expected a line for ${host}:${port}:${database}:${user} in the file ` +
        'that PGPASSFILE names (else ~/.pgpass), which only its owner may read (chmod 600)',
    );
  };
  return config.password ? config : { ...config, password: fromFile };
}

/**
 * SQLSTATE classes and codes after which another attempt may succeed: connection lost, server starting or stopping, a
 * lock that was not had in time.
 */
const passing = /^(?:08...|57P0[123]|53300|40001|40P01|55P03)$/;
/** What a session runs into when another one holds a lock for longer than `lock_timeout`. */
const lockNotAvailable = '55P03';
/** Faults of a database that stay until somebody acts, and what to do. Source: PostgreSQL's appendix A, error codes. */
const faults: Record<string, { kind: new (message: string) => ExpectedError; advice: string }> = {
  '42P01': { kind: InputError, advice: 'tables are not there yet; run `migrate`' },
  '42883': { kind: InputError, advice: 'functions are not there yet; run `migrate`' },
  '42703': { kind: InputError, advice: 'columns are not those of this version; run `migrate` of this version' },
  '25006': {
    kind: UnreachableError,
    advice: 'it is read-only, as a standby is; check that DATABASE_URL names the primary',
  },
  '53100': { kind: UnreachableError, advice: 'its disk is full; make room and run again' },
  '57014': {
    kind: UnreachableError,
    advice: 'a statement was cancelled; raise statement_timeout of this role, or try again',
  },
};
const refused = /^(?:28...|3D000|42501)$/;

function isConnectionError(error: unknown): boolean {
  if (error instanceof DatabaseError) return passing.test(error.code ?? '');
  const { code, message = '' } = error as NodeJS.ErrnoException;
  return (
    ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'].includes(
      code ?? '',
    ) || /Connection terminated|timeout expired|Client has encountered a connection error|not queryable/.test(message)
  );
}

function explain(error: unknown, url: string): unknown {
  const { host, pathname, username } = new URL(url);
  const where = `database ${pathname.slice(1)} at ${host}`;
  const { message } = error as Error;
  const { code = '', path } = error as NodeJS.ErrnoException;
  if (code === lockNotAvailable) {
    return new UnreachableError(
      `${where}: other sessions held their locks for too long, ${attempts} times; the log names them; run again when they have ended`,
    );
  }
  if (code in certificateFaults) {
    return new SettingsError(
      `${where} is not trusted: ${certificateFaults[code]}; check the host and sslrootcert in DATABASE_URL`,
    );
  }
  if (/does not support SSL/.test(message)) {
    return new SettingsError(`${where} offers no TLS; switch it on there, or change sslmode in DATABASE_URL`);
  }
  if (code === 'ENOENT' && path) {
    return new SettingsError(`DATABASE_URL names the certificate ${path}, which is not there; check sslrootcert`);
  }
  if (isConnectionError(error)) {
    return new UnreachableError(
      `${where} did not answer after ${attempts} attempts (${message}); is it up and reachable?`,
    );
  }
  if (error instanceof DatabaseError && refused.test(error.code ?? '')) {
    return new SettingsError(
      `${where} refuses ${username || 'this user'} (${message}); check DATABASE_URL and the grants`,
    );
  }
  if (error instanceof DatabaseError && code in faults) {
    const { kind: Fault, advice } = faults[code];
    return new Fault(`${where}: ${advice} (${message})`);
  }
  return error;
}

/** Whether another session held a lock for longer than `lock_timeout`. */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === lockNotAvailable;
}
