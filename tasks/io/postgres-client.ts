import { Client, type ClientConfig } from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';
import pgpass from 'pgpass';
import { SettingsError } from '../errors.ts';

/** How to reach the database. */
export interface DatabaseSettings {
  DATABASE_URL: string;
  DATABASE_AUTH: 'password' | 'iam';
}

const connectionTimeoutMilliseconds = 10_000;
const keepAliveMilliseconds = 15_000;

/**
 * A connection that is still to be made. When it is lost, the next query fails.
 * @throws SettingsError when the address names a certificate that is not there
 */
export async function postgresClient(settings: DatabaseSettings): Promise<Client> {
  const client = new Client(await clientConfig(settings));
  // Between queries a lost connection is an event, and without a listener it would end the process.
  client.on('error', () => {});
  return client;
}

async function clientConfig({ DATABASE_URL, DATABASE_AUTH }: DatabaseSettings): Promise<ClientConfig> {
  const config: ClientConfig = {
    ...addressed(DATABASE_URL),
    connectionTimeoutMillis: connectionTimeoutMilliseconds,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveMilliseconds,
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

/** What the address says. Certificates that it names are read for that. */
function addressed(url: string): ClientConfig {
  try {
    return parseIntoClientConfig(url);
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') throw error;
    throw new SettingsError(`DATABASE_URL names the certificate ${path}, which is not there; check its path`);
  }
}
