import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import test from 'ava';
import type { Pod } from 'kubernetes-types/core/v1.d.ts';
import type { Client } from 'pg';
import { type FlightsSettings, flightsManifests } from '../../infra/manifests/flights.ts';
import { type Airflow, startAirflow } from '../../local/airflow.ts';
import { type DagSettings, defaultDagSettings } from '../../local/dag-settings.ts';
import { type LocalPostgres, startPostgres } from '../../local/postgres.ts';
import { type S3Server, startS3Server } from '../../local/s3-server.ts';
import { type ForwardedPort, forwardPort } from '../support/forward-port.ts';
import { lastCompleteYear } from '../support/last-complete-year.ts';
import { writeGeneratedYear } from '../support/sample-files.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openTestCluster, poll, type TestCluster } from '../support/test-cluster.ts';

const namespace = 'delaywatch-test';
const image = process.env.TEST_IMAGE ?? defaultDagSettings.image;
const minute = 60_000;
const generated = { flights: 20_000, airports: 6 };
const dagPath = '/dags/flight_delays';
const lastYear = lastCompleteYear();
/** The DAG's schedule begins with the years of the backfill, so that catching up adds no run to it. */
const backfilled = [lastYear - 2, lastYear - 1, lastYear];
const killed = 2012;
const unreadable = 2011;

let cluster: TestCluster;
let postgres: LocalPostgres;
let database: Client;
let s3: S3Server;
let toPostgres: ForwardedPort;
let toS3: ForwardedPort;
let airflow: Airflow;
/** The kubeconfig of the identity that Airflow has. */
let airflowKubeconfig: string;
let dagSettings: DagSettings;

test.before(async () => {
  cluster = await openTestCluster();
  await cluster.kubectl(['delete', 'namespace', namespace, '--ignore-not-found', '--timeout=2m']);
  [postgres, s3] = await Promise.all([startOpenPostgres(), startS3Server()]);
  database = await postgres.connect('pipeline');
  toPostgres = await forwardPort(cluster.hostAddress, Number(new URL(postgres.url('pipeline')).port));
  toS3 = await forwardPort(cluster.hostAddress, s3.port);
  await fillBucket();

  dagSettings = {
    ...defaultDagSettings,
    image,
    namespace,
    node_selector: { 'kubernetes.io/os': 'linux' } as any,
    first_year: backfilled[0],
    source: `http://${cluster.hostAddress}:${toS3.port}/${s3.bucket}/published/flights-{year}.csv.zst`,
    retry: { times: 2, first_minutes: 0.1, longest_minutes: 0.1 },
  };
  await cluster.apply(manifests());
  airflowKubeconfig = await cluster.kubeconfigOf('airflow', 'airflow-pods');
  await imageIsThere();

  const folder = temporaryFolder();
  airflow = await startAirflow({
    folder,
    databaseUrl: await postgres.addDatabase('airflow'),
    passwordFile: postgres.passwordFile,
    settings: dagSettings,
    kubeconfig: readFileSync(airflowKubeconfig, 'utf8'),
  });
});

test.after.always(async () => {
  await airflow?.stop();
  // All that the tests made in the cluster; what lies in no namespace goes first, while it still has its name.
  if (dagSettings) {
    const outside = manifests().filter(({ metadata }) => !metadata!.namespace);
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: outside });
    await cluster.kubectl(['delete', '--ignore-not-found', '--timeout=2m', '--filename', '-'], { input: list });
  }
  await Promise.all([toPostgres?.stop(), toS3?.stop(), database?.end(), s3?.stop()]);
  await postgres?.stop();
});

/** A PostgreSQL that takes `pipeline` without a password, as RDS takes an identity: pods must hold no secret. */
async function startOpenPostgres(): Promise<LocalPostgres> {
  const folder = join(temporaryFolder(), 'postgres');
  await (await startPostgres(folder)).stop();
  const rules = join(folder, 'data', 'pg_hba.conf');
  writeFileSync(rules, `host flights pipeline 127.0.0.1/32 trust\n${readFileSync(rules, 'utf8')}`);
  return await startPostgres(folder);
}

/** 2013 is published elsewhere, for acquire to fetch; the other years are in the bucket already. */
async function fillBucket(): Promise<void> {
  const sample = new URL('../../samples/flights-2013.csv.zst', import.meta.url);
  await s3.client.send(
    new PutObjectCommand({
      Bucket: s3.bucket,
      Key: 'published/flights-2013.csv.zst',
      Body: readFileSync(sample),
      ACL: 'public-read',
    }),
  );
  const folder = temporaryFolder();
  for (const year of [...backfilled, killed]) {
    await s3.put(`flights/${year}/${year}.csv`, await writeGeneratedYear(folder, { ...generated, year }));
  }
  const text = await writeGeneratedYear(folder, { ...generated, year: unreadable, flights: 100 });
  await s3.put(`flights/${unreadable}/${unreadable}.csv`, `${text}no flight at all\n`);
}

