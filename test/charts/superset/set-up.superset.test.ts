import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { freePort } from '../../../local/free-port.ts';
import { type Superset, startSuperset } from '../../../local/superset.ts';
import { runCommand } from '../../support/run-command.ts';
import { type SupersetApi, supersetApi } from '../../support/superset-api.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { until } from '../../support/until.ts';

const code = fileURLToPath(new URL('../../../charts/superset/', import.meta.url));
const folder = temporaryFolder();
const running: ChildProcess[] = [];
let database: TestDatabase;
let superset: Superset;

test.before(async (t) => {
  t.timeout(600_000);
  database = await startTestDatabase();
  const { code: exitCode, log } = await runCommand(['migrate'], database.environment);
  if (exitCode !== 0) throw new Error(log);
  superset = await start();
});

test.after.always(async () => {
  for (const child of running) if (child.exitCode === null && child.signalCode === null) await stop(child);
  await superset?.stop();
  await database?.stop();
});

test.serial('a second start sets nothing up', async (t) => {
  t.timeout(300_000);
  await superset.stop();
  t.is(await superset.ended, '0');
  superset = await start();
  const log = readFileSync(join(folder, 'superset', 'superset.log'), 'utf8');
  t.is(log.match(/INFO the schema is up to date$/gm)?.length, 1);
  t.is(log.match(/INFO done: \d+ files of the bundle$/gm)?.length, 1);
  t.is((await (await signIn(superset.url)).call('GET', '/dashboard/flight-delays')).status, 200);
});

test.serial('somebody who tries many passwords has to wait', async (t) => {
  const guess = { username: 'admin', password: 'guessed' };
  const page = await fetch(`${superset.url}/login/`);
  const [, csrf_token = ''] = /name="csrf_token"[^>]*value="([^"]+)/.exec(await page.text()) ?? [];
  const headers = { Cookie: page.headers.getSetCookie().join('; '), Referer: superset.url };
  const body = new URLSearchParams({ ...guess, csrf_token });
  const onPage = async () =>
    (await fetch(`${superset.url}/login/`, { method: 'POST', redirect: 'manual', headers, body })).status;
  const visitor = await supersetApi(superset.url);
  const byApi = async () => (await visitor.call('POST', '/security/login', { ...guess, provider: 'db' })).status;
  for (const [attempt, refused] of [
    [onPage, 302],
    [byApi, 401],
  ] as const) {
    // Ten a minute are taken: of 21 at once one is too many, even where a minute ends between them.
    const statuses = await Promise.all(Array.from({ length: 21 }, attempt));
    t.deepEqual([...new Set(statuses)].sort(), [refused, 429]);
  }
});

test.serial('a start can be stopped, and its end is reported', async (t) => {
  t.timeout(300_000);
  const stopping = new AbortController();
  const starting = start({ signal: stopping.signal, publicBaseUrl: 'https://changed.example.org' });
  await Promise.race([starting, until(setUpRuns)]);
  stopping.abort();
  await t.throwsAsync(starting, { message: /^setting Superset up ended with SIGTERM/ });

  const pids = execFileSync('pgrep', ['-f', `gunicorn --bind ${new URL(superset.url).host} `], { encoding: 'utf8' });
  for (const pid of pids.trim().split('\n')) process.kill(Number(pid), 'SIGKILL');
  t.is(await superset.ended, 'SIGKILL');
  superset = await start();
});

test.serial('a stop before anything runs is an error, and nothing starts', async (t) => {
  const stopping = new AbortController();
  const starting = start({ signal: stopping.signal, publicBaseUrl: 'https://changed.example.org' });
  const reason = new Error('stopped');
  stopping.abort(reason);
  await t.throwsAsync(starting, { is: reason });
  t.false(setUpRuns());
});

test.serial('two set-ups and a server at once on an empty database: all succeed', async (t) => {
  t.timeout(400_000);
  const environment = await elsewhere('at_once');
  const setUps = [run(environment, join(code, 'set_up.py')), run(environment, join(code, 'set_up.py'))];
  const server = await serve(environment);
  t.deepEqual(
    await Promise.all(setUps.map(({ ended }) => ended)),
    ['0', '0'],
    setUps.map(({ log }) => log()).join('\n'),
  );
  await healthy(server);
  t.is((await (await signIn(server.url)).call('GET', '/dashboard/flight-delays')).status, 200);
  await stop(server.child);
});

test.serial('a server that has started on an empty database works as soon as it is set up', async (t) => {
  t.timeout(400_000);
  const environment = await elsewhere('server_first');
  const server = await serve(environment);
  await healthy(server);
  const setUp = run(environment, join(code, 'set_up.py'));
  t.is(await setUp.ended, '0', setUp.log());
  t.is((await (await signIn(server.url)).call('GET', '/dashboard/flight-delays')).status, 200);
  await stop(server.child);
});

