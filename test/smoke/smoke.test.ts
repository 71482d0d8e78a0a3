import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { check } from '../../smoke/check.ts';
import { type Deployment, openDeployment } from '../../smoke/deployment.ts';
import { runYear } from '../../smoke/run-year.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const main = fileURLToPath(new URL('../../smoke/main.ts', import.meta.url));
const outputs = { airflowEnvironment: 'delaywatch-test', bucket: 'lake', clusterName: 'c', region: 'eu-central-1' };
const taskIds = ['migrate', 'acquire', 'detect', 'load', 'render', 'publish', 'tell'];

interface Airflow {
  paused: boolean;
  end: string;
  tasks: string[];
  /** How many looks find no DAG, as long as MWAA has not read it. */
  looksBeforeDag: number;
  /** Numbers of the looks at the run, from 1, that get no answer. */
  failing: number[];
}

/** What stands for the AWS CLI: it answers as MWAA does, and notes what it was asked for. Runs from a file of its own. */
function aws(airflow: Airflow, args: string[], folder: string, fs: typeof import('node:fs')): void {
  const option = (name: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
  const [method, path] = [option('--method')!, option('--path')!];
  fs.appendFileSync(
    `${folder}/calls`,
    `${JSON.stringify({ args: args.slice(0, 6), method, path, body: option('--body') })}\n`,
  );
  if (path.length > 64) {
    process.stderr.write('An error occurred (ValidationException): path: must have length less than or equal to 64\n');
    process.exit(254);
  }
  const run = /"method":"POST".*dag_run_id\\":\\"(\w+)/.exec(fs.readFileSync(`${folder}/calls`, 'utf8'))?.[1];
  const asked = (path: string) => fs.readFileSync(`${folder}/calls`, 'utf8').split(`"path":"${path}"`).length - 1;
  const looks = asked(`/dags/flight_delays/dagRuns/${run}`);
  const answer = (): object | undefined => {
    if (method === 'PATCH') return {};
    if (method === 'POST') return { dag_run_id: run };
    if (path === '/dags') {
      const { paused: is_paused, looksBeforeDag } = airflow;
      return { dags: asked('/dags') > looksBeforeDag ? [{ dag_id: 'flight_delays', is_paused }] : [] };
    }
    if (path.endsWith('/taskInstances')) {
      const state = (task: string) => (airflow.end === 'failed' && task === 'detect' ? 'failed' : 'success');
      return { task_instances: airflow.tasks.map((task_id) => ({ task_id, state: state(task_id), try_number: 2 })) };
    }
    if (path.endsWith('/load/logs/2')) return { content: [{ event: 'INFO loaded rows=113150 command=load' }] };
    if (path.endsWith(`/dagRuns/${run}`)) return { state: looks < 3 ? 'running' : airflow.end };
    return undefined;
  };
  if (path.endsWith(`/dagRuns/${run}`) && airflow.failing.includes(looks)) {
    process.stderr.write('An error occurred (InternalServerException): try again\n');
    process.exit(254);
  }
  const RestApiResponse = answer();
  if (!RestApiResponse) {
    process.stderr.write('An error occurred (RestApiClientException): not found\n');
    process.exit(254);
  }
  process.stdout.write(JSON.stringify({ RestApiStatusCode: 200, RestApiResponse }));
}

/** A deployment whose `aws` is the one above. */
function deploymentOf(airflow: Partial<Airflow> = {}) {
  const folder = temporaryFolder();
  const given = { paused: false, end: 'success', tasks: taskIds, looksBeforeDag: 0, failing: [], ...airflow };
  const file = join(folder, 'aws');
  const source = aws.toString();
  writeFileSync(
    file,
    `#!${process.execPath}\n${source}\naws(${JSON.stringify(given)}, process.argv.slice(2), ${JSON.stringify(folder)}, require('node:fs'));\n`,
  );
  chmodSync(file, 0o755);
  process.env.PATH = `${folder}:${process.env.PATH}`;
  const calls = (): any[] =>
    existsSync(join(folder, 'calls'))
      ? readFileSync(join(folder, 'calls'), 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line))
      : [];
  return { deployment: openDeployment(outputs), calls };
}

const options = { year: 2018, paused: 'refuse', secondsBetweenLooks: 0, tell: () => {} } as const;

test.serial('a year is requested and awaited, and its rows are returned', async (t) => {
  const { calls, deployment } = deploymentOf();
  const told: string[] = [];
  t.is(await runYear(deployment, { ...options, tell: (line) => told.push(line) }), 113_150);
  const { args, path, body } = calls().find(({ method }) => method === 'POST');
  t.deepEqual(args, ['mwaa', 'invoke-rest-api', '--region', 'eu-central-1', '--name', 'delaywatch-test']);
  t.is(path, '/dags/flight_delays/dagRuns');
  t.like(JSON.parse(body), { logical_date: null, conf: { year: 2018 } });
  t.is(told.length, 2);
});

