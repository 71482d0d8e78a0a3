import type { PolicyResource, ReportViolation, ResourceValidationPolicy, StackValidationPolicy } from '@pulumi/policy';
import { type Exception, managedPolicies, untaggable, wildcardActions, wildcardResources } from './exceptions.ts';

type Rule = ResourceValidationPolicy | StackValidationPolicy;
type Check = (resource: { type: string; name: string; props: Record<string, any> }, report: ReportViolation) => void;

interface Statement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Principal?: unknown;
  Action?: string | string[];
  NotAction?: unknown;
  Resource?: string | string[];
  NotResource?: unknown;
}

const everybody = ['0.0.0.0/0', '::/0'];
/** Where AWS puts policies, by type of resource. */
const policyProperties: Record<string, string> = {
  'aws:iam/rolePolicy:RolePolicy': 'policy',
  'aws:iam/policy:Policy': 'policy',
  'aws:iam/userPolicy:UserPolicy': 'policy',
  'aws:iam/groupPolicy:GroupPolicy': 'policy',
  'aws:s3/bucketPolicy:BucketPolicy': 'policy',
  'aws:sns/topicPolicy:TopicPolicy': 'policy',
  'aws:kms/key:Key': 'policy',
};
const requiredTags = ['Deployment', 'Project', 'ManagedBy'];

const openSecurityGroups = resourceRule(
  'no-open-security-groups',
  'Nothing is open to every address: a load balancer that is meant to be makes its own group, by its allowed addresses.',
  ({ type, props }, report) => {
    const rules =
      type === 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule'
        ? [[props.cidrIpv4, props.cidrIpv6]]
        : type === 'aws:ec2/securityGroup:SecurityGroup' || type === 'aws:ec2/defaultSecurityGroup:DefaultSecurityGroup'
          ? list(props.ingress).map(({ cidrBlocks, ipv6CidrBlocks }) => [...list(cidrBlocks), ...list(ipv6CidrBlocks)])
          : type === 'aws:ec2/securityGroupRule:SecurityGroupRule' && props.type === 'ingress'
            ? [[...list(props.cidrBlocks), ...list(props.ipv6CidrBlocks)]]
            : [];
    const open = rules.flat().find((cidr) => everybody.includes(cidr));
    if (open) report(`lets in ${open}: everybody`);
  },
);

const encryptedStorage = stackRule('encrypted-storage', 'What is stored is encrypted.', (resources, report) => {
  const flags: Record<string, string> = {
    'aws:rds/instance:Instance': 'storageEncrypted',
    'aws:rds/cluster:Cluster': 'storageEncrypted',
    'aws:ebs/volume:Volume': 'encrypted',
    'aws:efs/fileSystem:FileSystem': 'encrypted',
  };
  for (const resource of resources) {
    const flag = flags[resource.type];
    if (flag && resource.props[flag] !== true) report(`${resource.name}: ${flag} is not true`, resource.urn);
  }
  for (const bucket of ofType(resources, 'aws:s3/bucket:Bucket')) {
    const type = 'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration';
    if (!guardOf(bucket, type, resources)) report(`${bucket.name}: no encryption is configured`, bucket.urn);
  }
});

const privateBuckets = stackRule(
  'no-public-buckets',
  'No bucket can be read by the public, whatever its policy says.',
  (resources, report) => {
    const blocks = ['blockPublicAcls', 'blockPublicPolicy', 'ignorePublicAcls', 'restrictPublicBuckets'];
    for (const bucket of ofType(resources, 'aws:s3/bucket:Bucket')) {
      const guard = guardOf(bucket, 'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock', resources);
      const open = blocks.filter((block) => guard?.props[block] !== true);
      if (open.length > 0) report(`${bucket.name}: ${open.join(', ')} not true`, bucket.urn);
      if (/public/.test(bucket.props.acl ?? '')) report(`${bucket.name}: its ACL is ${bucket.props.acl}`, bucket.urn);
    }
    for (const policy of ofType(resources, 'aws:s3/bucketPolicy:BucketPolicy')) {
      const open = statements(policy).find(({ Effect, Principal }) => Effect === 'Allow' && isEverybody(Principal));
      if (open) report(`${policy.name}: statement ${open.Sid} is for everybody`, policy.urn);
    }
  },
);

const namedActions = resourceRule(
  'no-wildcard-actions',
  'A policy names what it allows; infra/policy/exceptions.ts lists what may not, and why.',
  (resource, report) => {
    for (const { Sid, Effect, Action, NotAction } of statements(resource)) {
      if (Effect === 'Deny') continue;
      if (NotAction) report(`statement ${Sid} allows all but some actions`);
      const wild = list(Action).filter((action) => action.includes('*'));
      // Whatever the reason, never all of a service.
      const whole = wild.find((action) => /^(\*|[^:]+:\*)$/.test(action));
      if (whole) report(`statement ${Sid} allows ${whole}`);
      else if (wild.length > 0 && !isExcepted(wildcardActions, resource.name, Sid)) {
        report(`statement ${Sid} allows ${wild.join(', ')}, and is not among the exceptions`);
      }
    }
  },
);

