import { readFileSync } from 'node:fs';
import test from 'ava';
import type { PolicyRule, Role } from 'kubernetes-types/rbac/v1.d.ts';
import { type FlightsSettings, flightsManifests } from '../../../infra/manifests/flights.ts';

const settings: FlightsSettings = {
  dag: {
    image: 'example.com/delaywatch@sha256:0123',
    namespace: 'flights',
    config_map: 'settings',
    node_selector: { 'kubernetes.io/arch': 'amd64' },
    tasks: {
      acquire: { at_once: 1, cpu: '500m', memory: '512Mi' },
      render: { at_once: 3, cpu: '2', memory: '1Gi' },
    },
  },
  environment: { FLIGHTS_URI: 's3://lake/flights/{year}/', OUTPUT_URI: 's3://lake', AWS_REGION: 'eu-central-1' },
  network: {
    database: { cidrs: ['10.0.20.0/24', '10.0.21.0/24'], port: 5432 },
    services: [{ cidrs: ['10.0.10.0/24', '3.5.134.0/23'], port: 443 }],
    kubernetesApi: { cidrs: ['10.0.11.0/24'], port: 443 },
  },
};
const manifests = flightsManifests(settings);

/** The one object of a kind and name, as loosely as the API takes it. */
function find(kind: string, name: string): any {
  const found = manifests.filter((manifest) => manifest.kind === kind && manifest.metadata?.name === name);
  if (found.length !== 1) throw new Error(`${found.length} of ${kind} ${name}; expected one`);
  return found[0];
}

const rulesOf = (name: string): PolicyRule[] => (find('Role', name) as Role).rules!;

test('each object is there once, the namespace first, and all that can lie in it do', (t) => {
  const names = manifests.map(({ kind, metadata }) => `${kind}/${metadata!.name}`);
  t.is(new Set(names).size, names.length);
  t.is(names[0], 'Namespace/flights');
  const outside = manifests.filter(({ metadata }) => metadata!.namespace !== 'flights').map(({ kind }) => kind);
  t.deepEqual(outside, ['Namespace', 'ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding']);
});

test('the namespace takes restricted pods only', (t) => {
  t.is(find('Namespace', 'flights').metadata.labels['pod-security.kubernetes.io/enforce'], 'restricted');
});

