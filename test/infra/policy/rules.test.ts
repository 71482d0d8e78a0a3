import type { PolicyResource } from '@pulumi/policy';
import test from 'ava';
import { managedPolicies, untaggable, wildcardActions, wildcardResources } from '../../../infra/policy/exceptions.ts';
import { rules } from '../../../infra/policy/rules.ts';
import { type Program, runProgram, type StackName } from '../../support/pulumi-mocks.ts';

type Given = Pick<PolicyResource, 'type' | 'name' | 'props'> & { about?: string };

/** What the rules say of some resources, each as `rule: message`. `about`: the name of the bucket a resource is for. */
function violations(given: Given[]): string[] {
  const found: string[] = [];
  const resources = given.map(
    (resource) =>
      ({
        ...resource,
        urn: `${resource.type} ${resource.name}`,
        propertyDependencies: {},
      }) as unknown as PolicyResource,
  );
  for (const [index, { about }] of given.entries()) {
    const bucket = resources.find(({ type, name }) => /:Bucket(V2)?$/.test(type) && name === about);
    if (bucket) resources[index].propertyDependencies.bucket = [bucket];
  }
  for (const rule of rules as any[]) {
    const report = (message: string) => found.push(`${rule.name}: ${message}`);
    if (rule.validateStack) rule.validateStack({ resources, getConfig: () => ({}) }, report);
    for (const { type, name, props } of resources) rule.validateResource?.({ type, name, props, opts: {} }, report);
  }
  return found;
}

const bucketType = 'aws:s3/bucket:Bucket';
const tags = { Deployment: 'delaywatch-test', Project: 'delaywatch', ManagedBy: 'pulumi' };
const block = { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true };
const bucket: Given = { type: bucketType, name: 'lake', props: { tags } };
const bucketBlock: Given = {
  type: 'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock',
  name: 'lake',
  props: block,
  about: 'lake',
};
const bucketEncryption: Given = {
  type: 'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration',
  name: 'lake',
  props: {},
  about: 'lake',
};
const policy = (statement: object, type = 'aws:iam/rolePolicy:RolePolicy'): Given => ({
  type,
  name: 'role',
  props: {
    policy: JSON.stringify({ Statement: [{ Sid: 'It', Effect: 'Allow', Action: ['s3:GetObject'], ...statement }] }),
  },
});
/** A policy of a resource's own. */
const openTo = (Principal: unknown, type: string, property = 'policy'): Given => ({
  type,
  name: 'open',
  props: {
    tags,
    [property]: JSON.stringify({ Statement: { Sid: 'It', Effect: 'Allow', Principal, Action: 'x:Use' } }),
  },
});
const role = (props: object): Given => ({ type: 'aws:iam/role:Role', name: 'role', props: { tags, ...props } });
const attachment = (type: string, policyArn: string): Given => ({
  type: `aws:iam/${type}`,
  name: 'a',
  props: { policyArn },
});
const chart = (values: object): Given => ({ type: 'kubernetes:helm.sh/v3:Release', name: 'r', props: { values } });
const digest = `registry.example.com/tasks@sha256:${'0a'.repeat(32)}`;
const pinned = { repository: 'registry.example.com/superset@sha256', tag: '0a'.repeat(32) };
const job = (image: string): Given => ({
  type: 'kubernetes:batch/v1:Job',
  name: 'job',
  props: { spec: { template: { spec: { initContainers: [{ image: digest }], containers: [{ image }] } } } },
});
const ingress = (props: object): Given => ({
  type: 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule',
  name: 'rule',
  props: { tags, ...props },
});

