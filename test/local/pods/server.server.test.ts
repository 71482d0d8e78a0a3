import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { type PodServer, startPodServer } from '../../../local/pods/server.ts';

let server: PodServer;
let address: string;
let token: string;

test.before(async () => {
  server = await startPodServer({
    namespace: 'flights',
    serviceAccounts: ['pipeline'],
    // What a pod is to do is its first argument, a script.
    entrypoint: [process.execPath, '--eval'],
    environment: { PATH: process.env.PATH },
    folder: '/',
    configMaps: { settings: { GREETING: 'hello' } },
  });
  const config = JSON.parse(server.kubeconfig);
  address = `${config.clusters[0].cluster.server}/api/v1/namespaces`;
  token = config.users[0].user.token;
});

test.after.always(() => server?.stop());

function call(method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${address}/flights/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

const get = async (path: string): Promise<any> => (await call('GET', path)).json();

/** A pod as KubernetesPodOperator sends it. */
function manifest(name: string, script: string, spec: object = {}, container: object = {}) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'flights', labels: { task_id: name, try_number: '1' }, annotations: {} },
    spec: {
      serviceAccountName: 'pipeline',
      restartPolicy: 'Never',
      initContainers: [],
      nodeSelector: { 'kubernetes.io/arch': 'amd64' },
      containers: [
        {
          name: 'base',
          image: 'delaywatch:1',
          command: [],
          args: [script],
          env: [{ name: 'NAME', value: 'world' }],
          envFrom: [{ configMapRef: { name: 'settings' } }],
          terminationMessagePolicy: 'FallbackToLogsOnError',
          resources: { limits: { memory: '1Gi' } },
          ...container,
        },
      ],
      ...spec,
    },
  };
}

async function phase(name: string, ...wanted: string[]): Promise<any> {
  while (true) {
    const pod = await get(`pods/${name}`);
    if (wanted.includes(pod.status.phase)) return pod;
    await sleep(20);
  }
}

test('a pod runs, says what it has to say with the environment it was given, and can be removed', async (t) => {
  const script = 'const { env } = process; console.log(env.GREETING, env.NAME, Object.keys(env).sort().join())';
  t.is((await call('POST', 'pods', manifest('good', script))).status, 201);
  const pod = await phase('good', 'Succeeded');
  t.like(pod.status.containerStatuses[0].state.terminated, { exitCode: 0, reason: 'Completed', message: '' });
  const log = await (await call('GET', 'pods/good/log?container=base&follow=True&timestamps=True')).text();
  t.regex(log, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z hello world GREETING,NAME,PATH\n$/);
  const { items } = await get('events?fieldSelector=involvedObject.name=good');
  t.deepEqual(
    items.map(({ reason }: { reason: string }) => reason),
    ['Scheduled', 'Started'],
  );
  t.is((await call('DELETE', 'pods/good')).status, 200);
  t.is((await call('GET', 'pods/good')).status, 404);
});

test('a log is read while it is written, from its start or its end', async (t) => {
  await call('POST', 'pods', manifest('talk', 'console.log(1); setTimeout(() => console.log(2), 60_000)'));
  await phase('talk', 'Running');
  const { body } = await call('GET', 'pods/talk/log?container=base&follow=True&timestamps=False');
  const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
  t.is((await reader.read()).value, '1\n');
  t.is((await get('pods/talk')).status.phase, 'Running');
  await reader.cancel();
  t.is(await (await call('GET', 'pods/talk/log?tailLines=1')).text(), '1\n');
  t.is(await (await call('GET', 'pods/talk/log?sinceSeconds=0')).text(), '');
  await call('DELETE', 'pods/talk?gracePeriodSeconds=0');
});

test('the end of the log of a pod that failed is its message', async (t) => {
  await call('POST', 'pods', manifest('bad', 'console.error("no rows"); process.exit(65)'));
  const { status } = await phase('bad', 'Failed');
  t.like(status.containerStatuses[0].state.terminated, { exitCode: 65, reason: 'Error', message: 'no rows\n' });
});

test('a pod that is killed ends with 137', async (t) => {
  await call('POST', 'pods', manifest('killed', 'setInterval(() => {}, 1000)'));
  await phase('killed', 'Running');
  server
    .pods()
    .find(({ name }) => name === 'killed')!
    .kill();
  const { status } = await phase('killed', 'Failed');
  t.is(status.containerStatuses[0].state.terminated.exitCode, 137);
});

