import type { Secret } from 'kubernetes-types/core/v1.d.ts';
import { type Manifest, podNamespace, serviceAccount } from './flights.ts';
import {
  allAddresses,
  type Endpoint,
  networkPolicy,
  nothingButNames,
  podIdentityAgent,
  to,
} from './network-policies.ts';

export const supersetNamespace = 'superset';
/** The release of the chart and with it its service. */
export const supersetName = 'superset';
export const supersetPort = 8088;
/** The chart asks for Secrets with variables and a configuration; the image has its own, and secrets are in neither. */
export const emptySecretName = 'superset-empty';

/**
 * All around Superset that its chart does not bring.
 * @param database where the database answers
 * @param clients addresses in the VPC that may ask Superset: its load balancer and the API, which passes requests on
 */
export function supersetManifests({ database, clients }: { database: Endpoint; clients: string[] }): Manifest[] {
  const empty: Secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: emptySecretName, namespace: supersetNamespace },
    type: 'Opaque',
  };
  return [
    podNamespace(supersetNamespace),
    serviceAccount(supersetNamespace, 'superset'),
    empty,
    ...nothingButNames(supersetNamespace),
    networkPolicy(supersetNamespace, 'superset', {
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        {
          from: clients.map((cidr) => ({ ipBlock: { cidr } })),
          ports: [{ protocol: 'TCP', port: supersetPort }],
        },
      ],
      // Secrets Manager has no addresses of its own.
      egress: to(podIdentityAgent, database, { cidrs: [allAddresses], port: 443 }),
    }),
  ];
}