const refused: [string, Given[], RegExp][] = [
  ['a port open to all', [ingress({ cidrIpv4: '0.0.0.0/0' })], /^no-open-security-groups: lets in 0\.0\.0\.0\/0/],
  ['a port open to all of IPv6', [ingress({ cidrIpv6: '::/0' })], /^no-open-security-groups: lets in ::\/0/],
  [
    'a port open to one half',
    [ingress({ cidrIpv4: '128.0.0.0/1' })],
    /^no-open-security-groups: lets in 128\.0\.0\.0\/1/,
  ],
  [
    'a port open to all that is routed',
    [ingress({ cidrIpv6: '2000::/3' })],
    /^no-open-security-groups: lets in 2000::\/3/,
  ],
  [
    'a rule of the other kind, open to two halves',
    [
      {
        type: 'aws:ec2/securityGroupRule:SecurityGroupRule',
        name: 'rule',
        props: { type: 'ingress', cidrBlocks: ['10.0.0.0/8', '0.0.0.0/1'] },
      },
    ],
    /^no-open-security-groups: lets in 0\.0\.0\.0\/1/,
  ],
  [
    'a group open to all',
    [
      {
        type: 'aws:ec2/securityGroup:SecurityGroup',
        name: 'group',
        props: { tags, ingress: [{ cidrBlocks: ['10.0.0.0/8', '0.0.0.0/0'] }] },
      },
    ],
    /^no-open-security-groups/,
  ],
  [
    'a database in clear',
    [{ type: 'aws:rds/instance:Instance', name: 'database', props: { tags, storageEncrypted: false } }],
    /^encrypted-storage: database: storageEncrypted is not true/,
  ],
  [
    'a database with a public address',
    [
      {
        type: 'aws:rds/instance:Instance',
        name: 'd',
        props: { tags, storageEncrypted: true, publiclyAccessible: true },
      },
    ],
    /^no-public-databases: publiclyAccessible is true/,
  ],
  ['a bucket in clear', [bucket, bucketBlock], /^encrypted-storage: lake/],
  [
    "a bucket with another's encryption",
    [bucket, bucketBlock, { ...bucketEncryption, about: 'other' }],
    /^encrypted-storage: lake/,
  ],
  ['a bucket that could be public', [bucket, bucketEncryption], /^no-public-buckets: lake: blockPublicAcls/],
  [
    'a bucket by its other name, in clear',
    [{ ...bucket, type: 'aws:s3/bucketV2:BucketV2' }],
    /^encrypted-storage: lake: no encryption/,
  ],
  [
    'a bucket by its other name that could be public',
    [{ ...bucket, type: 'aws:s3/bucketV2:BucketV2' }],
    /^no-public-buckets: lake: blockPublicAcls/,
  ],
  [
    'a bucket half blocked',
    [bucket, bucketEncryption, { ...bucketBlock, props: { ...block, restrictPublicBuckets: false } }],
    /^no-public-buckets: lake: restrictPublicBuckets not true/,
  ],
  [
    'a bucket for everybody',
    [policy({ Principal: '*', Resource: 'arn:aws:s3:::lake/*' }, 'aws:s3/bucketPolicy:BucketPolicy')],
    /^no-policies-for-everybody: statement It is for everybody/,
  ],
  ...(
    [
      ['a topic', 'aws:sns/topicPolicy:TopicPolicy'],
      ['a queue', 'aws:sqs/queuePolicy:QueuePolicy'],
      ['a secret', 'aws:secretsmanager/secretPolicy:SecretPolicy'],
      ['images', 'aws:ecr/repositoryPolicy:RepositoryPolicy'],
      ['a key', 'aws:kms/key:Key'],
      ['a role', 'aws:iam/role:Role', 'assumeRolePolicy'],
      ['a search domain', 'aws:opensearch/domain:Domain', 'accessPolicies'],
      ['logs', 'aws:cloudwatch/logResourcePolicy:LogResourcePolicy', 'policyDocument'],
    ] as [string, string, string?][]
  ).map(([what, type, property]): [string, Given[], RegExp] => [
    `${what} for everybody`,
    [openTo({ AWS: '*' }, type, property)],
    /^no-policies-for-everybody: statement It is for everybody/,
  ]),
  [
    'a role for everybody, plainly',
    [openTo('*', 'aws:iam/role:Role', 'assumeRolePolicy')],
    /^no-policies-for-everybody: statement It is for everybody/,
  ],
  [
    'a role for whoever signs in somewhere',
    [openTo({ Federated: ['*'] }, 'aws:iam/role:Role', 'assumeRolePolicy')],
    /^no-policies-for-everybody/,
  ],
  [
    'a topic for all but some',
    [policy({ NotPrincipal: { AWS: '111122223333' } }, 'aws:sns/topicPolicy:TopicPolicy')],
    /^no-policies-for-everybody: statement It is for all but some/,
  ],
  [
    'all actions',
    [policy({ Action: '*', Resource: 'arn:aws:s3:::lake' })],
    /^no-wildcard-actions: statement It allows \*/,
  ],
  [
    'all actions, by a statement without a name',
    [policy({ Sid: undefined, Action: '*', Resource: 'arn:aws:s3:::lake' })],
    /^no-wildcard-actions: statement without a Sid allows \*/,
  ],
  [
    'all actions of a service',
    [policy({ Action: ['s3:*'], Resource: 'arn:aws:s3:::lake' })],
    /^no-wildcard-actions: statement It allows s3:\*/,
  ],
  [
    'some actions by a wildcard',
    [policy({ Action: ['s3:Get*'], Resource: 'arn:aws:s3:::lake' })],
    /s3:Get\*, and is not among the exceptions/,
  ],
  [
    'all but some actions',
    [policy({ Action: undefined, NotAction: ['iam:*'], Resource: 'arn:aws:s3:::lake' })],
    /^no-wildcard-actions/,
  ],
  [
    'some actions by a mark',
    [policy({ Action: 'iam:Pas?Role', Resource: 'arn:aws:iam::1:role/a' })],
    /iam:Pas\?Role, and is not/,
  ],
  [
    'all actions in a policy that is part of a role',
    [role({ inlinePolicies: [{ name: 'all', ...policy({ Action: '*', Resource: '*' }).props }] })],
    /^no-wildcard-actions: statement It allows \*/,
  ],
  [
    'all resources in a policy that is part of a role',
    [role({ inlinePolicies: [{ name: 'all', ...policy({ Action: '*', Resource: '*' }).props }] })],
    /^no-wildcard-resources: statement It is about \*/,
  ],
  [
    'all actions in a policy that is no text',
    [role({ assumeRolePolicy: { Statement: [{ Sid: 'It', Effect: 'Allow', Action: '*' }] } })],
    /^no-wildcard-actions: statement It allows \*/,
  ],
  ['all resources', [policy({ Resource: '*' })], /^no-wildcard-resources: statement It is about \*/],
  ['all buckets', [policy({ Resource: 'arn:aws:s3:::*' })], /^no-wildcard-resources/],
  ['all roles', [policy({ Resource: ['arn:aws:iam::111122223333:role/*'] })], /^no-wildcard-resources/],
  ['all accounts', [policy({ Resource: 'arn:aws:sqs:eu-central-1:*:queue' })], /^no-wildcard-resources/],
  ['all but some resources', [policy({ NotResource: 'arn:aws:s3:::lake' })], /^no-wildcard-resources/],
  ...[
    'rolePolicyAttachment:RolePolicyAttachment',
    'userPolicyAttachment:UserPolicyAttachment',
    'groupPolicyAttachment:GroupPolicyAttachment',
    'policyAttachment:PolicyAttachment',
  ].map((type): [string, Given[], RegExp] => [
    `wide rights by a ${type.replace(/.*:/, '')}`,
    [attachment(type, 'arn:aws:iam::aws:policy/AdministratorAccess')],
    /^reasoned-managed-policies: attaches arn:aws:iam::aws:policy\/AdministratorAccess/,
  ]),
  [
    'wide rights as part of a role',
    [role({ managedPolicyArns: ['arn:aws:iam::aws:policy/AmazonS3FullAccess'] })],
    /^reasoned-managed-policies: attaches arn:aws:iam::aws:policy\/AmazonS3FullAccess/,
  ],
  [
    "rights of one's own by the name of one of AWS's",
    [
      attachment(
        'rolePolicyAttachment:RolePolicyAttachment',
        'arn:aws:iam::111122223333:policy/AmazonEKSClusterPolicy',
      ),
    ],
    /^reasoned-managed-policies: attaches arn:aws:iam::111122223333:policy/,
  ],
  ['an image by its tag', [job('registry.example.com/tasks:1.0')], /^pinned-images: image .*tasks:1\.0 has no digest/],
  ['an image without a tag', [job('nginx')], /^pinned-images/],
  [
    'a chart with an image by its tag',
    [chart({ image: { repository: 'superset', tag: '6.1.0' } })],
    /^pinned-images: image superset:6\.1\.0/,
  ],
  ["a chart with the chart's own image", [chart({ replicas: 1 })], /^pinned-images: names no image/],
  [
    'a chart with another image by its tag',
    [chart({ image: pinned, init: { initImage: { repository: 'dockerize', tag: '1' } } })],
    /^pinned-images: image dockerize:1/,
  ],
  [
    'a chart with a container beside its own, by its tag',
    [chart({ image: pinned, server: { extraContainers: [{ name: 'beside', image: 'nginx:1' }] } })],
    /^pinned-images: image nginx:1/,
  ],
  [
    'no tags',
    [{ type: 'aws:ec2/vpc:Vpc', name: 'vpc', props: {} }],
    /^required-tags: lacks Deployment, Project, ManagedBy/,
  ],
  [
    'a missing tag',
    [{ type: 'aws:ec2/vpc:Vpc', name: 'vpc', props: { tags: { ...tags, Project: '' } } }],
    /^required-tags: lacks Project/,
  ],
];