test('a pod that is deleted is asked to stop, and can be read until shortly after its end', async (t) => {
  const script =
    'process.on("SIGTERM", () => { console.log("bye"); process.exit(143) }); setInterval(() => {}, 1000); console.log("up")';
  await call('POST', 'pods', manifest('asked', script));
  await phase('asked', 'Running');
  while (!(await (await call('GET', 'pods/asked/log')).text())) await sleep(20);
  const { metadata } = (await (await call('DELETE', 'pods/asked?gracePeriodSeconds=20', {})).json()) as any;
  t.truthy(metadata.deletionTimestamp);
  const { status } = await phase('asked', 'Failed');
  t.is(status.containerStatuses[0].state.terminated.exitCode, 143);
  while ((await call('GET', 'pods/asked')).status !== 404) await sleep(50);
  t.pass();
});

test('a process that ignores the signal is killed after the grace period, with its children', async (t) => {
  const child = 'require("child_process").spawn(process.execPath, ["--eval", "setInterval(() => {}, 1000)"])';
  const script = `process.on("SIGTERM", () => {}); console.log(${child}.pid); setInterval(() => {}, 1000)`;
  await call('POST', 'pods', manifest('deaf', script));
  await phase('deaf', 'Running');
  let pid = '';
  while (!(pid = await (await call('GET', 'pods/deaf/log')).text())) await sleep(20);
  await call('DELETE', 'pods/deaf?gracePeriodSeconds=0');
  const { status } = await phase('deaf', 'Failed');
  t.is(status.containerStatuses[0].state.terminated.exitCode, 137);
  while (isAlive(Number(pid))) await sleep(20);
  t.pass();
});

test('past its deadline a pod is stopped and has failed, whatever its exit code', async (t) => {
  const script = 'process.on("SIGTERM", () => process.exit(0)); setInterval(() => {}, 1000)';
  await call('POST', 'pods', manifest('late', script, { activeDeadlineSeconds: 1 }));
  const { status } = await phase('late', 'Failed');
  t.is(status.reason, 'DeadlineExceeded');
});

test('a pod whose ConfigMap is missing waits, and says for what', async (t) => {
  const container = { envFrom: [{ configMapRef: { name: 'other' } }] };
  await call('POST', 'pods', manifest('waits', '', {}, container));
  while (!(await get('pods/waits')).status.containerStatuses[0].state.waiting.message) await sleep(20);
  const { status } = await get('pods/waits');
  t.is(status.phase, 'Pending');
  t.deepEqual(status.containerStatuses[0].state.waiting, {
    reason: 'CreateContainerConfigError',
    message: 'configmap "other" not found',
  });
  t.is((await call('GET', 'pods/waits/log')).status, 400);
  await call('DELETE', 'pods/waits');
  t.is((await call('GET', 'pods/waits')).status, 404);
});

test('pods are listed by labels, which can be changed', async (t) => {
  await call('POST', 'pods', manifest('labelled', ''));
  const names = async (selector: string) =>
    (await get(`pods?labelSelector=${encodeURIComponent(selector)}`)).items.map(({ metadata }: any) => metadata.name);
  t.deepEqual(await names('task_id=labelled,already_checked!=True,!airflow-worker'), ['labelled']);
  await call('PATCH', 'pods/labelled', { metadata: { labels: { already_checked: 'True', try_number: null } } });
  t.deepEqual(await names('task_id=labelled,already_checked!=True'), []);
  t.deepEqual(await names('task_id=labelled,!try_number'), ['labelled']);
});

test('requests that a cluster would refuse are refused', async (t) => {
  const body = manifest('once', 'setInterval(() => {}, 1000)');
  t.is((await call('POST', 'pods', body)).status, 201);
  t.is((await call('POST', 'pods', body)).status, 409);
  t.is((await call('POST', 'pods', manifest('x', '', { serviceAccountName: 'admin' }))).status, 403);
  t.is((await fetch(`${address}/kube-system/pods`, { headers: { authorization: `Bearer ${token}` } })).status, 403);
  t.is((await call('GET', 'secrets')).status, 404);
  t.is((await call('GET', 'pods/nobody')).status, 404);
  for (const authorization of ['', 'Bearer', `Bearer ${token}x`]) {
    t.is((await fetch(`${address}/flights/pods`, { headers: { authorization } })).status, 401);
  }
});

test('fields that a local process cannot honour are refused by name', async (t) => {
  const cases: [object, object, RegExp][] = [
    [{ initContainers: [{ name: 'first' }] }, {}, /spec\.initContainers/],
    [{ restartPolicy: 'Always' }, {}, /spec\.restartPolicy/],
    [{}, { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] }, /spec\.containers\.0\.env\.0/],
    [{}, { envFrom: [{ secretRef: { name: 's' } }] }, /spec\.containers\.0\.envFrom\.0/],
  ];
  for (const [spec, container, expected] of cases) {
    const response = await call('POST', 'pods', manifest('refused', '', spec, container));
    t.is(response.status, 422);
    t.regex(((await response.json()) as { message: string }).message, expected);
  }
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
