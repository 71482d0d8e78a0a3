import type { NetworkPolicy, NetworkPolicyEgressRule } from 'kubernetes-types/networking/v1.d.ts';
import { cleanUpName } from './clean-up.ts';

/** Addresses and a TCP port; a network policy knows no host names. */
export interface Endpoint {
  cidrs: string[];
  port: number;
}

/** What the pods have to reach. */
export interface Network {
  database: Endpoint;
  /** S3, STS, Secrets Manager: the subnets of their interface endpoints, and S3's own addresses (its prefix list). */
  services: Endpoint[];
  kubernetesApi: Endpoint;
}

export const allAddresses = '0.0.0.0/0';
/** RFC 1918, RFC 6598 and link-local addresses: the VPC, its peers and the node's own services. */
const privateAddresses = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16'];
/** The agent of EKS Pod Identity, on every node. */
export const podIdentityAgent: Endpoint = { cidrs: ['169.254.170.23/32'], port: 80 };

/** All that a pod may reach: nothing, and beyond that what its task needs; nobody may reach a pod. */
export function networkPolicies(namespace: string, { database, services, kubernetesApi }: Network): NetworkPolicy[] {
  const policy = (name: string, spec: NonNullable<NetworkPolicy['spec']>) => networkPolicy(namespace, name, spec);
  const task = { key: 'delaywatch/task', operator: 'In', values: ['acquire'] };
  const internet: NetworkPolicyEgressRule = {
    to: [{ ipBlock: { cidr: allAddresses, except: privateAddresses } }],
    ports: [{ protocol: 'TCP', port: 443 }],
  };
  return [
    ...nothingButNames(namespace),
    policy('pipeline', {
      podSelector: {
        matchLabels: { 'app.kubernetes.io/name': 'delaywatch' },
        matchExpressions: [{ ...task, operator: 'NotIn' }],
      },
      policyTypes: ['Egress'],
      egress: to(podIdentityAgent, database, ...services),
    }),
    policy('acquire', {
      podSelector: { matchLabels: { 'app.kubernetes.io/name': 'delaywatch' }, matchExpressions: [task] },
      policyTypes: ['Egress'],
      egress: [...to(podIdentityAgent, ...services), internet],
    }),
    // Beside what all of the pipeline may: webhooks are anywhere.
    policy('tell', {
      podSelector: {
        matchLabels: { 'app.kubernetes.io/name': 'delaywatch' },
        matchExpressions: [{ ...task, values: ['tell'] }],
      },
      policyTypes: ['Egress'],
      egress: [internet],
    }),
    policy(cleanUpName, {
      podSelector: { matchLabels: { 'app.kubernetes.io/name': cleanUpName } },
      policyTypes: ['Egress'],
      egress: to(kubernetesApi),
    }),
  ];
}

/** Nobody reaches a pod of the namespace, and a pod reaches the name server only. */
export function nothingButNames(namespace: string): [NetworkPolicy, NetworkPolicy] {
  return [
    networkPolicy(namespace, 'deny-all', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }),
    networkPolicy(namespace, 'dns', {
      podSelector: {},
      policyTypes: ['Egress'],
      // The name server may be a pod, a service or, on EKS Auto Mode, a process of the node.
      egress: [
        {
          ports: [
            { protocol: 'UDP', port: 53 },
            { protocol: 'TCP', port: 53 },
          ],
        },
      ],
    }),
  ];
}

export function networkPolicy(
  namespace: string,
  name: string,
  spec: NonNullable<NetworkPolicy['spec']>,
): NetworkPolicy {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace }, spec };
}

/** Rules that let pods reach endpoints. One of no addresses has none: Kubernetes would take its empty list for everybody. */
export function to(...endpoints: Endpoint[]): NetworkPolicyEgressRule[] {
  return endpoints
    .filter(({ cidrs }) => cidrs.length > 0)
    .map(({ cidrs, port }) => ({
      to: cidrs.map((cidr) => ({ ipBlock: { cidr } })),
      ports: [{ protocol: 'TCP', port }],
    }));
}
