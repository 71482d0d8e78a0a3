import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { DagSettings } from './dag-settings.ts';
import { freePort } from './free-port.ts';
import { killGroup, stopGroup } from './process-group.ts';
import { pythonEnvironment } from './python-environment.ts';

/** What Airflow runs on. */
export interface AirflowOptions {
  /** Keeps all it writes between starts. */
  folder: string;
  /** The database for its own books, without the password. */
  databaseUrl: string;
  passwordFile: string;
  settings: DagSettings;
  /** The text of a kubeconfig, to be put beside the settings under the name they give; without it they name a file. */
  kubeconfig?: string;
  port?: number;
  /** Stops the start. */
  signal?: AbortSignal;
  /** More of its own settings: `AIRFLOW__SECTION__KEY`. */
  environment?: Record<string, string>;
}

/** A real Airflow of MWAA's version on this machine. */
export interface Airflow {
  url: string;
  user: string;
  password: string;
  /** Its REST API: `call('GET', '/dags')`. Fails when the answer is not a good one. */
  call(method: string, path: string, body?: unknown): Promise<any>;
  /** Take other settings, as when the infrastructure writes new ones. */
  writeSettings(settings: DagSettings): Promise<void>;
  /** Kill the scheduler and all tasks it watches, as when its machine dies, and start another. */
  restartScheduler(): Promise<void>;
  stop(): Promise<void>;
}

const dags = fileURLToPath(new URL('../dags/', import.meta.url));
const dagFiles = [
  'flight_delays.py',
  'flight_delays_so_far.py',
  'pipeline.py',
  'pods.py',
  'published.py',
  'notices.py',
  '.airflowignore',
];
const localSettings = 'airflow_local_settings.py';
const user = 'admin';
const startMilliseconds = 180_000;

