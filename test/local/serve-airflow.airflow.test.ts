import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { freePort } from '../../local/free-port.ts';
import { runningServer } from '../../local/postgres-server.ts';
import { pythonEnvironment } from '../../local/python-environment.ts';
import { isAlive } from '../../tasks/io/is-alive.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** 127.0.0.1. */
const loopback = '0100007F';
const copy = join(temporaryFolder(), 'copy');

/** `npm run airflow` in a copy of the project, so that it leaves the developer's own alone. */
function serve(...options: string[]) {
  const child = spawn(process.execPath, [join(copy, 'local', 'serve-airflow.ts'), ...options], { cwd: copy });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      said += text;
    });
  }
  return { child, ended: once(child, 'close') as Promise<[number]>, said: () => said };
}

/** A process and all that it started, however they call themselves meanwhile. */
function family(pid: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // Behind the name, which may hold blanks and brackets: the state, and the parent.
        const [, parent] = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
        return [{ pid: Number(name), parent: Number(parent) }];
      } catch {
        return [];
      }
    });
  const found = [pid];
  for (const one of found) found.push(...parents.filter(({ parent }) => parent === one).map((child) => child.pid));
  return found;
}

/** The addresses on which processes listen, as the kernel writes them. */
function listening(pids: number[]): string[] {
  const sockets = new Set(
    pids.flatMap((pid) => {
      try {
        return readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
      } catch {
        return [];
      }
    }),
  );
  return ['tcp', 'tcp6'].flatMap((kind) =>
    readFileSync(`/proc/net/${kind}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === '0A' && sockets.has(`socket:[${inode}]`))
      .map(([, local]) => local.split(':')[0]),
  );
}

test.before(() => {
  pythonEnvironment('airflow', new URL('../../local/airflow-requirements.txt', import.meta.url));
  mkdirSync(copy);
  for (const name of ['tasks', 'charts', 'local', 'dags', 'samples', 'package.json']) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  for (const name of ['node_modules', '.venv']) symlinkSync(join(root, name), join(copy, name));
});

test.serial('a year runs in it to its report, and Ctrl-C leaves nothing running', async (t) => {
  t.timeout(170_000);
  const { child, ended, said } = serve('--port', String(await freePort()));
  t.teardown(() => child.kill('SIGKILL'));
  await until(() => child.exitCode !== null || said().includes('Ctrl-C stops all of it'));
  const [, url, user, password] = /(http:\S+)\/dags\/flight_delays\s+user (\S+), password (\S+)/.exec(said()) ?? [];
  t.truthy(password, said());

  const call = async (method: string, path: string, body?: object, token?: string): Promise<any> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    t.true(response.ok, `${method} ${path}`);
    return response.json();
  };
  const { access_token: token } = await call('POST', '/auth/token', { username: user, password });
  const dag = '/api/v2/dags/flight_delays';
  await call('PATCH', dag, { is_paused: false }, token);
  const { dag_run_id } = await call('POST', `${dag}/dagRuns`, { logical_date: null, conf: { year: 2013 } }, token);
  const run = await until(async () => {
    const one = await call('GET', `${dag}/dagRuns/${encodeURIComponent(dag_run_id)}`, undefined, token);
    return ['success', 'failed'].includes(one.state) && one;
  });
  t.is(run.state, 'success');
  t.true(existsSync(join(copy, '.local', 'bucket', 'reports', '2013.html')));
  // Switched on, it has not begun to run other years by itself.
  t.is((await call('GET', `${dag}/dagRuns`, undefined, token)).total_entries, 1);

  // Its web page, its log server and the pods' server; PostgreSQL runs in a session of its own.
  const database = family(runningServer(join(copy, '.local', 'postgres', 'data'))!.pid);
  const pids = family(child.pid!);
  const addresses = listening([...pids, ...database]);
  t.true(addresses.length >= 4, `${addresses}`);
  t.deepEqual([...new Set(addresses)], [loopback]);
  child.kill('SIGINT');
  t.is((await ended)[0], 0);
  t.deepEqual(pids.filter(isAlive), []);
  // PostgreSQL says that it has stopped a moment before its last process ends.
  await until(() => !database.some(isAlive));
});

test.serial('a taken port is reported', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const { ended, said } = serve('--port', String(port));
  t.is((await ended)[0], 1);
  t.regex(said(), new RegExp(`port ${port} is taken; choose another with --port`));
  server.close();
});
