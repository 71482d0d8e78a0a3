import { readFileSync } from 'node:fs';
import test from 'ava';
import { supersetManifests } from '../../infra/manifests/superset.ts';
import { supersetValues } from '../../infra/superset-values.ts';
import { exampleSettings, faultsOf } from '../support/superset-chart.ts';

const values = supersetValues(exampleSettings);
const supersetFile = (name: string) => readFileSync(new URL(`../../charts/superset/${name}`, import.meta.url), 'utf8');

test('no Redis, no Postgres, no workers, no secrets of the chart', (t) => {
  t.false(values.postgresql.enabled);
  t.false(values.redis.enabled);
  t.deepEqual(values.supersetWorker.replicas, { enabled: true, replicaCount: 0 });
  t.false(values.secretEnv.create);
  t.false(values.init.createAdmin);
});

test('each volume is mounted, and of a size that a node has', (t) => {
  const names = (list: any[]) => list.map(({ name }) => name).sort();
  t.deepEqual(names(values.extraVolumes), names(values.extraVolumeMounts));
  for (const { emptyDir } of values.extraVolumes) t.regex(emptyDir.sizeLimit, /^[1-4]Gi$/);
});

test('the Job runs first, and all that it needs exists before the chart makes anything', (t) => {
  const before = supersetManifests({ database: { cidrs: ['10.20.160.0/22'], port: 5432 }, clients: ['10.20.0.0/16'] });
  const there = (kind: string, name: string) =>
    t.true(
      before.some((object) => object.kind === kind && object.metadata?.name === name),
      `${kind} ${name}`,
    );
  there('Secret', values.configFromSecret);
  there('Secret', values.envFromSecret);
  there('ServiceAccount', values.serviceAccountName);
});

test('the folders that are written to are those of the image', (t) => {
  const dockerfile = supersetFile('Dockerfile');
  const home = /SUPERSET_HOME=(\S+)/.exec(dockerfile)![1];
  t.deepEqual(values.extraVolumeMounts.map(({ mountPath }: any) => mountPath).sort(), [home, '/tmp']);
});

test("each setting is one that Superset's configuration or its set-up reads", (t) => {
  const read = ['superset_config.py', 'set_up.py', 'secret.py', 'connections.py'].map(supersetFile).join('\n');
  for (const name of Object.keys(values.extraEnv)) {
    if (!name.startsWith('AWS_')) t.true(read.includes(name), name);
  }
});

test('the programs are where the image has them', (t) => {
  const dockerfile = supersetFile('Dockerfile');
  const [, program] = values.init.command;
  t.regex(dockerfile, new RegExp(`^COPY \\*\\.py ${program.replace('set_up.py', '')}$`, 'm'));
});

/** What the chart's templates make of values, as far as it is looked at; `npm run test:chart` asks the chart itself. */
function rendered(values: Record<string, any>): any[] {
  const { image, fullnameOverride: name, service } = values;
  const labels = (component: string) => ({
    'helm.sh/chart': 'superset-0.22.4',
    'app.kubernetes.io/name': 'superset',
    'app.kubernetes.io/instance': 'superset',
    'app.kubernetes.io/component': component,
  });
  const { 'helm.sh/chart': _, ...selector } = labels('web');
  const env = Object.entries(values.extraEnv).map(([key, value]) => ({ name: key, value }));
  const pod = (part: Record<string, any>) => ({
    serviceAccountName: values.serviceAccountName,
    securityContext: { runAsUser: values.runAsUser },
    // An empty list is left out.
    ...(part.initContainers.length > 0 && { initContainers: part.initContainers }),
    containers: [
      {
        image: `${image.repository}:${image.tag}`,
        command: part.command,
        securityContext: part.containerSecurityContext,
        env,
        envFrom: [{ secretRef: { name: values.envFromSecret } }],
        volumeMounts: [
          { name: 'superset-config', mountPath: '/app/pythonpath', readOnly: true },
          ...values.extraVolumeMounts,
        ],
        ports: [{ name: 'http', containerPort: service.port }],
        startupProbe: part.startupProbe,
        readinessProbe: part.readinessProbe,
        livenessProbe: part.livenessProbe,
      },
    ],
    topologySpreadConstraints: part.topologySpreadConstraints,
    volumes: [{ name: 'superset-config', secret: { secretName: values.configFromSecret } }, ...values.extraVolumes],
  });
  const deployment = (suffix: string, component: string, part: Record<string, any>) => ({
    kind: 'Deployment',
    metadata: { name: `${name}${suffix}` },
    spec: {
      replicas: part.replicas.replicaCount,
      template: { metadata: { labels: labels(component) }, spec: pod(part) },
    },
  });
  return [
    deployment('', 'web', values.supersetNode),
    deployment('-worker', 'worker', values.supersetWorker),
    {
      kind: 'Job',
      metadata: { name: `${name}-init-db`, annotations: values.init.jobAnnotations },
      spec: { template: { spec: pod(values.init) } },
    },
    { kind: 'Secret', metadata: { name: `${name}-config` }, stringData: { 'superset_init.sh': '' } },
    {
      kind: 'Service',
      metadata: { name },
      spec: { selector, ports: [{ port: service.port, targetPort: 'http' }] },
    },
  ];
}

