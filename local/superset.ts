import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.ts';
import type { LocalPostgres } from './postgres.ts';
import { stopGroup } from './process-group.ts';
import { pythonEnvironment } from './python-environment.ts';

/** What Superset runs on. */
export interface SupersetOptions {
  /** Keeps secrets, caches and logs between starts. */
  folder: string;
  /** Holds the flights, and Superset's own database. */
  postgres: LocalPostgres;
  port?: number;
  /** Where people open charts and reports; without it the dashboard has no links to them. */
  publicBaseUrl?: string;
  /** Stops the start, and what has started. */
  signal?: AbortSignal;
}

/** A real Superset on this machine, with the dashboard. */
export interface Superset {
  url: string;
  dashboard: string;
  user: string;
  password: string;
  /** Its Python, and its environment: for scripts that use Superset's own code. */
  python: string;
  environment: Record<string, string>;
  /** Resolves when Superset has ended, stopped or not, with the exit code or signal in words. */
  ended: Promise<string>;
  stop(): Promise<void>;
}

const code = fileURLToPath(new URL('../charts/superset/', import.meta.url));
const requirements = new URL('superset-requirements.txt', import.meta.url);
const startMilliseconds = 180_000;

/**
 * Start Superset with one process of eight threads. The first time, and whenever something below `charts/superset` has
 * changed, its database is brought up to it before.
 */
export async function startSuperset(options: SupersetOptions): Promise<Superset> {
  const { folder, postgres, signal } = options;
  const python = pythonEnvironment('superset', requirements);
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  await mkdir(folder, { recursive: true });
  const environment = {
    PATH: process.env.PATH!,
    HOME: folder,
    PYTHONPATH: code,
    PYTHONDONTWRITEBYTECODE: '1',
    SUPERSET_CONFIG_PATH: join(code, 'superset_config.py'),
    SUPERSET_HOME: folder,
    SUPERSET_URL: url,
    SUPERSET_DATABASE_URL: await postgres.addDatabase('superset'),
    DATABASE_URL: postgres.url('viewer'),
    PGPASSFILE: postgres.passwordFile,
    SECRET_KEY_FILE: await secretFile(folder, 'secret-key', 42),
    ADMIN_PASSWORD_FILE: await secretFile(folder, 'admin-password', 12),
    ...(options.publicBaseUrl && { PUBLIC_BASE_URL: options.publicBaseUrl }),
  };
  const password = await readFile(environment.ADMIN_PASSWORD_FILE, 'utf8');
  const CODE_VERSION = fingerprint(password, options.publicBaseUrl);
  const log = join(folder, 'superset.log');
  const run = async (...command: string[]) => {
    const output = await open(log, 'a');
    try {
      signal?.throwIfAborted();
      // Its own process group lets us stop it with its workers. Ctrl-C then reaches only this process.
      const child = spawn(python, command, {
        cwd: folder,
        env: { ...environment, CODE_VERSION },
        detached: true,
        stdio: ['ignore', output.fd, output.fd],
      });
      signal?.addEventListener('abort', () => stopGroup(child), { once: true });
      return child;
    } finally {
      await output.close();
    }
  };

  if ((await versionOf(postgres)) !== CODE_VERSION) {
    console.log('setting Superset up: its database, the dashboard, the roles (a minute or less)');
    const how = await endOf(await run(join(code, 'set_up.py')));
    if (how !== '0') throw new Error(`setting Superset up ended with ${how}; its log is ${log}`);
  }
  const server = await run(
    ...['-m', 'gunicorn', '--bind', `127.0.0.1:${port}`, '--workers', '1', '--threads', '8', '--timeout', '120'],
    ...['--no-control-socket', 'superset.app:create_app()'],
  );
  const ended = endOf(server);
  const stop = () => stopGroup(server);
  try {
    await answering(`${url}/health`, server);
  } catch (error) {
    await stop();
    throw new Error(`Superset did not start: ${(error as Error).message}; its log is ${log}`);
  }
  return {
    url,
    dashboard: `${url}/superset/dashboard/flight-delays/`,
    user: 'admin',
    password,
    python,
    environment,
    ended,
    stop,
  };
}

/** A secret that is made once and kept in a file that only this user can read. */
async function secretFile(folder: string, name: string, bytes: number): Promise<string> {
  const file = join(folder, name);
  if (!existsSync(file)) await writeFile(file, randomBytes(bytes).toString('base64url'), { mode: 0o600 });
  return file;
}

/** Changes with everything that set_up.py puts into the database. */
function fingerprint(password: string, publicBaseUrl = ''): string {
  const hash = createHash('sha256').update(password).update(publicBaseUrl).update(readFileSync(requirements));
  const files = readdirSync(code, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const path of files.map(({ parentPath, name }) => join(parentPath, name)).sort()) {
    if (/\.(py|yaml)$/.test(path)) hash.update(path.slice(dirname(code).length)).update(readFileSync(path));
  }
  return hash.digest('hex');
}

/** What it was set up from is kept with what was set up, as the database's comment: a new database has none. */
async function versionOf(postgres: LocalPostgres): Promise<string | null> {
  const client = await postgres.connect('viewer');
  try {
    const { rows } = await client.query(
      `SELECT shobj_description(oid, 'pg_database') AS version FROM pg_database WHERE datname = 'superset'`,
    );
    return rows[0].version;
  } finally {
    await client.end();
  }
}

async function answering(address: string, server: ChildProcess): Promise<void> {
  for (const end = Date.now() + startMilliseconds; Date.now() < end; await sleep(250)) {
    const how = server.signalCode ?? server.exitCode;
    if (how !== null) throw new Error(`it ended with ${how}`);
    try {
      if ((await fetch(address)).ok) return;
    } catch {
      // The server does not answer yet.
    }
  }
  throw new Error(`it did not answer within ${startMilliseconds / 1000} s`);
}

/** The exit code of a process, or the signal that ended it. */
async function endOf(child: ChildProcess): Promise<string> {
  const [exitCode, signal] = await once(child, 'exit');
  return String(signal ?? exitCode);
}
