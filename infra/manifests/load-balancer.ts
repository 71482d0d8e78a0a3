import type { Ingress, IngressClass } from 'kubernetes-types/networking/v1.d.ts';
import type { Role, RoleBinding } from 'kubernetes-types/rbac/v1.d.ts';
import type { Manifest } from './flights.ts';
import { pagesHealthPath, pagesName, pagesNamespace, pagesPort } from './pages.ts';
import { supersetName, supersetNamespace, supersetPort } from './superset.ts';

/** How people reach Superset and the pages from outside of the cluster. */
export interface LoadBalancer {
  scheme: 'internal' | 'internet-facing';
  certificateArn: string;
  host: string;
  allowedCidrs: string[];
  /** Who signs people in; null: nobody, before Superset itself does. */
  signIn: SignIn | null;
}

/** A provider of identities by OpenID Connect. */
export interface SignIn {
  issuer: string;
  authorizationEndpoint: string;
  tokenEndpoint: string;
  userInfoEndpoint: string;
}

/** What lies behind the load balancer. */
interface Backend {
  name: string;
  namespace: string;
  port: number;
  healthPath: string;
  paths: string[];
}

const className = 'alb';
/** Ingresses of a group share one load balancer. */
const groupName = 'delaywatch';
/** With the client's id and secret at the provider, as `clientID` and `clientSecret`; made by hand in both namespaces. */
const signInSecretName = 'sign-in';

/** The backends in the order in which the load balancer matches their paths. */
const backends: Backend[] = [
  {
    name: pagesName,
    namespace: pagesNamespace,
    port: pagesPort,
    healthPath: pagesHealthPath,
    paths: ['/reports', '/plots', '/exports'],
  },
  {
    name: supersetName,
    namespace: supersetNamespace,
    port: supersetPort,
    healthPath: '/health',
    paths: ['/'],
  },
];

/**
 * A load balancer in front of Superset and the pages. In Auto Mode, its settings are those of its class; it goes with the last
 * Ingress, so that they have to go while the cluster's controller is still there.
 */
export function loadBalancerManifests(loadBalancer: LoadBalancer): Manifest[] {
  const { scheme, certificateArn, allowedCidrs, signIn } = loadBalancer;
  const parameters = {
    apiVersion: 'eks.amazonaws.com/v1',
    kind: 'IngressClassParams',
    metadata: { name: className },
    spec: {
      scheme,
      group: { name: groupName },
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
  const rights = signIn ? backends.flatMap(signInRights) : [];
  return [parameters, ingressClass, ...rights, ...backends.map((_, index) => ingress(loadBalancer, index))];
}

function ingress({ host, signIn }: LoadBalancer, index: number): Ingress {
  const { name, namespace, port, healthPath, paths } = backends[index];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name,
      namespace,
      annotations: {
        'alb.ingress.kubernetes.io/group.order': `${index + 1}`,
        'alb.ingress.kubernetes.io/target-type': 'ip',
        'alb.ingress.kubernetes.io/listen-ports': '[{"HTTP": 80}, {"HTTPS": 443}]',
        'alb.ingress.kubernetes.io/ssl-redirect': '443',
        'alb.ingress.kubernetes.io/healthcheck-path': healthPath,
        ...(signIn && {
          'alb.ingress.kubernetes.io/auth-type': 'oidc',
          'alb.ingress.kubernetes.io/auth-idp-oidc': JSON.stringify({ ...signIn, secretName: signInSecretName }),
          'alb.ingress.kubernetes.io/auth-on-unauthenticated-request': 'authenticate',
        }),
      },
    },
    spec: {
      ingressClassName: className,
      rules: [
        {
          host,
          http: {
            paths: paths.map((path) => ({
              path,
              pathType: 'Prefix',
              backend: { service: { name, port: { number: port } } },
            })),
          },
        },
      ],
    },
  };
}

/**
 * Let the controller of Auto Mode read this one Secret. By default it may read none.
 * Source: https://docs.aws.amazon.com/eks/latest/userguide/auto-managed-rbac-example.html
 */
function signInRights({ name, namespace }: Backend): [Role, RoleBinding] {
  const apiGroup = 'rbac.authorization.k8s.io';
  const metadata = { name: `${name}-sign-in`, namespace };
  return [
    {
      apiVersion: `${apiGroup}/v1`,
      kind: 'Role',
      metadata,
      rules: [{ apiGroups: [''], resources: ['secrets'], resourceNames: [signInSecretName], verbs: ['get'] }],
    },
    {
      apiVersion: `${apiGroup}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup, kind: 'Role', name: metadata.name },
      subjects: [{ apiGroup, kind: 'Group', name: 'eks:managed' }],
    },
  ];
}
