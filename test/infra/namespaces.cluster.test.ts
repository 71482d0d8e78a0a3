import test from 'ava';
import { databaseJob, databaseNamespaceManifests } from '../../infra/manifests/database.ts';
import { type Manifest, podNamespace } from '../../infra/manifests/flights.ts';
import { loadBalancerManifests } from '../../infra/manifests/load-balancer.ts';
import { supersetManifests } from '../../infra/manifests/superset.ts';
import { supersetValues } from '../../infra/superset-values.ts';
import { exampleSettings } from '../support/superset-chart.ts';
import { openTestCluster, poll, type TestCluster } from '../support/test-cluster.ts';

const database = { cidrs: ['10.20.160.0/22'], port: 5432 };
/** The names of namespaces that nobody else uses. */
const namespaces = {
  database: 'delaywatch-test-database',
  superset: 'delaywatch-test-superset',
  pages: 'delaywatch-test-pages-ingress',
};
let cluster: TestCluster;

test.before(async () => {
  cluster = await openTestCluster();
  await remove();
});
test.after.always(remove);

async function remove(): Promise<void> {
  await cluster?.kubectl(['delete', 'namespace', ...Object.values(namespaces), '--ignore-not-found', '--timeout=2m']);
  await cluster?.kubectl(['delete', 'ingressclass', 'delaywatch-test', '--ignore-not-found']);
}

function elsewhere(manifests: Manifest[]): object[] {
  const names = Object.entries(namespaces);
  return manifests.map((manifest) => {
    const copy = structuredClone(manifest);
    for (const [name, other] of names) {
      if (copy.metadata?.namespace === name) copy.metadata.namespace = other;
      if (copy.kind === 'Namespace' && copy.metadata?.name === name) copy.metadata.name = other;
    }
    return copy;
  });
}

test.serial('the namespace of the database Job takes its pod', async (t) => {
  const job = databaseJob({
    image: `localhost/none@sha256:${'0a'.repeat(32)}`,
    region: 'eu-central-1',
    serverUrl: 'postgres://database.example.com:5432/postgres',
    masterSecretArn: 'arn:master',
    generatedSecretArns: ['arn:one'],
  });
  await cluster.apply(elsewhere([...databaseNamespaceManifests(database), job as Manifest]));
  const namespace = ['--namespace', namespaces.database];
  // `restricted`: a pod that is not would be refused, and there would be none.
  const pod = await poll(
    async () => (await cluster.get('pods', ...namespace)).items[0],
    60_000,
    'the Job makes no pod',
  );
  t.is(pod.spec.serviceAccountName, 'database');
  const { items } = await cluster.get('networkpolicies', ...namespace);
  t.deepEqual(items.map(({ metadata }: any) => metadata.name).sort(), ['deny-all', 'dns', 'prepare-database']);
});

test.serial('a pod with rights of its own is refused there', async (t) => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'root', namespace: namespaces.database },
    spec: { containers: [{ name: 'base', image: 'localhost/none:1' }] },
  };
  const { code, said } = await cluster.kubectl(['apply', '-f', '-'], { input: JSON.stringify(pod) });
  t.not(code, 0);
  t.regex(said, /violates PodSecurity "restricted/);
});

test.serial(
  "the namespace of Superset takes the containers of its chart's values, and none with more rights",
  async (t) => {
    await cluster.apply(elsewhere(supersetManifests({ database, clients: ['10.20.0.0/16'] })));
    const pod = (securityContext: object) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'superset', namespace: namespaces.superset },
      spec: { containers: [{ name: 'superset', image: 'localhost/none:1', securityContext }] },
    });
    const dryRun = (object: object) =>
      cluster.kubectl(['apply', '--dry-run=server', '-f', '-'], { input: JSON.stringify(object) });
    const { supersetNode, supersetWorker, init } = supersetValues(exampleSettings);
    for (const { containerSecurityContext } of [supersetNode, supersetWorker, init]) {
      const good = await dryRun(pod(containerSecurityContext));
      t.is(good.code, 0, good.said);
      t.notRegex(good.said, /Warning/);
    }
    t.not((await dryRun(pod({}))).code, 0);
  },
);

test.serial('the API takes the Ingresses, their class and the right to the sign-in', async (t) => {
  await cluster.apply(elsewhere([podNamespace('pages')]));
  const [, ingressClass, ...others] = loadBalancerManifests({
    scheme: 'internal',
    certificateArn: 'arn:aws:acm:eu-central-1:111122223333:certificate/0a1b',
    host: 'delays.example.com',
    allowedCidrs: ['10.0.0.0/8'],
    signIn: {
      issuer: 'https://id.example.com',
      authorizationEndpoint: 'https://id.example.com/authorize',
      tokenEndpoint: 'https://id.example.com/token',
      userInfoEndpoint: 'https://id.example.com/userinfo',
    },
  });
  ingressClass.metadata!.name = 'delaywatch-test';
  await t.notThrowsAsync(cluster.apply([ingressClass, ...elsewhere(others)]));
});