function manifests() {
  const { hostAddress } = cluster;
  const at = (port: number) => ({ cidrs: [`${hostAddress}/32`], port });
  return flightsManifests({
    dag: dagSettings,
    environment: {
      FLIGHTS_URI: `s3://${s3.bucket}/flights/{year}/`,
      OUTPUT_URI: `s3://${s3.bucket}`,
      DATABASE_URL: `postgres://pipeline@${hostAddress}:${toPostgres.port}/flights`,
      ...s3.environment,
      AWS_ENDPOINT_URL_S3: `http://${hostAddress}:${toS3.port}`,
    },
    network: {
      database: at(toPostgres.port),
      services: [at(toS3.port)],
      kubernetesApi: { cidrs: ['0.0.0.0/0'], port: 6443 },
    },
  });
}

/** A pod as the DAG makes them, in the parts that the rules are about. */
function pod(name: string, { task = 'load', serviceAccountName = 'pipeline', spec = {}, container = {} } = {}) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { 'app.kubernetes.io/name': 'delaywatch', 'delaywatch/task': task } },
    spec: {
      serviceAccountName,
      restartPolicy: 'Never',
      activeDeadlineSeconds: 120,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 10001,
        runAsGroup: 10001,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [
        {
          name: 'base',
          image,
          imagePullPolicy: 'IfNotPresent',
          args: ['--version'],
          securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ['ALL'] },
            readOnlyRootFilesystem: true,
          },
          ...container,
        },
      ],
      ...spec,
    },
  };
}

/** What kubectl says to Airflow's identity. */
const asAirflow = (args: string[], input?: object) =>
  cluster.kubectl(['--namespace', namespace, ...args], {
    kubeconfig: airflowKubeconfig,
    ...(input && { input: JSON.stringify(input) }),
  });

const podsOf = async (...labels: string[]): Promise<Pod[]> =>
  (await cluster.get('pods', '--namespace', namespace, '--selector', labels.join(','))).items;
const ended = (one: Pod) => one.status!.containerStatuses?.[0].state?.terminated;
const phase = async (name: string) => (await cluster.get('pod', name, '--namespace', namespace)).status.phase;

async function imageIsThere(): Promise<void> {
  await cluster.apply([pod('image')]);
  const found = await poll(
    async () => {
      const { status } = await cluster.get('pod', 'image', '--namespace', namespace);
      const [container] = status.containerStatuses ?? [];
      return (
        container?.state.terminated ?? (/Err|BackOff/.test(container?.state.waiting?.reason) && container.state.waiting)
      );
    },
    5 * minute,
    'the pod of the image does not start',
  );
  if (found.exitCode === 0) return;
  throw new Error(
    `the cluster cannot run ${image}: ${found.message ?? found.reason}. Build it by \`npm run image -- --save FILE\` and load it there, or set TEST_IMAGE to one that the cluster can pull`,
  );
}

interface TaskInstance {
  task_id: string;
  map_index: number;
  state: string;
  try_number: number;
}

const trigger = async (year: number): Promise<string> =>
  (await airflow.call('POST', `${dagPath}/dagRuns`, { logical_date: null, conf: { year } })).dag_run_id;
const runPath = (id: string) => `${dagPath}/dagRuns/${encodeURIComponent(id)}`;
const runEnded = (id: string): Promise<string> =>
  poll(
    async () => {
      const { state } = await airflow.call('GET', runPath(id));
      return ['success', 'failed'].includes(state) && state;
    },
    8 * minute,
    `the run ${id} does not end`,
  );
const tasksOf = async (id: string): Promise<TaskInstance[]> =>
  (await airflow.call('GET', `${runPath(id)}/taskInstances`)).task_instances;
/** `task state` of all that run in pods, sorted. */
const states = async (id: string) =>
  (await tasksOf(id))
    .filter(({ task_id }) => task_id in dagSettings.tasks)
    .map(({ task_id, state }) => `${task_id} ${state}`)
    .sort();