for (const [what, given, message] of refused) {
  test(`refused: ${what}`, (t) => {
    const found = violations(given);
    t.true(
      found.some((violation) => message.test(violation)),
      found.join('\n') || 'nothing was said',
    );
  });
}

const accepted: [string, Given[]][] = [
  ['a port for some', [ingress({ cidrIpv4: '10.20.0.0/16' })]],
  ['a bucket with all that it needs', [bucket, bucketBlock, bucketEncryption]],
  [
    'a port for a large network of somebody',
    [ingress({ cidrIpv4: '10.0.0.0/8' }), ingress({ cidrIpv6: '2001:db8::/32' })],
  ],
  [
    'a bucket by its other name, with all that it needs',
    [{ ...bucket, type: 'aws:s3/bucketV2:BucketV2' }, bucketBlock, bucketEncryption],
  ],
  ['a role for a service', [openTo({ Service: ['pods.eks.amazonaws.com'] }, 'aws:iam/role:Role', 'assumeRolePolicy')]],
  ['rights with a reason', [role({ managedPolicyArns: ['arn:aws:iam::aws:policy/AmazonEKSClusterPolicy'] })]],
  [
    "rights in EKS's own API",
    [
      {
        ...attachment('x:X', 'arn:aws:eks::aws:cluster-access-policy/A'),
        type: 'aws:eks/accessPolicyAssociation:AccessPolicyAssociation',
      },
    ],
  ],
  [
    'rules that are no policy',
    [{ type: 'aws:sqs/queue:Queue', name: 'q', props: { tags, redrivePolicy: '{"a":1}', policy: 'x' } }],
  ],
  ['an image by its digest', [job(digest), chart({ image: pinned, beside: [{ image: digest }] })]],
  [
    'objects below a name',
    [
      policy({
        Resource: ['arn:aws:s3:::lake/flights/*', 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:ours/*'],
      }),
    ],
  ],
  [
    'a refusal of everything to everybody',
    [policy({ Effect: 'Deny', Principal: '*', Action: ['s3:*'], Resource: '*' }, 'aws:s3/bucketPolicy:BucketPolicy')],
  ],
  [
    'a policy that is not known yet',
    [{ type: 'aws:iam/rolePolicy:RolePolicy', name: 'role', props: { policy: { unknown: true } } }],
  ],
];

for (const [what, given] of accepted) {
  test(`accepted: ${what}`, (t) => {
    t.deepEqual(violations(given), []);
  });
}

function givenOf({ resources }: Program): Given[] {
  return resources.map(({ type, name, inputs }) => ({
    type,
    name,
    props: inputs,
    about: `${inputs.bucket}`.replace(/^Bucket\//, ''),
  }));
}

test.serial('both stacks are accepted, and each exception is needed', async (t) => {
  const used = new Set<string>();
  const excepted = new Set([...wildcardActions, ...wildcardResources].map(({ resource }) => resource));
  for (const stack of ['dev', 'prod'] as StackName[]) {
    const program = await runProgram(stack);
    const given = givenOf(program);
    t.deepEqual(violations(given), [], stack);
    // The same without the name that the exceptions are for.
    for (const violation of violations(
      given.map((resource) => ({ ...resource, name: excepted.has(resource.name) ? 'x' : resource.name })),
    )) {
      used.add(/statement (\w+)/.exec(violation)?.[1] ?? violation);
    }
    const attached = program
      .all('aws:iam/rolePolicyAttachment:RolePolicyAttachment')
      .map(({ inputs }) => inputs.policyArn.replace(/^.*\//, ''));
    t.deepEqual([...new Set(attached)].sort(), Object.keys(managedPolicies).sort());
  }
  t.deepEqual([...used].sort(), [...new Set([...wildcardActions, ...wildcardResources].map(({ sid }) => sid))].sort());
});

test.serial('the types without tags cannot have tags', async (t) => {
  const { resources } = await runProgram('prod', { 'delaywatch:alerts': { email: 'me@example.com' } });
  for (const type of untaggable) {
    const some = resources.filter((resource) => resource.type === type);
    t.true(some.length > 0, `${type} is not needed`);
    t.true(
      some.every(({ inputs }) => inputs.tags === undefined),
      type,
    );
  }
});

test('each exception has a reason', (t) => {
  for (const { reason } of [...wildcardActions, ...wildcardResources]) t.true(reason.length > 20);
});