test('Airflow may do with pods what its operator asks for, and nothing else', (t) => {
  t.deepEqual(rulesOf('airflow-pods'), [
    { apiGroups: [''], resources: ['pods'], verbs: ['create', 'get', 'list', 'patch', 'delete'] },
    { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
    { apiGroups: [''], resources: ['events'], verbs: ['list'] },
  ]);
  t.deepEqual(find('RoleBinding', 'airflow-pods').subjects, [
    { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'airflow-pods' },
  ]);
});

test('the policy on pods asks for the service accounts that the DAG gives them, and all of them are there', (t) => {
  const dag = readFileSync(new URL('../../../dags/pods.py', import.meta.url), 'utf8');
  const accounts: Record<string, string> = JSON.parse(/^SERVICE_ACCOUNTS = (\{.*\})$/m.exec(dag)![1]);
  for (const [task, account] of Object.entries(accounts)) t.is(account, task);
  const { validations } = find('ValidatingAdmissionPolicy', 'flights-airflow-pods').spec;
  const expressions = validations.map(({ expression }: any) => expression).join('\n');
  t.true(
    expressions.includes(`variables.task in ${JSON.stringify(Object.keys(accounts))} ? variables.task : 'pipeline'`),
  );
  t.notThrows(() => ['pipeline', ...Object.values(accounts)].map((account) => find('ServiceAccount', account)));
});

test('no role has a wildcard, and only the clean-up has a service account with rights and a token', (t) => {
  const roles = manifests.filter(({ kind }) => kind === 'Role') as Role[];
  const words = roles.flatMap(({ rules }) =>
    rules!.flatMap(({ apiGroups, resources, verbs }) => [...apiGroups!, ...resources!, ...verbs]),
  );
  t.false(words.some((word) => word.includes('*')));
  t.deepEqual(rulesOf('clean-up'), [{ apiGroups: [''], resources: ['pods'], verbs: ['list', 'delete'] }]);
  const accounts = manifests.filter(({ kind }) => kind === 'ServiceAccount') as {
    automountServiceAccountToken?: boolean;
  }[];
  t.is(accounts.length, 4);
  t.true(accounts.every(({ automountServiceAccountToken }) => automountServiceAccountToken === false));
  const subjects = manifests
    .filter(({ kind }) => kind === 'RoleBinding')
    .flatMap((binding) => (binding as any).subjects);
  t.deepEqual(
    subjects.filter(({ kind }) => kind === 'ServiceAccount'),
    [{ kind: 'ServiceAccount', name: 'clean-up', namespace: 'flights' }],
  );
});

test('the quota holds what the DAG lets run at once, one more of each task, and the clean-up', (t) => {
  t.deepEqual(find('ResourceQuota', 'pods').spec.hard, {
    pods: '7',
    'requests.cpu': `${2 * 500 + 4 * 2000 + 100}m`,
    'requests.memory': `${2 * 512 + 4 * 1024 + 128}Mi`,
    'limits.cpu': `${2 * 500 + 4 * 2000 + 100}m`,
    'limits.memory': `${2 * 512 + 4 * 1024 + 128}Mi`,
  });
  t.deepEqual(find('LimitRange', 'containers').spec.limits[0].max, { cpu: '2', memory: '1Gi' });
});

test('an invalid size is reported', (t) => {
  const withTask = (size: object) => ({
    ...settings,
    dag: { ...settings.dag, tasks: { load: { at_once: 1, cpu: '1', memory: '1Gi', ...size } } },
  });
  t.throws(() => flightsManifests(withTask({ cpu: '0.5' })), { message: /cpu "0\.5": expected cores like 2/ });
  t.throws(() => flightsManifests(withTask({ memory: '512M' })), { message: /memory "512M": expected Mi or Gi/ });
});

test('the settings are those given; a password among them is refused', (t) => {
  t.deepEqual(find('ConfigMap', 'settings').data, settings.environment);
  const environment = { DATABASE_URL: 'postgres://pipeline:secret@db.example.com:5432/flights' };
  t.throws(() => flightsManifests({ ...settings, environment }), { message: /DATABASE_URL contains a password/ });
});

test('nothing reaches a pod, and a pod reaches nothing, but by a policy', (t) => {
  t.deepEqual(find('NetworkPolicy', 'deny-all').spec, { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  const policies = manifests.filter(({ kind }) => kind === 'NetworkPolicy') as any[];
  t.true(policies.every(({ spec }) => spec.ingress === undefined));
});

/** Addresses and ports of the egress rules, as text. */
function reached(policy: string): string[] {
  const rules = find('NetworkPolicy', policy).spec.egress as any[];
  return rules.flatMap(({ to = [{ ipBlock: { cidr: 'any' } }], ports }) =>
    to.flatMap(({ ipBlock }: any) => ports.map(({ port, protocol }: any) => `${ipBlock.cidr} ${protocol} ${port}`)),
  );
}

test('the pipeline reaches the database, the services of AWS and the agent of its identity, but not the internet', (t) => {
  t.deepEqual(reached('pipeline'), [
    '169.254.170.23/32 TCP 80',
    '10.0.20.0/24 TCP 5432',
    '10.0.21.0/24 TCP 5432',
    '10.0.10.0/24 TCP 443',
    '3.5.134.0/23 TCP 443',
  ]);
  t.deepEqual(reached('dns'), ['any UDP 53', 'any TCP 53']);
});

test('acquire reaches the internet by https, no database, and no private address but the services', (t) => {
  t.deepEqual(reached('acquire'), [
    '169.254.170.23/32 TCP 80',
    '10.0.10.0/24 TCP 443',
    '3.5.134.0/23 TCP 443',
    '0.0.0.0/0 TCP 443',
  ]);
  const { ipBlock } = find('NetworkPolicy', 'acquire').spec.egress.at(-1).to[0];
  t.true(
    ['10.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'].every((cidr) => ipBlock.except.includes(cidr)),
  );
});

test('tell reaches the internet by https besides what the pipeline reaches, and no other private address', (t) => {
  t.deepEqual(reached('tell'), ['0.0.0.0/0 TCP 443']);
  t.deepEqual(find('NetworkPolicy', 'tell').spec.egress[0].to, find('NetworkPolicy', 'acquire').spec.egress.at(-1).to);
  const [{ key, operator, values }] = find('NetworkPolicy', 'tell').spec.podSelector.matchExpressions;
  t.deepEqual({ key, operator, values }, { key: 'delaywatch/task', operator: 'In', values: ['tell'] });
});

test('a pod is under one of the two policies of tasks, whatever its task', (t) => {
  const [pipeline, acquire] = ['pipeline', 'acquire'].map((name) => find('NetworkPolicy', name).spec.podSelector);
  t.deepEqual(pipeline.matchLabels, acquire.matchLabels);
  const requirement = { key: 'delaywatch/task', values: ['acquire'] };
  t.deepEqual(pipeline.matchExpressions, [{ ...requirement, operator: 'NotIn' }]);
  t.deepEqual(acquire.matchExpressions, [{ ...requirement, operator: 'In' }]);
});

test('the clean-up reaches the API only, runs a program of the image, and ends', (t) => {
  t.deepEqual(reached('clean-up'), ['10.0.11.0/24 TCP 443']);
  const { jobTemplate, concurrencyPolicy } = find('CronJob', 'clean-up').spec;
  t.is(concurrencyPolicy, 'Forbid');
  t.is(jobTemplate.spec.activeDeadlineSeconds, 300);
  const [container] = jobTemplate.spec.template.spec.containers;
  t.is(container.image, settings.dag.image);
  const [program] = container.command.slice(-1);
  t.notThrows(() => readFileSync(new URL(`../../../${program}`, import.meta.url)));
  // As the image starts its tasks: Node as first process would be deaf to SIGTERM.
  const entrypoint = /^ENTRYPOINT (\[.*\])$/m.exec(
    readFileSync(new URL('../../../tasks/Dockerfile', import.meta.url), 'utf8'),
  );
  t.deepEqual(container.command.slice(0, -1), JSON.parse(entrypoint![1]).slice(0, -1));
  t.deepEqual(container.args.slice(-2), ['--hours', '24']);
  t.deepEqual(jobTemplate.spec.template.spec.nodeSelector, settings.dag.node_selector);
});
