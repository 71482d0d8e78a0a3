import type { SupersetSettings } from '../../infra/superset-values.ts';

export const exampleSettings: SupersetSettings = {
  image: `registry.example.com/superset@sha256:${'0a'.repeat(32)}`,
  region: 'eu-central-1',
  replicas: 1,
  databaseUrl: 'postgres://viewer@database.example.com:5432/flights',
  ownDatabaseUrl: 'postgres://superset@database.example.com:5432/superset',
  url: 'http://localhost:8088',
  secretKeyArn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:key',
  adminPasswordArn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:password',
};

/** What is wrong with the objects that the chart makes of our values. */
export function faultsOf(objects: any[]): string[] {
  const faults: string[] = [];
  const find = (kind: string, name: string) => {
    const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
    if (!found) faults.push(`${kind} ${name} is not there`);
    return found;
  };
  for (const { kind, metadata } of objects) {
    if (kind === 'StatefulSet' || kind === 'Ingress') faults.push(`${kind} ${metadata.name} is there; expected none`);
  }
  const deployment = find('Deployment', 'superset');
  const job = find('Job', 'superset-init-db');
  find('Service', 'superset');
  for (const { kind, metadata, spec } of objects) {
    const pod = spec?.template?.spec;
    if (!pod || spec.replicas === 0) continue;
    const where = `${kind} ${metadata.name}`;
    if (pod.serviceAccountName !== 'superset') faults.push(`${where}: runs as ${pod.serviceAccountName}`);
    if (!pod.securityContext?.runAsUser) faults.push(`${where}: runs as root`);
    if (pod.initContainers?.length) faults.push(`${where}: waits in ${pod.initContainers[0].name}`);
    for (const { image } of pod.containers) {
      if (image !== exampleSettings.image) faults.push(`${where}: image ${image}; expected ours by digest`);
    }
  }
  const [server] = deployment?.spec.template.spec.containers ?? [{}];
  for (const probe of ['livenessProbe', 'readinessProbe'])
    if (!server[probe]) faults.push(`the server has no ${probe}`);
  const [setUp] = job?.spec.template.spec.containers ?? [{}];
  if (!`${setUp.command}`.includes('set_up.py')) faults.push(`the Job runs ${setUp.command}; expected set_up.py`);
  return faults;
}
