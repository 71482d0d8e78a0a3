import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { freePort } from '../../local/free-port.ts';
import { pythonEnvironment } from '../../local/python-environment.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
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

/** Processes that were started for the copy. */
function left(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
        return command.includes(copy) || environment.includes(`AIRFLOW_HOME=${copy}`) ? [`${pid} ${command}`] : [];
      } catch {
        return [];
      }
    });
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

  t.true(left().length > 0);
  child.kill('SIGINT');
  t.is((await ended)[0], 0);
  t.deepEqual(left(), []);
});

test.serial('a port that is taken is told', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const { ended, said } = serve('--port', String(port));
  t.is((await ended)[0], 1);
  t.regex(said(), new RegExp(`port ${port} is taken; choose another with --port`));
  server.close();
});
