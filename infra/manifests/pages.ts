import type { Deployment } from 'kubernetes-types/apps/v1.d.ts';
import type { Service } from 'kubernetes-types/core/v1.d.ts';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.d.ts';
import { type Manifest, podNamespace, serviceAccount } from './flights.ts';
import { type Endpoint, networkPolicy, nothingButNames, podIdentityAgent, to } from './network-policies.ts';
import { restrictedContainer, restrictedPod } from './restricted.ts';

/** What the servers of reports, charts and exports have to know. */
export interface PagesSettings {
  /** Image of the tasks. */
  image: string;
  replicas: number;
  /** `OUTPUT_URI` and what the AWS SDK reads. */
  environment: Record<string, string>;
  /** Addresses in the VPC that may ask them: the load balancer, and the API, which passes requests on. */
  clients: string[];
  /** Where the bucket is. */
  storage: Endpoint[];
  nodeSelector: Record<string, string>;
}

export const pagesName = 'pages';
export const pagesNamespace = 'pages';
/** Port of the service. The pods behind it listen on the same number. */
export const pagesPort = 80;
const podPort = 8080;
export const pagesHealthPath = '/healthz';
/** Port on the machine that calls `kubectl port-forward`. */
export const pagesLocalPort = 8080;
/** While a load balancer learns that a pod goes, the pod still answers. */
const farewellSeconds = 15;

/** The servers of reports, charts and exports, and all around them, in the order in which it has to be applied. */
export function pagesManifests(settings: PagesSettings): Manifest[] {
  const { replicas, clients, storage } = settings;
  const policy = networkPolicy(pagesNamespace, pagesName, {
    podSelector: { matchLabels: labels },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ from: clients.map((cidr) => ({ ipBlock: { cidr } })), ports: [{ protocol: 'TCP', port: podPort }] }],
    egress: to(podIdentityAgent, ...storage),
  });
  return [
    podNamespace(pagesNamespace),
    serviceAccount(pagesNamespace, pagesName),
    ...nothingButNames(pagesNamespace),
    policy,
    ...(replicas > 1 ? [oneAtATime] : []),
    deployment(settings),
    service,
  ];
}

const metadata = { name: pagesName, namespace: pagesNamespace };
const labels = { 'app.kubernetes.io/name': pagesName };

/** Nodes that are replaced take one of several servers at a time. */
const oneAtATime: PodDisruptionBudget = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata,
  spec: { maxUnavailable: 1, selector: { matchLabels: labels } },
};

const service: Service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata,
  spec: { selector: labels, ports: [{ name: 'http', port: pagesPort, targetPort: 'http' }] },
};

function deployment({ image, replicas, environment, nodeSelector }: PagesSettings): Deployment {
  const health = (periodSeconds: number, failureThreshold: number) => ({
    httpGet: { path: pagesHealthPath, port: 'http' },
    periodSeconds,
    timeoutSeconds: 5,
    failureThreshold,
  });
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...metadata, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      // A new pod starts before an old one stops, so that even a single server is always there.
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: pagesName,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          nodeSelector,
          securityContext: restrictedPod,
          terminationGracePeriodSeconds: 2 * farewellSeconds,
          // Two pods are not on the same node if there is another node.
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: 'kubernetes.io/hostname',
              whenUnsatisfiable: 'ScheduleAnyway',
              labelSelector: { matchLabels: labels },
            },
          ],
          containers: [
            {
              name: 'base',
              image,
              args: ['serve', '--host', '0.0.0.0', '--port', `${podPort}`],
              env: Object.entries(environment).map(([name, value]) => ({ name, value })),
              ports: [{ name: 'http', containerPort: podPort }],
              startupProbe: health(1, 60),
              readinessProbe: health(5, 2),
              livenessProbe: health(10, 6),
              lifecycle: { preStop: { sleep: { seconds: farewellSeconds } } },
              terminationMessagePolicy: 'FallbackToLogsOnError',
              resources: { requests: { cpu: '100m', memory: '192Mi' }, limits: { cpu: '1', memory: '512Mi' } },
              securityContext: restrictedContainer,
            },
          ],
        },
      },
    },
  };
}
