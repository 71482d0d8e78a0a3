import { createHash } from 'node:crypto';
import type { Job } from 'kubernetes-types/batch/v1.d.ts';
import { type Manifest, podNamespace, serviceAccount } from './flights.ts';
import {
  allAddresses,
  type Endpoint,
  networkPolicy,
  nothingButNames,
  podIdentityAgent,
  to,
} from './network-policies.ts';
import { restrictedContainer, restrictedPod } from './restricted.ts';

/** What the Job that prepares the database has to know. */
export interface DatabaseJobSettings {
  /** Image of the tasks. */
  image: string;
  region: string;
  /** The address of database `postgres`, without a user. */
  serverUrl: string;
  /** ARN of the secret that RDS keeps the master's password in. */
  masterSecretArn: string;
  /** ARNs of secrets that get a random text when they have none. */
  generatedSecretArns: string[];
}

export const databaseNamespace = 'database';
const name = 'prepare-database';
/** Seconds that the Job may take, including all its tries, the wait for a first node and the pull of the image. */
export const deadlineSeconds = 1200;

/** The namespace of the Job: only who administers the cluster gets at what has this right. */
export function databaseNamespaceManifests(database: Endpoint): Manifest[] {
  return [
    podNamespace(databaseNamespace),
    serviceAccount(databaseNamespace, 'database'),
    ...nothingButNames(databaseNamespace),
    networkPolicy(databaseNamespace, name, {
      podSelector: { matchLabels: { 'app.kubernetes.io/name': name } },
      policyTypes: ['Egress'],
      // Secrets Manager has no addresses of its own.
      egress: to(podIdentityAgent, database, { cidrs: [allAddresses], port: 443 }),
    }),
  ];
}

/**
 * Makes roles, databases, grants and the generated secrets; again, it changes nothing. A Job cannot be changed, so that it is
 * named by what is in it.
 */
export function databaseJob(settings: DatabaseJobSettings): Job {
  const { image, region, serverUrl, masterSecretArn, generatedSecretArns } = settings;
  // With less of a core, connecting takes longer than its time limit.
  const size = { cpu: '250m', memory: '192Mi' };
  const labels = { 'app.kubernetes.io/name': name };
  const spec: Job['spec'] = {
    backoffLimit: 5,
    activeDeadlineSeconds: deadlineSeconds,
    template: {
      metadata: { labels, annotations: { 'karpenter.sh/do-not-disrupt': 'true' } },
      spec: {
        serviceAccountName: 'database',
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        restartPolicy: 'Never',
        nodeSelector: { 'kubernetes.io/arch': 'amd64' },
        securityContext: restrictedPod,
        containers: [
          {
            name: 'base',
            image,
            command: ['/usr/bin/tini', '--', 'node', 'tasks/database/prepare-database.ts'],
            args: [
              ...['--server', serverUrl, '--master-secret', masterSecretArn],
              ...generatedSecretArns.flatMap((arn) => ['--generate', arn]),
            ],
            env: [{ name: 'AWS_REGION', value: region }],
            terminationMessagePolicy: 'FallbackToLogsOnError',
            resources: { requests: size, limits: size },
            securityContext: restrictedContainer,
          },
        ],
      },
    },
  };
  const content = createHash('sha256').update(JSON.stringify(spec)).digest('hex').slice(0, 10);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: `${name}-${content}`,
      namespace: databaseNamespace,
      labels,
      // The annotation makes the next `pulumi up` replace a failed Job. Otherwise it would wait for that Job for ever.
      annotations: { 'pulumi.com/replaceUnready': 'true' },
    },
    spec,
  };
}
