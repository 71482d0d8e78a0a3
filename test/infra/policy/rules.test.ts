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
    const bucket = resources.find(({ type, name }) => type === bucketType && name === about);
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
const digest = `registry.example.com/tasks@sha256:${'0a'.repeat(32)}`;
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
  ['a bucket in clear', [bucket, bucketBlock], /^encrypted-storage: lake/],
  [
    "a bucket with another's encryption",
    [bucket, bucketBlock, { ...bucketEncryption, about: 'other' }],
    /^encrypted-storage: lake/,
  ],
  ['a bucket that could be public', [bucket, bucketEncryption], /^no-public-buckets: lake: blockPublicAcls/],
  [
    'a bucket half blocked',
    [bucket, bucketEncryption, { ...bucketBlock, props: { ...block, restrictPublicBuckets: false } }],
    /^no-public-buckets: lake: restrictPublicBuckets not true/,
  ],
  [
    'a bucket for everybody',
    [policy({ Principal: '*', Resource: 'arn:aws:s3:::lake/*' }, 'aws:s3/bucketPolicy:BucketPolicy')],
    /^no-public-buckets: role: statement It is for everybody/,
  ],
  [
    'all actions',
    [policy({ Action: '*', Resource: 'arn:aws:s3:::lake' })],
    /^no-wildcard-actions: statement It allows \*/,
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
  ['all resources', [policy({ Resource: '*' })], /^no-wildcard-resources: statement It is about \*/],
  ['all buckets', [policy({ Resource: 'arn:aws:s3:::*' })], /^no-wildcard-resources/],
  ['all roles', [policy({ Resource: ['arn:aws:iam::111122223333:role/*'] })], /^no-wildcard-resources/],
  ['all accounts', [policy({ Resource: 'arn:aws:sqs:eu-central-1:*:queue' })], /^no-wildcard-resources/],
  ['all but some resources', [policy({ NotResource: 'arn:aws:s3:::lake' })], /^no-wildcard-resources/],
  [
    'a managed policy of wide rights',
    [
      {
        type: 'aws:iam/rolePolicyAttachment:RolePolicyAttachment',
        name: 'a',
        props: { policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
      },
    ],
    /^no-wildcard-resources: attaches AdministratorAccess/,
  ],
  ['an image by its tag', [job('registry.example.com/tasks:1.0')], /^pinned-images: image .*tasks:1\.0 has no digest/],
  ['an image without a tag', [job('nginx')], /^pinned-images/],
  [
    'a chart with an image by its tag',
    [
      {
        type: 'kubernetes:helm.sh/v3:Release',
        name: 'r',
        props: { values: { image: { repository: 'superset', tag: '6.1.0' } } },
      },
    ],
    /^pinned-images: image superset:6\.1\.0/,
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
  ['an image by its digest', [job(digest)]],
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

test.serial('what is said to have no tags has none', async (t) => {
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