test('the chart renders the values as intended', (t) => {
  t.deepEqual(faultsOf(rendered(values)), []);
});

const mistakes: [what: string, change: (values: Record<string, any>) => unknown, fault: RegExp][] = [
  ['an image by its tag', (v) => Object.assign(v.image, { repository: 'apache/superset', tag: '6.1.0' }), /: image/],
  ['another service account', (v) => (v.serviceAccountName = 'default'), /service account: "default"/],
  ['root', (v) => (v.runAsUser = 0), /user: 0/],
  ['rights of a container', (v) => delete v.init.containerSecurityContext, /^Job superset-init-db: security/],
  [
    'rights of a worker that is not there',
    (v) => delete v.supersetWorker.containerSecurityContext,
    /-worker: security/,
  ],
  [
    'a root that can be written',
    (v) => (v.supersetNode.containerSecurityContext = {}),
    /^Deployment superset: security/,
  ],
  ['nowhere to write to', (v) => v.extraVolumeMounts.pop(), /folders to write to/],
  ['the configuration that the chart generates', (v) => (v.configFromSecret = 'superset-config'), /Secrets as files/],
  ['variables from a Secret', (v) => (v.envFromSecret = 'superset-env'), /Secrets as variables/],
  ['who waits for a database', (v) => v.init.initContainers.push({ name: 'wait' }), /waits for/],
  ['a set-up after the servers', (v) => (v.init.jobAnnotations['helm.sh/hook'] = 'post-install'), /the Job is a hook/],
  ["the chart's own set-up", (v) => (v.init.command = ['superset_init.sh']), /the Job runs/],
  ['a worker', (v) => (v.supersetWorker.replicas.replicaCount = 1), /workers: 1/],
  ['fewer servers', (v) => (v.supersetNode.replicas.replicaCount = 1), /servers: 1/],
  ['a server that nobody asks', (v) => delete v.supersetNode.readinessProbe, /readinessProbe: nothing/],
  ['another port', (v) => (v.service.port = 80), /the Service's ports/],
];
for (const [what, change, fault] of mistakes) {
  test(`a mistake in the values is found: ${what}`, (t) => {
    const wrong = structuredClone(values);
    change(wrong);
    t.true(
      faultsOf(rendered(wrong)).some((found) => fault.test(found)),
      faultsOf(rendered(wrong)).join('\n'),
    );
  });
}

test('a mistake of the chart is found: objects more or less, other labels, a password', (t) => {
  const objects = rendered(values);
  t.regex(faultsOf([...objects, { kind: 'StatefulSet', metadata: { name: 'superset-redis' } }])[0], /superset-redis/);
  t.regex(faultsOf(objects.slice(1)).join(), /^objects: /);
  const [deployment, , , secret, service] = rendered(values);
  deployment.spec.template.metadata.labels = { app: 'superset', release: 'superset' };
  t.regex(faultsOf([deployment, ...objects.slice(1)]).join(), /who is spread.*the Service's pods/s);
  const ofAll = { ...service, spec: { ...service.spec, selector: { 'app.kubernetes.io/name': 'superset' } } };
  t.deepEqual(faultsOf([...objects.slice(0, 4), ofAll]), [
    "the Service's pods: workers among them: true; expected false",
  ]);
  secret.stringData['superset_init.sh'] = 'superset fab create-admin --password admin';
  t.regex(faultsOf([...objects.slice(0, 3), secret, service])[0], /^a password/);
});
