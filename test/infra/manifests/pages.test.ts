import { readFileSync } from 'node:fs';
import test from 'ava';
import { type PagesSettings, pagesManifests } from '../../../infra/manifests/pages.ts';
import { parseArguments } from '../../../tasks/command-line.ts';

const settings: PagesSettings = {
  image: 'example.com/delaywatch@sha256:0123',
  replicas: 2,
  environment: { OUTPUT_URI: 's3://lake', AWS_REGION: 'eu-central-1' },
  clients: ['10.20.0.0/16'],
  storage: [{ cidrs: ['3.5.134.0/23'], port: 443 }],
  nodeSelector: { 'kubernetes.io/arch': 'amd64' },
};
const find = (kind: string, change: Partial<PagesSettings> = {}): any =>
  pagesManifests({ ...settings, ...change }).find((manifest) => manifest.kind === kind);
const podOf = () => find('Deployment').spec.template.spec;

test('the pods serve by a command that there is, on the port of the service and its checks', async (t) => {
  const [container] = podOf().containers;
  const request = await parseArguments(['node', 'main.ts', ...container.args]);
  t.like(request, { name: 'serve', options: { host: '0.0.0.0', port: container.ports[0].containerPort } });
  const { spec } = find('Service');
  t.deepEqual(spec.ports, [{ name: 'http', port: 80, targetPort: container.ports[0].name }]);
  t.deepEqual(spec.selector, find('Deployment').spec.template.metadata.labels);
  for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
    t.deepEqual(container[probe].httpGet, { path: '/healthz', port: 'http' });
  }
});

test('a pod may do nothing in the cluster or on its node', (t) => {
  const { containers, ...pod } = podOf();
  t.like(pod, { serviceAccountName: 'pages', automountServiceAccountToken: false });
  t.like(pod.securityContext, { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } });
  t.deepEqual(containers[0].securityContext, {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    readOnlyRootFilesystem: true,
  });
  t.deepEqual(Object.keys(containers[0].resources.limits), ['cpu', 'memory']);
  t.is(pod.volumes, undefined);
});

test('its user is that of the image', (t) => {
  const dockerfile = readFileSync(new URL('../../../tasks/Dockerfile', import.meta.url), 'utf8');
  t.regex(dockerfile, new RegExp(`^USER ${podOf().securityContext.runAsUser}:`, 'm'));
});

test('nobody is reached, and reached by nobody, but clients, S3, the name server and the agent of the identity', (t) => {
  const policies = pagesManifests(settings).filter(({ kind }) => kind === 'NetworkPolicy') as any[];
  t.deepEqual(
    policies.map(({ metadata }) => metadata.name),
    ['deny-all', 'dns', 'pages'],
  );
  const { ingress, egress } = policies[2].spec;
  t.deepEqual(ingress, [{ from: [{ ipBlock: { cidr: '10.20.0.0/16' } }], ports: [{ protocol: 'TCP', port: 8080 }] }]);
  t.deepEqual(
    egress.map(({ to, ports }: any) => `${to[0].ipBlock.cidr} ${ports[0].port}`),
    ['169.254.170.23/32 80', '3.5.134.0/23 443'],
  );
});

test('a single server is replaced by one more, and several are never all taken at once', (t) => {
  t.deepEqual(find('Deployment').spec.strategy.rollingUpdate, { maxSurge: 1, maxUnavailable: 0 });
  t.is(find('PodDisruptionBudget').spec.maxUnavailable, 1);
  // One alone with a budget would keep its node from ever being replaced.
  t.is(find('PodDisruptionBudget', { replicas: 1 }), undefined);
});

test('a pod that goes answers until the load balancer has heard of it, and is then given time to end', (t) => {
  const { terminationGracePeriodSeconds, containers } = podOf();
  const { seconds } = containers[0].lifecycle.preStop.sleep;
  t.true(seconds >= 10 && terminationGracePeriodSeconds >= seconds + 10);
});