/** Start Airflow: API and UI, scheduler with local workers, DAG processor. Resolves when the DAG is there. */
export async function startAirflow(options: AirflowOptions): Promise<Airflow> {
  const { folder } = options;
  const python = pythonEnvironment('airflow', new URL('airflow-requirements.txt', import.meta.url));
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  for (const name of ['dags', 'config', 'output']) await mkdir(join(folder, name), { recursive: true });
  await linkCode(folder);
  const writeSettings = async (settings: DagSettings) => {
    const file = join(folder, 'dags', 'settings.json');
    // The file may be read by its owner only, since the address of a source may contain a password.
    await writeFile(`${file}.half`, JSON.stringify(settings, null, 2), { mode: 0o600 });
    await rename(`${file}.half`, file);
  };
  await writeSettings(options.settings);
  if (options.kubeconfig) {
    await writeFile(join(folder, 'dags', options.settings.kubeconfig), options.kubeconfig, { mode: 0o600 });
  }
  const secrets = await secretsIn(folder);
  const environment = {
    ...withoutAirflow(process.env),
    ...(await variables(options, { python, port, url, secrets })),
    ...options.environment,
  };

  const running = new Map<string, ChildProcess>();
  // This stops them if the process ends before it has stopped them itself.
  const killAll = () => {
    for (const child of running.values()) killGroup(child, 'SIGKILL');
  };
  process.once('exit', killAll);
  const start = async (name: string, ...args: string[]) => {
    const output = await open(join(folder, 'output', `${name}.log`), 'a');
    // Its own process group lets us stop it with all that it starts. Ctrl-C then reaches only this process.
    const child = spawn(python, ['-m', 'airflow', name, ...args], {
      cwd: folder,
      env: environment,
      detached: true,
      stdio: ['ignore', output.fd, output.fd],
    });
    await output.close();
    running.set(name, child);
    return child;
  };
  const end = async (name: string) => {
    await stopGroup(running.get(name)!);
    running.delete(name);
  };
  const stop = async () => {
    // The processes that start tasks and pods stop first.
    await Promise.all([...running.keys()].map(end));
    process.off('exit', killAll);
  };
  try {
    const [code] = await once(await start('db', 'migrate'), 'exit');
    if (code !== 0) throw new Error(`airflow db migrate ended with ${code}`);
    running.delete('db');
    for (const name of ['api-server', 'scheduler', 'dag-processor']) await start(name);
    const call = await connect({ url, password: secrets.password, running, signal: options.signal });
    return {
      url,
      user,
      password: secrets.password,
      call,
      writeSettings,
      restartScheduler: async () => {
        killGroup(running.get('scheduler')!, 'SIGKILL');
        await start('scheduler');
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw new Error(`Airflow did not start: ${(error as Error).message}; its logs are in ${join(folder, 'output')}`);
  }
}

/**
 * Link the code into the DAG's folder, so that a change shows at once. The settings that lie there are this Airflow's
 * own.
 */
async function linkCode(folder: string): Promise<void> {
  const links = [
    ...dagFiles.map((name) => ({ from: join(folder, 'dags', name), to: join(dags, name) })),
    { from: join(folder, 'config', localSettings), to: fileURLToPath(new URL(localSettings, import.meta.url)) },
  ];
  for (const { from, to } of links) {
    await rm(from, { force: true });
    await symlink(to, from);
  }
}

interface Secrets {
  password: string;
  jwt: string;
  session: string;
  fernet: string;
}

interface Place {
  python: string;
  port: number;
  url: string;
  secrets: Secrets;
}

async function variables({ folder, databaseUrl, passwordFile }: AirflowOptions, { python, port, url, secrets }: Place) {
  const passwords = join(folder, 'users.json');
  await writeFile(passwords, JSON.stringify({ [user]: secrets.password }), { mode: 0o600 });
  return {
    PATH: [dirname(python), process.env.PATH].join(delimiter),
    PGPASSFILE: passwordFile,
    AIRFLOW_HOME: folder,
    AIRFLOW__CORE__DAGS_FOLDER: join(folder, 'dags'),
    AIRFLOW__CORE__LOAD_EXAMPLES: 'False',
    AIRFLOW__CORE__EXECUTOR: 'LocalExecutor',
    AIRFLOW__CORE__PARALLELISM: '4',
    AIRFLOW__CORE__HOSTNAME_CALLABLE: 'airflow_local_settings.loopback',
    AIRFLOW__CORE__EXECUTION_API_SERVER_URL: `${url}/execution/`,
    AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS: `${user}:admin`,
    AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE: passwords,
    AIRFLOW__CORE__FERNET_KEY: secrets.fernet,
    AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: databaseUrl.replace('postgres:', 'postgresql+psycopg2:'),
    AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC: databaseUrl.replace('postgres:', 'postgresql+asyncpg:'),
    AIRFLOW__API__HOST: '127.0.0.1',
    AIRFLOW__API__PORT: String(port),
    AIRFLOW__API__WORKERS: '1',
    AIRFLOW__API__BASE_URL: url,
    AIRFLOW__API__SECRET_KEY: secrets.session,
    AIRFLOW__API_AUTH__JWT_SECRET: secrets.jwt,
    AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES: '1',
    AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL: '5',
    AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT: String(await freePort()),
    AIRFLOW__USAGE_DATA_COLLECTION__ENABLED: 'False',
  };
}

/** Made once, kept in a file that only this user can read. */
async function secretsIn(folder: string): Promise<Secrets> {
  const file = join(folder, 'secrets.json');
  if (existsSync(file)) return JSON.parse(await readFile(file, 'utf8'));
  const random = (bytes: number) => randomBytes(bytes).toString('base64url');
  const secrets = {
    password: random(12),
    jwt: random(48),
    session: random(24),
    fernet: randomBytes(32).toString('base64').replaceAll('+', '-').replaceAll('/', '_'),
  };
  await writeFile(file, JSON.stringify(secrets), { mode: 0o600 });
  return secrets;
}

/** Settings of another Airflow in the shell must not reach this one. */
function withoutAirflow(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('AIRFLOW')));
}

/** Wait until all parts are up and the DAG is known. */
async function connect({
  url,
  password,
  running,
  signal,
}: {
  url: string;
  password: string;
  running: Map<string, ChildProcess>;
  signal: AbortSignal | undefined;
}): Promise<Airflow['call']> {
  const deadline = Date.now() + startMilliseconds;
  let token = '';
  const call: Airflow['call'] = async (method, path, body) => {
    const response = await fetch(path.startsWith('/auth') ? `${url}${path}` : `${url}/api/v2${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  };
  while (true) {
    signal?.throwIfAborted();
    const dead = [...running].find(([, { exitCode, signalCode }]) => exitCode !== null || signalCode !== null);
    if (dead) throw new Error(`airflow ${dead[0]} ended with ${dead[1].exitCode ?? dead[1].signalCode}`);
    try {
      token ||= (await call('POST', '/auth/token', { username: user, password })).access_token;
      const health = await call('GET', '/monitor/health');
      if (['scheduler', 'dag_processor'].every((part) => health[part].status === 'healthy')) {
        await call('GET', '/dags/flight_delays');
        return call;
      }
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    if (Date.now() > deadline) throw new Error('it is not healthy after three minutes');
    await sleep(250);
  }
}
