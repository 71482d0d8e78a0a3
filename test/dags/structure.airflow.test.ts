import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { pythonEnvironment } from '../../local/python-environment.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const python = pythonEnvironment('airflow', new URL('../../local/airflow-requirements.txt', import.meta.url));
const describeScript = fileURLToPath(new URL('describe.py', import.meta.url));
const dags = fileURLToPath(new URL('../../dags', import.meta.url));

/** What Airflow makes of dags/ with other settings, without a network and without a kubeconfig. */
function describe(changes: object = {}): any {
  const folder = join(temporaryFolder(), 'dags');
  cpSync(dags, folder, { recursive: true, filter: (path) => !path.includes('__pycache__') });
  const file = join(folder, 'settings.json');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...changes }));
  const said = execFileSync(python, [describeScript, folder], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: process.env.PATH, HOME: folder, AIRFLOW_HOME: join(folder, '..', 'airflow') },
  });
  return JSON.parse(said.trim().split('\n').at(-1)!);
}

const year = /\{% if params\.year .*?\{% endif %\}|\{\{ params\.year if .*?\.year \}\}/g;
const month = /\{\{ 1 if .*?\.month \}\}/g;

test('the DAGs are read without a network; their structure and their pods are these', (t) => {
  const text = JSON.stringify(describe()).replaceAll(year, 'YEAR').replaceAll(month, 'MONTH');
  t.snapshot(JSON.parse(text));
});

test('settings reach the pods', (t) => {
  const {
    pod,
    dags: found,
    ...said
  } = describe({
    image: 'registry/delaywatch@sha256:0123',
    namespace: 'elsewhere',
    first_year: 1999,
    shards: 5,
    source: 'kaggle',
    notice_topic_variable: 'delaywatch_topic',
    tasks: JSON.parse(
      readFileSync(join(dags, 'settings.json'), 'utf8').replaceAll('"memory": "512Mi"', '"memory": "2Gi"'),
    ).tasks,
  });
  t.is(pod.metadata.namespace, 'elsewhere');
  t.is(pod.spec.containers[0].image, 'registry/delaywatch@sha256:0123');
  t.deepEqual(said['first years'], ['1999-01-03 06:00:00+00:00', '2000-01-03 06:00:00+00:00']);
  for (const { tasks } of Object.values<any>(found)) {
    t.deepEqual(
      tasks.render.commands.map((command: string[]) => command.at(-1)),
      ['1/5', '2/5', '3/5', '4/5', '5/5'],
    );
    t.deepEqual(tasks.acquire.commands[0].slice(3, 5), ['--from', 'kaggle']);
  }
});

test('a run of the year so far is for the month before the last one', (t) => {
  const { 'months so far': months } = describe();
  t.is(Object.keys(months).length, 24);
  for (const [run, month] of Object.entries(months)) {
    const [year, number] = run.split('-').map(Number);
    t.is(month, number < 3 ? `${year - 1}-${number + 10}` : `${year}-${number - 2}`, run);
  }
});

test('a missing setting is named', (t) => {
  const { import_errors } = describe({ shards: undefined });
  t.regex(JSON.stringify(import_errors), /KeyError: 'shards'/);
});

/** Commands that are no step of the pipeline. */
const noSteps = ['run', 'serve'];

test('each command that is a step is a task, and each task is a command', (t) => {
  const commands = readdirSync(new URL('../../tasks/commands/', import.meta.url)).map((name) =>
    name.replace('.ts', ''),
  );
  for (const { tasks } of Object.values<any>(describe().dags)) {
    t.deepEqual(Object.keys(tasks).sort(), commands.filter((name) => !noSteps.includes(name)).sort());
  }
});
