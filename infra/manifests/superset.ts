import type { Secret } from 'kubernetes-types/core/v1.d.ts';
import type { Ingress, IngressClass } from 'kubernetes-types/networking/v1.d.ts';
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

/** How people reach Superset from outside of the cluster. */
export interface LoadBalancer {
  scheme: 'internal' | 'internet-facing';
  certificateArn: string;
  host: string;
  allowedCidrs: string[];
}

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

/**
 * A load balancer in front of Superset. In Auto Mode, its settings are those of its class; it goes with the Ingress, so that
 * the Ingress has to go while the cluster's controller is still there.
 */
export function loadBalancerManifests({ scheme, certificateArn, host, allowedCidrs }: LoadBalancer): Manifest[] {
  const className = 'alb';
  const parameters = {
    apiVersion: 'eks.amazonaws.com/v1',
    kind: 'IngressClassParams',
    metadata: { name: className },
    spec: {
      scheme,
      certificateARNs: [certificateArn],
      inboundCIDRs: allowedCidrs,
      sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
    },
  };
  const ingressClass: IngressClass = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: className },
    spec: {
      controller: 'eks.amazonaws.com/alb',
      parameters: { apiGroup: 'eks.amazonaws.com', kind: 'IngressClassParams', name: className },
    },
  };
  const ingress: Ingress = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name: supersetName,
      namespace: supersetNamespace,
      annotations: {
        'alb.ingress.kubernetes.io/target-type': 'ip',
        'alb.ingress.kubernetes.io/listen-ports': '[{"HTTP": 80}, {"HTTPS": 443}]',
        'alb.ingress.kubernetes.io/ssl-redirect': '443',
        'alb.ingress.kubernetes.io/healthcheck-path': '/health',
      },
    },
    spec: {
      ingressClassName: className,
      rules: [
        {
          host,
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name: supersetName, port: { number: supersetPort } } },
              },
            ],
          },
        },
      ],
    },
  };
  return [parameters, ingressClass, ingress];
}
