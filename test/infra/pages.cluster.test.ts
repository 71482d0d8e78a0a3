import { type ChildProcess, spawn } from 'node:child_process';
import test from 'ava';
import type { Manifest } from '../../infra/manifests/flights.ts';
import { pagesManifests } from '../../infra/manifests/pages.ts';
import { defaultDagSettings } from '../../local/dag-settings.ts';
import { freePort } from '../../local/free-port.ts';
import { type S3Server, startS3Server } from '../../local/s3-server.ts';
import { type ForwardedPort, forwardPort } from '../support/forward-port.ts';
import { openTestCluster, poll, type TestCluster } from '../support/test-cluster.ts';

const image = process.env.TEST_IMAGE ?? defaultDagSettings.image;
/** A name that nobody else uses. */
const namespace = 'delaywatch-test-pages';
const minute = 60_000;
const page = '<!doctype html><title>2013</title>';
let cluster: TestCluster;
let s3: S3Server;
let toS3: ForwardedPort;
let forwarding: ChildProcess | undefined;

test.before(async () => {
  cluster = await openTestCluster();
  await remove();
  s3 = await startS3Server();
  toS3 = await forwardPort(cluster.hostAddress, s3.port);
  await s3.put('reports/2013.html', page);
  await s3.put('summaries/2013.arrow', 'for the pipeline only');
});
test.after.always(async () => {
  forwarding?.kill();
  await remove();
  await toS3?.stop();
  await s3?.stop();
});

async function remove(): Promise<void> {
  await cluster?.kubectl(['delete', 'namespace', namespace, '--ignore-not-found', '--timeout=2m']);
}

/** The manifests in a namespace of the test, for the S3 server of this machine. */
function manifests(): Manifest[] {
  const made = pagesManifests({
    image,
    replicas: 2,
    environment: {
      OUTPUT_URI: `s3://${s3.bucket}`,
      ...s3.environment,
      AWS_ENDPOINT_URL_S3: `http://${cluster.hostAddress}:${toS3.port}`,
    },
    clients: ['0.0.0.0/0'],
    storage: [{ cidrs: [`${cluster.hostAddress}/32`], port: toS3.port }],
    nodeSelector: { 'kubernetes.io/os': 'linux' },
  });
  return made.map((manifest) => {
    const copy = structuredClone(manifest);
    if (copy.kind === 'Namespace') copy.metadata!.name = namespace;
    else copy.metadata!.namespace = namespace;
    return copy;
  });
}

const deployment = async () => (await cluster.get('deployment', 'pages', '--namespace', namespace)) as any;

/** An address of this machine for port 80 of the service, as a person calls it. */
async function forward(): Promise<string> {
  const port = await freePort();
  forwarding = spawn('kubectl', ['--namespace', namespace, 'port-forward', 'service/pages', `${port}:80`], {
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${port}`;
  await poll(
    async () => (await fetch(`${url}/healthz`).catch(() => undefined))?.ok,
    minute,
    'nothing answers behind port-forward',
  );
  return url;
}

test.serial('two restricted pods get ready, and a report is opened through port-forward', async (t) => {
  await cluster.apply(manifests());
  await poll(
    async () => {
      const { items } = await cluster.get('pods', '--namespace', namespace);
      const [waiting] = items
        .flatMap(({ status }: any) => status.containerStatuses ?? [])
        .map((c: any) => c.state.waiting);
      if (/Err|BackOff/.test(waiting?.reason)) throw new Error(`the cluster cannot run ${image}: ${waiting.message}`);
      return (await deployment()).status.readyReplicas === 2;
    },
    3 * minute,
    'the pods do not get ready',
  );
  const url = await forward();
  const answer = await fetch(`${url}/reports/2013.html`);
  t.is(answer.status, 200);
  t.is(answer.headers.get('content-type'), 'text/html; charset=utf-8');
  t.is(await answer.text(), page);
  for (const path of ['/reports/2014.html', '/summaries/2013.arrow']) {
    t.is((await fetch(`${url}${path}`)).status, 404, path);
  }
});

test.serial('applied again, nothing changes', async (t) => {
  const before = await deployment();
  await cluster.apply(manifests());
  t.is((await deployment()).metadata.generation, before.metadata.generation);
});

test.serial('a pod that is asked to stop ends by itself, while the other one answers', async (t) => {
  const pods = async () => (await cluster.get('pods', '--namespace', namespace)).items as any[];
  const [first] = await pods();
  const deleted = cluster.kubectl(['--namespace', namespace, 'delete', 'pod', first.metadata.name, '--timeout=1m']);
  const log = await cluster.kubectl(['--namespace', namespace, 'logs', '--follow', first.metadata.name]);
  t.is((await deleted).code, 0);
  // Not killed: it says that it is done.
  t.regex(log.output, /WARN stopping on SIGTERM command=serve\n.* INFO done command=serve/);
  t.is(log.output.match(/INFO serving/g)?.length, 1);
  await poll(async () => (await deployment()).status.readyReplicas === 2, minute, 'no other pod takes its place');
});
