import test from 'ava';
import { type LoadBalancer, loadBalancerManifests } from '../../../infra/manifests/load-balancer.ts';

const settings: LoadBalancer = {
  scheme: 'internal',
  certificateArn: 'arn:aws:acm:eu-central-1:111122223333:certificate/0a1b',
  host: 'delays.example.com',
  allowedCidrs: ['10.0.0.0/8'],
  signIn: null,
};
const signIn = {
  issuer: 'https://id.example.com',
  authorizationEndpoint: 'https://id.example.com/authorize',
  tokenEndpoint: 'https://id.example.com/token',
  userInfoEndpoint: 'https://id.example.com/userinfo',
};

function ofKind(kind: string, change: Partial<LoadBalancer> = {}): any[] {
  return loadBalancerManifests({ ...settings, ...change }).filter((manifest) => manifest.kind === kind);
}

test('one load balancer leads to the pages and to Superset, each by its paths', (t) => {
  t.deepEqual(ofKind('IngressClassParams')[0].spec.group, { name: 'delaywatch' });
  const ways = ofKind('Ingress').map(({ metadata, spec }) => {
    const [{ host, http }] = spec.rules;
    t.is(host, 'delays.example.com');
    t.is(spec.ingressClassName, 'alb');
    return {
      namespace: metadata.namespace,
      order: metadata.annotations['alb.ingress.kubernetes.io/group.order'],
      health: metadata.annotations['alb.ingress.kubernetes.io/healthcheck-path'],
      paths: http.paths.map(
        ({ path, backend }: any) => `${path} ${backend.service.name}:${backend.service.port.number}`,
      ),
    };
  });
  t.deepEqual(ways, [
    {
      namespace: 'pages',
      order: '1',
      health: '/healthz',
      paths: ['/reports pages:80', '/plots pages:80', '/exports pages:80'],
    },
    { namespace: 'superset', order: '2', health: '/health', paths: ['/ superset:8088'] },
  ]);
});

test('without a sign-in nobody is asked, and the controller gets no right', (t) => {
  for (const { metadata } of ofKind('Ingress')) {
    t.false(Object.keys(metadata.annotations).some((name) => name.includes('/auth-')));
  }
  t.deepEqual(ofKind('Role'), []);
});

test('with a sign-in people sign in before either, and the controller reads this one Secret', (t) => {
  for (const { metadata } of ofKind('Ingress', { signIn })) {
    t.is(metadata.annotations['alb.ingress.kubernetes.io/auth-type'], 'oidc');
    t.is(metadata.annotations['alb.ingress.kubernetes.io/auth-on-unauthenticated-request'], 'authenticate');
    t.deepEqual(JSON.parse(metadata.annotations['alb.ingress.kubernetes.io/auth-idp-oidc']), {
      ...signIn,
      secretName: 'sign-in',
    });
  }
  t.deepEqual(
    ofKind('Role', { signIn }).map(({ metadata, rules }) => [metadata.namespace, rules]),
    ['pages', 'superset'].map((namespace) => [
      namespace,
      [{ apiGroups: [''], resources: ['secrets'], resourceNames: ['sign-in'], verbs: ['get'] }],
    ]),
  );
  for (const { subjects } of ofKind('RoleBinding', { signIn })) {
    t.deepEqual(subjects, [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'eks:managed' }]);
  }
  const kinds = loadBalancerManifests({ ...settings, signIn }).map(({ kind }) => kind);
  t.true(kinds.lastIndexOf('RoleBinding') < kinds.indexOf('Ingress'));
});