test.serial('objects that left the bundle are removed, but none that people or other tools made', async (t) => {
  t.timeout(400_000);
  // An earlier bundle had more.
  const earlier = join(folder, 'earlier');
  cpSync(code, earlier, { recursive: true });
  const uuid = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;
  const copy = (from: string, to: string, changes: Record<string, string>) => {
    let text = readFileSync(join(earlier, 'bundle', from), 'utf8');
    for (const [key, value] of Object.entries(changes))
      text = text.replace(new RegExp(`^${key}: .*$`, 'm'), `${key}: ${value}`);
    writeFileSync(join(earlier, 'bundle', to), text);
  };
  copy('datasets/flights/runs.yaml', 'datasets/flights/unused.yaml', { table_name: 'Unused', uuid: uuid(1) });
  copy('datasets/flights/runs.yaml', 'datasets/flights/needed.yaml', { table_name: 'Needed', uuid: uuid(2) });
  copy('charts/latest-run.yaml', 'charts/unused.yaml', { slice_name: 'Unused', uuid: uuid(3), dataset_uuid: uuid(1) });
  copy('charts/latest-run.yaml', 'charts/needed.yaml', { slice_name: 'Bundled', uuid: uuid(4), dataset_uuid: uuid(2) });
  const before = run(
    { ...superset.environment, PYTHONPATH: earlier, SUPERSET_CONFIG_PATH: join(earlier, 'superset_config.py') },
    join(earlier, 'set_up.py'),
  );
  t.is(await before.ended, '0', before.log());

  const admin = await signIn(superset.url);
  const make = async (path: string, body: object): Promise<number> => {
    const answer = await admin.call('POST', path, body);
    if (answer.status !== 201) throw new Error(JSON.stringify(answer));
    return answer.body.id;
  };
  const named = async () => {
    const names: Record<string, string[]> = {};
    for (const [kind, name] of [
      ['dataset', 'table_name'],
      ['chart', 'slice_name'],
    ] as const) {
      const { body } = await admin.call('GET', `/${kind}/?q=(page_size:100)`);
      names[kind] = body.result.map((thing: any) => thing[name]);
    }
    return names;
  };
  t.true((await named()).dataset.includes('Unused'));
  const { body } = await admin.call('GET', '/dataset/?q=(page_size:100)');
  const needed = body.result.find(({ table_name }: any) => table_name === 'Needed').id;
  await make('/chart/', {
    slice_name: 'My own',
    viz_type: 'table',
    datasource_id: needed,
    datasource_type: 'table',
    params: '{}',
  });
  // Another tool's, on another database.
  const other = await make('/database/', {
    database_name: 'Other',
    sqlalchemy_uri: database.postgres.url('viewer').replace('postgres:', 'postgresql+psycopg2:'),
  });
  await make('/dataset/', { database: other, schema: 'public', table_name: 'runs', is_managed_externally: true });

  const after = run(superset.environment, join(code, 'set_up.py'));
  t.is(await after.ended, '0', after.log());
  const { dataset, chart } = await named();
  t.false(dataset.includes('Unused'));
  t.false(chart.includes('Unused'));
  t.false(chart.includes('Bundled'));
  t.true(dataset.includes('runs'));
  t.true(dataset.includes('Needed'));
  t.true(chart.includes('My own'));
  t.regex(after.log(), /keeping public\.Needed, which is no longer in the bundle: My own needs it/);
  t.regex(after.log(), /removing public\.Unused, which is no longer in the bundle/);
  const kept = await admin.call('GET', '/chart/?q=(page_size:100)');
  t.is(kept.body.result.find(({ slice_name }: any) => slice_name === 'My own').datasource_id, needed);
});

async function start(options: { signal?: AbortSignal; publicBaseUrl?: string } = {}): Promise<Superset> {
  return await startSuperset({ folder: join(folder, 'superset'), postgres: database.postgres, ...options });
}

function setUpRuns(): boolean {
  return spawnSync('pgrep', ['-f', join(code, 'set_up.py')]).status === 0;
}

async function signIn(url: string): Promise<SupersetApi> {
  return await supersetApi(url, { username: superset.user, password: superset.password });
}

/** The environment of a Superset whose database is empty. */
async function elsewhere(name: string): Promise<Record<string, string>> {
  return {
    ...superset.environment,
    SUPERSET_DATABASE_URL: await database.postgres.addDatabase(name),
    SUPERSET_HOME: join(folder, name),
  };
}

function run(environment: Record<string, string>, ...command: string[]) {
  const child = spawn(superset.python, command, { cwd: folder, env: environment, detached: true });
  running.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
  const ended = once(child, 'close').then(([exitCode, signal]) => String(signal ?? exitCode));
  return { child, ended, log: () => text };
}

type Server = Awaited<ReturnType<typeof serve>>;

/** As the image's own: a worker that is late is killed and started again. */
async function serve(environment: Record<string, string>) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const options = ['--bind', `127.0.0.1:${port}`, '--workers', '2', '--timeout', '60', '--no-control-socket'];
  return {
    url,
    ...run({ ...environment, SUPERSET_URL: url }, '-m', 'gunicorn', ...options, 'superset.app:create_app()'),
  };
}

async function healthy({ url, child, log }: Server): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    if (
      await fetch(`${url}/health`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    await sleep(250);
  }
  throw new Error(log());
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  process.kill(-child.pid!, 'SIGTERM');
  await ended;
}