test.serial('a DAG that Airflow has not read yet is waited for', async (t) => {
  const { calls, deployment } = deploymentOf({ looksBeforeDag: 2 });
  const told: string[] = [];
  t.is(await runYear(deployment, { ...options, tell: (line) => told.push(line) }), 113_150);
  t.regex(told[0], /has not read flight_delays yet; waiting/);
  t.is(told.filter((line) => line === told[0]).length, 1);
  t.is(calls().filter(({ path }) => path === '/dags').length, 3);
});

test.serial('a DAG that never appears is reported, and no run starts', async (t) => {
  const { calls, deployment } = deploymentOf({ looksBeforeDag: Number.MAX_SAFE_INTEGER });
  await t.throwsAsync(runYear(deployment, options), { message: /still has no flight_delays; .*import errors/ });
  t.deepEqual([...new Set(calls().map(({ method, path }) => `${method} ${path}`))], ['GET /dags']);
});

test.serial('a failed look is repeated and reported', async (t) => {
  const { calls, deployment } = deploymentOf({ failing: [2, 3] });
  const told: string[] = [];
  t.is(await runYear(deployment, { ...options, tell: (line) => told.push(line) }), 113_150);
  t.is(told.filter((line) => /InternalServerException.*asking again/.test(line)).length, 2);
  t.is(calls().filter(({ method }) => method === 'POST').length, 1);
});

test.serial('an Airflow that stays away ends it', async (t) => {
  const { deployment } = deploymentOf({ failing: [1, 2, 3, 4, 5] });
  await t.throwsAsync(runYear(deployment, options), { message: /InternalServerException/ });
});

test.serial('requests that change something are sent once', async (t) => {
  const { deployment } = deploymentOf();
  const asked: string[] = [];
  const refusing: Deployment = {
    ...deployment,
    airflow: async (method, path, body) => {
      if (method === 'GET') return await deployment.airflow(method, path, body);
      asked.push(method);
      throw new Error('the answer was lost');
    },
  };
  await t.throwsAsync(runYear(refusing, options), { message: 'the answer was lost' });
  t.deepEqual(asked, ['POST']);
});

test.serial('the error of a failed run names the task', async (t) => {
  const { deployment } = deploymentOf({ end: 'failed' });
  await t.throwsAsync(runYear(deployment, options), { message: /the run failed in detect; the log/ });
});

test.serial('a run that succeeds without the task of a command is an error', async (t) => {
  for (const [tasks, missing] of [
    [taskIds.filter((id) => id !== 'tell'), 'tell'],
    [[], taskIds.join(', ')],
  ] as const) {
    const { deployment } = deploymentOf({ tasks: [...tasks] });
    const message = `the run succeeded without ${missing}; expected a task for each command`;
    await t.throwsAsync(runYear(deployment, options), { message });
  }
});

test.serial('a paused DAG is switched on only where that is asked for', async (t) => {
  const { calls, deployment } = deploymentOf({ paused: true });
  await t.throwsAsync(runYear(deployment, options), { message: /is paused.*--switch-on/ });
  t.false(calls().some(({ method }) => method !== 'GET'));
  await runYear(deployment, { ...options, paused: 'switch on' });
  t.is(calls().find(({ method }) => method === 'PATCH').body, '{"is_paused":false}');
});

test("the error contains Airflow's own answer", async (t) => {
  const { deployment } = deploymentOf();
  await t.throwsAsync(deployment.airflow('GET', '/dags/other'), {
    message: /GET \/dags\/other: .*RestApiClientException.*not found/,
  });
});

test('an invalid year is a usage error', (t) => {
  for (const year of ['abc', '18', '2018.5', '1986']) {
    const { status, stderr } = spawnSync(process.execPath, [main, '--year', year], { encoding: 'utf8' });
    t.is(status, 64);
    t.true(stderr.includes(`argument '${year}' is invalid. Expected a year from 1987 on, like 2013.`), stderr);
  }
  t.is(spawnSync(process.execPath, [main, '--help']).status, 0);
});

const year = (charts: number, health: () => Promise<string>): Deployment => ({
  airflow: async () => ({}),
  keys: async (prefix) =>
    prefix.startsWith('plots') ? Array.from({ length: charts }, (_, index) => `${prefix}A${index}.png`) : [prefix],
  dashboardHealth: health,
});
const bad = async (deployment: Deployment, rows: number) =>
  (await check(deployment, 2018, rows)).filter(({ good }) => !good).map(({ what }) => what);

test.serial('a whole year is good', async (t) => {
  t.deepEqual(
    await bad(
      year(358, async () => 'OK\n'),
      113_150,
    ),
    [],
  );
});

test.serial('the sample of three airports is not a year of the country', async (t) => {
  t.deepEqual(
    await bad(
      year(3, async () => 'OK'),
      1095,
    ),
    ['rows in the database', 'charts'],
  );
});

test.serial('a dashboard that does not answer is bad, and the rest is still looked at', async (t) => {
  const [verdict] = (
    await check(
      year(358, () => Promise.reject(new Error('no kubectl'))),
      2018,
      113_150,
    )
  ).filter(({ good }) => !good);
  t.like(verdict, { what: 'dashboard', found: 'no kubectl' });
});