/** What Airflow keeps of an attempt's log. */
const airflowLog = async (id: string, { task_id, map_index = -1 }: Partial<TaskInstance>, attempt = 1) => {
  const query = `full_content=true&map_index=${map_index}`;
  const { content } = await airflow.call('GET', `${runPath(id)}/taskInstances/${task_id}/logs/${attempt}?${query}`);
  return (content as { event: string }[]).map(({ event }) => event).join('\n');
};
/** The logs of what did not succeed at once, for who reads a failed test. */
const troubles = async (id: string) => {
  const troubled = (await tasksOf(id)).filter(({ state, try_number }) => state !== 'success' || try_number > 1);
  const logs = troubled
    .filter(({ try_number }) => try_number > 0)
    .map(
      async (task) =>
        `${task.task_id} ${task.map_index}, attempt ${task.try_number}, ${task.state}:\n${await airflowLog(id, task, task.try_number)}`,
    );
  return (await Promise.all(logs)).join('\n');
};
/** A run of which nothing is missing. How often a task was tried is not asked: a busy machine may cost it an attempt. */
const whole = ['acquire', 'detect', 'load', 'migrate', 'publish', 'render', 'render', 'tell'].map(
  (task) => `${task} success`,
);

const count = async (year: number) =>
  (
    await database.query(
      `SELECT count(*)::int AS days, count(*) FILTER (WHERE is_outlier)::int AS outliers, count(DISTINCT airport)::int AS airports
       FROM airport_days WHERE extract(year FROM flight_date) = $1`,
      [year],
    )
  ).rows[0];