const namedResources = resourceRule(
  'no-wildcard-resources',
  'A policy names what it is about; infra/policy/exceptions.ts lists what may not, and why.',
  (resource, report) => {
    for (const { Sid, Effect, Resource, NotResource } of statements(resource)) {
      if (Effect === 'Deny' || isExcepted(wildcardResources, resource.name, Sid)) continue;
      if (NotResource) report(`statement ${Sid} is about all but some resources`);
      const wild = list(Resource).find(isWild);
      if (wild) report(`statement ${Sid} is about ${wild}`);
    }
    if (resource.type === 'aws:iam/rolePolicyAttachment:RolePolicyAttachment') {
      const name = `${resource.props.policyArn}`.replace(/^.*\//, '');
      if (!managedPolicies[name]) report(`attaches ${name}, which is not among the managed policies with a reason`);
    }
  },
);

const pinnedImages = resourceRule(
  'pinned-images',
  'A container names its image by digest: what was tried is what runs.',
  ({ type, props }, report) => {
    if (!type.startsWith('kubernetes:')) return;
    const pinned = /@sha256:[0-9a-f]{64}$/;
    const images = type.startsWith('kubernetes:helm.sh') ? [helmImage(props.values)] : imagesOf(props.spec);
    for (const image of images) if (!pinned.test(image)) report(`image ${image} has no digest`);
  },
);

const tagged = resourceRule(
  'required-tags',
  `What AWS lets mark has the tags ${requiredTags.join(', ')}.`,
  ({ type, props }, report) => {
    if (!type.startsWith('aws:') || untaggable.includes(type)) return;
    const missing = requiredTags.filter((tag) => !props.tags?.[tag]);
    if (missing.length > 0) report(`lacks ${missing.join(', ')}`);
  },
);

export const rules: Rule[] = [
  openSecurityGroups,
  encryptedStorage,
  privateBuckets,
  namedActions,
  namedResources,
  pinnedImages,
  tagged,
];

function resourceRule(name: string, description: string, check: Check): ResourceValidationPolicy {
  return {
    name,
    description,
    enforcementLevel: 'mandatory',
    validateResource: ({ type, name, props }, report) => check({ type, name, props }, report),
  };
}

function stackRule(
  name: string,
  description: string,
  check: (resources: PolicyResource[], report: ReportViolation) => void,
): StackValidationPolicy {
  return {
    name,
    description,
    enforcementLevel: 'mandatory',
    validateStack: ({ resources }, report) => check(resources, report),
  };
}

function ofType(resources: PolicyResource[], type: string): PolicyResource[] {
  return resources.filter((resource) => resource.type === type);
}

/** The resource of a type that is about a bucket. */
function guardOf(bucket: PolicyResource, type: string, resources: PolicyResource[]): PolicyResource | undefined {
  return ofType(resources, type).find(({ propertyDependencies }) =>
    propertyDependencies.bucket?.some(({ urn }) => urn === bucket.urn),
  );
}

/** @returns none for a policy that is not known yet: in a preview of what is to be made */
function statements({ type, props }: { type: string; props: Record<string, any> }): Statement[] {
  const text = props[policyProperties[type]];
  if (typeof text !== 'string') return [];
  try {
    return list(JSON.parse(text).Statement);
  } catch {
    return [];
  }
}

function isExcepted(exceptions: Exception[], resource: string, sid: string | undefined): boolean {
  return exceptions.some((exception) => exception.resource === resource && exception.sid === sid);
}

/** All of everything, of all accounts or of a kind (`role/*`, `secret:*`); what begins with a name of ours is not. */
function isWild(resource: string): boolean {
  const [, , service, , account, ...rest] = resource.split(':');
  const path = rest.join(':');
  return (
    resource.startsWith('*') ||
    account === '*' ||
    path.startsWith('*') ||
    (service !== 's3' && /^[a-z-]+[/:]\*/.test(path))
  );
}

function isEverybody(principal: any): boolean {
  return principal === '*' || list(principal?.AWS).includes('*');
}

/** Of all pods that an object describes, wherever in it. */
function imagesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(imagesOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'image' && typeof inner === 'string' ? [inner] : imagesOf(inner),
  );
}

function helmImage(values: any): string {
  return `${values?.image?.repository}:${values?.image?.tag}`;
}

function list(value: any): any[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
}
