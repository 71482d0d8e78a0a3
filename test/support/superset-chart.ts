import { isDeepStrictEqual } from 'node:util';
import { emptySecretName, supersetName, supersetPort } from '../../infra/manifests/superset.ts';
import type { SupersetSettings } from '../../infra/superset-values.ts';

export const exampleSettings: SupersetSettings = {
  image: `registry.example.com/superset@sha256:${'0a'.repeat(32)}`,
  region: 'eu-central-1',
  replicas: 2,
  databaseUrl: 'postgres://viewer@database.example.com:5432/flights',
  ownDatabaseUrl: 'postgres://superset@database.example.com:5432/superset',
  url: 'http://localhost:8088',
  publicBaseUrl: 'https://files.example.org/delaywatch',
  secretKeyArn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:key',
  adminPasswordArn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:password',
};

/** Its worker has no pods. */
const expectedObjects = [
  `Deployment ${supersetName}`,
  `Deployment ${supersetName}-worker`,
  `Job ${supersetName}-init-db`,
  `Secret ${supersetName}-config`,
  `Service ${supersetName}`,
];
const containerSecurity = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};
/** Where the image's processes write. */
const writable = ['/app/superset_home', '/tmp'];

/** What is wrong with the objects that the chart makes of our values. */
export function faultsOf(objects: any[]): string[] {
  const faults: string[] = [];
  const expect = (where: string, got: unknown, expected: unknown) => {
    if (isDeepStrictEqual(got, expected)) return;
    faults.push(`${where}: ${JSON.stringify(got) ?? 'nothing'}; expected ${JSON.stringify(expected)}`);
  };
  const named = new Map<string, any>(objects.map((object) => [`${object.kind} ${object.metadata.name}`, object]));
  expect('objects', [...named.keys()].sort(), expectedObjects);

  for (const [where, { spec }] of named) {
    const pod = spec?.template?.spec;
    if (!pod) continue;
    expect(`${where}: service account`, pod.serviceAccountName, 'superset');
    expect(`${where}: user`, pod.securityContext?.runAsUser, 1000);
    expect(`${where}: containers that it waits for`, pod.initContainers, undefined);
    const secrets = pod.volumes.flatMap(({ secret }: any) => secret?.secretName ?? []);
    expect(`${where}: Secrets as files`, secrets, [emptySecretName]);
    for (const { image, securityContext, volumeMounts, envFrom, env } of pod.containers) {
      expect(`${where}: image`, image, exampleSettings.image);
      expect(`${where}: security`, securityContext, containerSecurity);
      const mounts = volumeMounts.filter(({ readOnly }: any) => !readOnly).map(({ mountPath }: any) => mountPath);
      expect(`${where}: folders to write to`, mounts.sort(), writable);
      expect(`${where}: Secrets as variables`, envFrom, [{ secretRef: { name: emptySecretName } }]);
      expect(`${where}: other variables`, env?.find(({ valueFrom }: any) => valueFrom)?.name, undefined);
    }
  }

  const deployment = named.get(`Deployment ${supersetName}`)?.spec;
  const pods = deployment?.template;
  const server = pods?.spec.containers[0];
  expect('servers', deployment?.replicas, exampleSettings.replicas);
  expect('workers', named.get(`Deployment ${supersetName}-worker`)?.spec.replicas, 0);
  expect('the server runs', server?.command, ['/usr/bin/run-server.sh']);
  for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'])
    expect(`the server's ${probe}`, server?.[probe]?.httpGet, { path: '/health', port: 'http' });
  // A selector may name fewer labels than the pods have, but it must select only the servers.
  const selects = (where: string, selector: Record<string, string> = {}) => {
    const labels = Object.keys(selector).map((name) => [name, pods?.metadata.labels[name]]);
    expect(where, selector, Object.fromEntries(labels));
    const workers = named.get(`Deployment ${supersetName}-worker`)?.spec.template.metadata.labels ?? {};
    const isWorker = Object.entries(selector).every(([name, value]) => workers[name] === value);
    expect(`${where}: workers among them`, isWorker, false);
  };
  for (const { labelSelector } of pods?.spec.topologySpreadConstraints ?? [{}])
    selects('who is spread over nodes', labelSelector?.matchLabels);

  const service = named.get(`Service ${supersetName}`)?.spec;
  selects("the Service's pods", service?.selector);
  expect(
    "the Service's ports",
    service?.ports.map(({ port, targetPort }: any) => [port, targetPort]),
    [[supersetPort, 'http']],
  );
  expect(
    "the server's ports",
    server?.ports.map(({ name, containerPort }: any) => [name, containerPort]),
    [['http', supersetPort]],
  );

  const job = named.get(`Job ${supersetName}-init-db`);
  expect('the Job runs', job?.spec.template.spec.containers[0].command, ['python', '/app/delaywatch/set_up.py']);
  // The Job is a hook that runs before the servers. It is made again each time, since a Job cannot be changed.
  expect('the Job is a hook', job?.metadata.annotations, {
    'helm.sh/hook': 'pre-install,pre-upgrade',
    'helm.sh/hook-delete-policy': 'before-hook-creation',
  });

  const { stringData = {} } = named.get(`Secret ${supersetName}-config`) ?? {};
  expect('a password in what the chart generates', /--password/.test(Object.values(stringData).join('\n')), false);
  return faults;
}