test.serial('the manifests are what is in the cluster; it would also accept those of the cloud', async (t) => {
  const list = (items: object[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  const again = await cluster.kubectl(['apply', '--filename', '-'], { input: list(manifests()) });
  t.is(again.code, 0, again.said);
  for (const line of again.said.trim().split('\n')) t.regex(line, / unchanged$/);

  const cloud: FlightsSettings = {
    dag: { ...dagSettings, image: `example.com/delaywatch@sha256:${'0'.repeat(64)}` },
    environment: { FLIGHTS_URI: 's3://lake/flights/{year}/', DATABASE_AUTH: 'iam', AWS_REGION: 'eu-central-1' },
    network: {
      database: { cidrs: ['10.0.20.0/24', '10.0.21.0/24'], port: 5432 },
      services: [{ cidrs: ['10.0.10.0/24', '3.5.134.0/23'], port: 443 }],
      kubernetesApi: { cidrs: ['10.0.11.0/24'], port: 443 },
    },
  };
  const tried = await cluster.kubectl(['apply', '--dry-run=server', '--validate=strict', '--filename', '-'], {
    input: list(flightsManifests(cloud)),
  });
  t.is(tried.code, 0, tried.said);
});

test.serial("Airflow's identity handles pods in its namespace, and nothing else", async (t) => {
  for (const call of [
    ['get', 'secrets'],
    ['get', 'configmaps'],
    ['get', 'nodes'],
    ['get', 'pods', '--namespace', 'default'],
    ['get', 'pods', '--watch'],
    ['create', '--raw', `/api/v1/namespaces/${namespace}/pods/image/exec?command=true`, '--filename', '/dev/null'],
    ['create', 'job', 'x', '--image', image],
    ['create', 'token', 'pipeline'],
  ]) {
    const { code, said } = await asAirflow(call);
    t.not(code, 0, call.join(' '));
    t.regex(said, /forbidden/i, call.join(' '));
  }
  t.is((await asAirflow(['get', 'pods'])).code, 0);
  t.regex((await asAirflow(['logs', 'image'])).said, /^\d+\.\d+\.\d+\n$/);
});

test.serial('a pod outside the rules is refused, and one within them is not', async (t) => {
  const privileged = { securityContext: { privileged: true } };
  const refused: [object, RegExp][] = [
    [pod('a', { spec: { activeDeadlineSeconds: null } }), /needs activeDeadlineSeconds/],
    [pod('b', { task: 'acquire' }), /task acquire or tell must run as the service account of that name/],
    [pod('b', { task: 'tell' }), /task acquire or tell must run as the service account of that name/],
    [pod('c', { serviceAccountName: 'acquire' }), /any other task as pipeline/],
    [pod('c', { serviceAccountName: 'tell' }), /any other task as pipeline/],
    [pod('c', { task: 'acquire', serviceAccountName: 'tell' }), /the service account of that name/],
    [pod('d', { serviceAccountName: 'clean-up' }), /any other task as pipeline/],
    [pod('e', { task: '' }), /any other task as pipeline/],
    [pod('f', { container: privileged }), /violates PodSecurity "restricted/],
    [pod('g', { spec: { hostNetwork: true } }), /violates PodSecurity "restricted/],
    [
      pod('h', { container: { resources: { limits: { cpu: '64', memory: '1Ti' } } } }),
      /maximum (cpu|memory) usage per Container/,
    ],
  ];
  for (const [manifest, reason] of refused) {
    const { code, said } = await asAirflow(['create', '--filename', '-'], manifest);
    t.not(code, 0, said);
    t.regex(said, reason);
  }
  for (const [task, serviceAccountName] of [
    ['load', 'pipeline'],
    ['acquire', 'acquire'],
    ['tell', 'tell'],
  ]) {
    const allowed = pod('allowed', { task, serviceAccountName });
    const { code, said } = await asAirflow(['create', '--dry-run=server', '--filename', '-'], allowed);
    t.is(code, 0, said);
  }
  for (const task of ['acquire', 'tell']) {
    const relabelled = await asAirflow(['label', 'pod', 'image', `delaywatch/task=${task}`, '--overwrite']);
    t.regex(relabelled.said, /task acquire or tell must run as the service account of that name/);
  }
});

test.serial(
  'the image runs as nobody, on a root that it cannot write to, and knows the authorities of RDS',
  async (t) => {
    const script = `
    import { readFileSync, writeFileSync } from 'node:fs';
    import { X509Certificate } from 'node:crypto';
    const authorities = readFileSync('/etc/ssl/rds-authorities.pem', 'utf8').split(/(?<=-----END CERTIFICATE-----)/).filter((text) => text.trim());
    let written;
    try { writeFileSync('/app/x', 'x'); } catch (error) { written = error.code; }
    console.log(JSON.stringify({ uid: process.getuid(), gid: process.getgid(), written, valid: authorities.every((pem) => new X509Certificate(pem).ca), count: authorities.length }));`;
    await cluster.apply([
      pod('look', { container: { command: ['node', '--input-type=module', '--eval', script], args: [] } }),
    ]);
    await poll(async () => /Succeeded|Failed/.test(await phase('look')), minute, 'the pod does not end');
    const { said } = await asAirflow(['logs', 'look']);
    const seen = JSON.parse(said);
    t.like(seen, { uid: 10001, gid: 10001, written: 'EROFS', valid: true });
    t.true(seen.count > 50);
  },
);

test.serial('three years are backfilled at once, within the limits of each task', async (t) => {
  await airflow.call('POST', '/backfills', {
    dag_id: 'flight_delays',
    from_date: `${backfilled[0]}-01-01T00:00:00Z`,
    to_date: `${backfilled.at(-1)}-12-31T00:00:00Z`,
    max_active_runs: 10,
    run_backwards: false,
    reprocess_behavior: 'none',
    dag_run_conf: {},
  });
  await airflow.call('PATCH', dagPath, { is_paused: false });
  const { dag_runs: runs } = await airflow.call('GET', `${dagPath}/dagRuns?run_type=backfill`);
  t.is(runs.length, 3);
  for (const { dag_run_id } of runs) {
    t.is(await runEnded(dag_run_id), 'success', await troubles(dag_run_id));
    t.deepEqual(await states(dag_run_id), whole);
  }
  for (const year of backfilled) {
    t.is((await count(year)).airports, generated.airports);
    t.is((await s3.keys(`plots/${year}/`)).length, generated.airports);
  }
  for (const [task, { at_once }] of Object.entries(dagSettings.tasks)) {
    const pods = (await podsOf(`delaywatch/task=${task}`, `delaywatch/year in (${backfilled})`)).map(ended);
    t.true(pods.length >= backfilled.length, task);
    const together = pods.map((one) =>
      pods.filter((other) => other!.startedAt! <= one!.startedAt! && other!.finishedAt! > one!.startedAt!),
    );
    t.true(Math.max(...together.map(({ length }) => length)) <= at_once, task);
  }
});

test.serial('the year 2013 is fetched, loaded and drawn by pods of its three identities', async (t) => {
  const id = await trigger(2013);
  t.is(await runEnded(id), 'success', await troubles(id));
  t.deepEqual(await states(id), whole);
  t.deepEqual(await count(2013), { days: 1095, outliers: 17, airports: 3 });
  t.deepEqual(
    await s3.keys('plots/2013/'),
    ['EWR', 'JFK', 'LGA'].map((airport) => `plots/2013/${airport}.png`),
  );
  t.true((await s3.keys('flights/2013/')).includes('flights/2013/manifest.json'));
  t.true((await s3.keys('reports/')).includes('reports/feed.xml'));
  const pods = await podsOf('app.kubernetes.io/name=delaywatch', 'delaywatch/year=2013');
  t.true(pods.length >= whole.length);
  for (const { metadata, spec } of pods) {
    const task = metadata!.labels!['delaywatch/task'];
    t.is(spec!.serviceAccountName, ['acquire', 'tell'].includes(task) ? task : 'pipeline');
  }
});

test.serial('bad input fails at once; its pod is kept, and has the same message as Airflow', async (t) => {
  const id = await trigger(unreadable);
  t.is(await runEnded(id), 'failed');
  const tasks = await states(id);
  t.true(tasks.includes('detect failed'), tasks.join());
  t.false(tasks.includes('publish success'), tasks.join());
  const pods = await podsOf('delaywatch/task=detect', `delaywatch/year=${unreadable}`);
  const [kept, ...more] = pods.filter((one) => ended(one)!.exitCode === 65);
  t.deepEqual(more, []);
  // No attempt follows it.
  const detect = (await tasksOf(id)).find(({ task_id }) => task_id === 'detect')!;
  t.is(kept.metadata!.labels!.try_number, String(detect.try_number));
  const { said } = await asAirflow(['logs', kept.metadata!.name!]);
  const lastLine = said.trim().split('\n').at(-1)!;
  t.regex(lastLine, new RegExp(`ERROR .*${unreadable}\\.csv.* exit=65`));
  t.true((await airflowLog(id, detect, detect.try_number)).includes(lastLine));
});

test.serial('a task that is killed runs again in another pod, and its run succeeds', async (t) => {
  toPostgres.hold();
  const id = await trigger(killed);
  const victim = await poll(
    async () => {
      const [one] = await podsOf('delaywatch/task=migrate', `delaywatch/year=${killed}`);
      if (one?.status?.phase !== 'Running') return undefined;
      const { said } = await asAirflow(['logs', one.metadata!.name!]);
      return said.includes('start command=migrate') && one.metadata!.name!;
    },
    2 * minute,
    'the pod of migrate does not start',
  );
  // As the kernel does when memory runs out: all but the first process, which then ends by itself.
  await cluster.kubectl(['exec', victim, '--namespace', namespace, '--', 'sh', '-c', 'kill -9 -1']);
  toPostgres.release();
  t.is(await runEnded(id), 'success', await troubles(id));
  t.deepEqual(await states(id), whole);
  const pods = await podsOf('delaywatch/task=migrate', `delaywatch/year=${killed}`);
  const exitCode = (name: string) => ended(pods.find(({ metadata }) => metadata!.name === name)!)!.exitCode;
  t.is(exitCode(victim), 137);
  t.is(pods.filter((one) => ended(one)!.exitCode === 0).length, 1);
});

test.serial('no pod runs on, and those that ended a day ago are removed, and no others', async (t) => {
  const labels = 'app.kubernetes.io/name=delaywatch';
  const kept = await podsOf(labels);
  t.true(kept.length > 30);
  t.deepEqual(
    kept.filter((one) => !ended(one)).map(({ metadata }) => metadata!.name),
    [],
  );
  // A pod that no node takes, so that nobody but this test says how it fares.
  await cluster.apply([pod('yesterday', { spec: { schedulerName: 'nobody' } })]);
  const finishedAt = new Date(Date.now() - 25 * 60 * minute).toISOString().replace(/\.\d+Z/, 'Z');
  const terminated = { exitCode: 65, startedAt: finishedAt, finishedAt };
  const status = {
    phase: 'Failed',
    containerStatuses: [{ name: 'base', image, imageID: '', ready: false, restartCount: 0, state: { terminated } }],
  };
  const patch = await cluster.kubectl([
    ...['patch', 'pod', 'yesterday', '--namespace', namespace, '--subresource=status', '--type=merge'],
    ...['--patch', JSON.stringify({ status })],
  ]);
  t.is(patch.code, 0, patch.said);
  t.is((await podsOf(labels)).length, kept.length + 1);

  const job = await cluster.kubectl(['create', 'job', 'now', '--from=cronjob/clean-up', '--namespace', namespace]);
  t.is(job.code, 0, job.said);
  await cluster.kubectl(['wait', 'job/now', '--for=condition=Complete', '--timeout=2m', '--namespace', namespace]);
  const { said } = await cluster.kubectl(['logs', 'job/now', '--namespace', namespace]);
  t.regex(said, /removed .*pod=yesterday/);
  t.regex(said, new RegExp(`done .*removed=1 kept=${kept.length} hours=24`));
  const names = (pods: Pod[]) => pods.map(({ metadata }) => metadata!.name).sort();
  t.deepEqual(names(await podsOf(labels)), names(kept));
});
