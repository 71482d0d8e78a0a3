import type { PolicyResource, ReportViolation, ResourceValidationPolicy, StackValidationPolicy } from '@pulumi/policy';
import { type Exception, managedPolicies, untaggable, wildcardActions, wildcardResources } from './exceptions.ts';

type Rule = ResourceValidationPolicy | StackValidationPolicy;
type Check = (resource: { type: string; name: string; props: Record<string, any> }, report: ReportViolation) => void;

interface Statement {
  Sid: string;
  Effect: 'Allow' | 'Deny';
  Principal?: unknown;
  NotPrincipal?: unknown;
  Action?: string | string[];
  NotAction?: unknown;
  Resource?: string | string[];
  NotResource?: unknown;
}

/** Properties with such a name may be a policy, whatever resource they belong to. */
const policyProperty = /polic(y|ies)(Document|Text)?$/i;
const managedPolicyProperty = /policyArns?$/i;
/** A range of fewer bits is no network of anybody's, but a good part of the internet. */
const fewestBits = { IPv4: 8, IPv6: 16 };
const requiredTags = ['Deployment', 'Project', 'ManagedBy'];

const openSecurityGroups = resourceRule(
  'no-open-security-groups',
  'No security group is open to the internet. A public load balancer makes its own group from its allowed addresses.',
  ({ type, props }, report) => {
    const rules =
      type === 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule'
        ? [[props.cidrIpv4, props.cidrIpv6]]
        : type === 'aws:ec2/securityGroup:SecurityGroup' || type === 'aws:ec2/defaultSecurityGroup:DefaultSecurityGroup'
          ? list(props.ingress).map(({ cidrBlocks, ipv6CidrBlocks }) => [...list(cidrBlocks), ...list(ipv6CidrBlocks)])
          : type === 'aws:ec2/securityGroupRule:SecurityGroupRule' && props.type === 'ingress'
            ? [[...list(props.cidrBlocks), ...list(props.ipv6CidrBlocks)]]
            : [];
    const open = rules.flat().find(isWide);
    if (open) report(`lets in ${open}, which is everybody or nearly`);
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
  },
);

const privateDatabases = resourceRule(
  'no-public-databases',
  'No database, broker or the like has an address in the internet.',
  ({ props }, report) => {
    if (props.publiclyAccessible === true) report('publiclyAccessible is true');
  },
);

const namedPrincipals = resourceRule(
  'no-policies-for-everybody',
  'A policy names whom it allows. A condition does not replace the name.',
  ({ props }, report) => {
    for (const { Sid, Effect, Principal, NotPrincipal } of statements(props)) {
      if (Effect === 'Deny') continue;
      if (isEverybody(Principal)) report(`statement ${Sid} is for everybody`);
      if (NotPrincipal) report(`statement ${Sid} is for all but some`);
    }
  },
);

const namedActions = resourceRule(
  'no-wildcard-actions',
  'A policy lists its actions without wildcards. infra/policy/exceptions.ts lists the exceptions and their reasons.',
  ({ name, props }, report) => {
    for (const { Sid, Effect, Action, NotAction } of statements(props)) {
      if (Effect === 'Deny') continue;
      if (NotAction) report(`statement ${Sid} allows all but some actions`);
      const wild = list(Action).filter((action) => /[*?]/.test(action));
      // All actions of a service are never allowed, with or without a reason.
      const whole = wild.find((action) => /^(\*|[^:]+:\*)$/.test(action));
      if (whole) report(`statement ${Sid} allows ${whole}`);
      else if (wild.length > 0 && !isExcepted(wildcardActions, name, Sid)) {
        report(`statement ${Sid} allows ${wild.join(', ')}, and is not among the exceptions`);
      }
    }
  },
);

const namedResources = resourceRule(
  'no-wildcard-resources',
  'A policy lists its resources without wildcards. infra/policy/exceptions.ts lists the exceptions and their reasons.',
  ({ name, props }, report) => {
    for (const { Sid, Effect, Resource, NotResource } of statements(props)) {
      if (Effect === 'Deny' || isExcepted(wildcardResources, name, Sid)) continue;
      if (NotResource) report(`statement ${Sid} is about all but some resources`);
      const wild = list(Resource).find(isWild);
      if (wild) report(`statement ${Sid} is about ${wild}`);
    }
  },
);

const reasonedManagedPolicies = resourceRule(
  'reasoned-managed-policies',
  'A managed policy is attached only if infra/policy/exceptions.ts has a reason for it.',
  ({ props }, report) => {
    const reasoned = Object.keys(managedPolicies).map((name) => `arn:aws:iam::aws:policy/${name}`);
    for (const arn of valuesOf(props, managedPolicyProperty).flatMap(list)) {
      // These are policies of EKS for its own API.
      if (`${arn}`.split(':')[2] === 'iam' && !reasoned.includes(arn)) {
        report(`attaches ${arn}, which is not among the managed policies with a reason`);
      }
    }
  },
);

const pinnedImages = resourceRule(
  'pinned-images',
  'A container names its image by digest, so that the image that was tested is the one that runs.',
  ({ type, props }, report) => {
    if (!type.startsWith('kubernetes:')) return;
    const pinned = /@sha256:[0-9a-f]{64}$/;
    const isChart = type.startsWith('kubernetes:helm.sh');
    if (isChart && !props.values?.image) report('names no image, and the image of the chart has no digest');
    for (const image of imagesOf(isChart ? props.values : props.spec)) {
      if (!pinned.test(image)) report(`image ${image} has no digest`);
    }
  },
);

const tagged = resourceRule(
  'required-tags',
  `Every resource that can have tags has the tags ${requiredTags.join(', ')}.`,
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
  privateDatabases,
  namedPrincipals,
  namedActions,
  namedResources,
  reasonedManagedPolicies,
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

/** Resources of a type, also under the interim name that the provider still knows: `aws:s3/bucketV2:BucketV2`. */
function ofType(resources: PolicyResource[], type: string): PolicyResource[] {
  return resources.filter((resource) => resource.type.replace(/V2(?=:|$)/g, '') === type);
}

/** The resource of a type that is about a bucket. */
function guardOf(bucket: PolicyResource, type: string, resources: PolicyResource[]): PolicyResource | undefined {
  return ofType(resources, type).find(({ propertyDependencies }) =>
    propertyDependencies.bucket?.some(({ urn }) => urn === bucket.urn),
  );
}

/** The statements of all policies of a resource, whether they are policies of IAM or of the resource itself. */
function statements(props: Record<string, any>): Statement[] {
  return valuesOf(props, policyProperty)
    .flatMap(statementsOf)
    .map((statement) => ({ Sid: 'without a Sid', ...statement }));
}

/**
 * @param policy a document or its text; a list of such, each with a name
 * @returns none for a policy that is not known yet, in a preview of what is to be made; nor for what is no policy
 */
function statementsOf(policy: any): Omit<Statement, 'Sid'>[] {
  if (Array.isArray(policy)) return policy.flatMap((one) => statementsOf(one?.policy));
  if (typeof policy !== 'string') return list(policy?.Statement);
  try {
    return list(JSON.parse(policy)?.Statement);
  } catch {
    return [];
  }
}

/**
 * The values of the properties whose name matches. It reads no other property, since in a preview reading one that is
 * not known yet ends the rule.
 */
function valuesOf(props: Record<string, any>, name: RegExp): any[] {
  return Object.keys(props)
    .filter((key) => name.test(key))
    .map((key) => props[key]);
}

function isExcepted(exceptions: Exception[], resource: string, sid: string): boolean {
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

/** `*`, or that for a kind of principals. */
function isEverybody(principal: any): boolean {
  const kinds = typeof principal === 'object' && principal ? Object.values(principal) : [principal];
  return kinds.flatMap(list).includes('*');
}

function isWide(cidr: unknown): boolean {
  const [address, bits] = `${cidr}`.split('/');
  return Number(bits) < (address.includes(':') ? fewestBits.IPv6 : fewestBits.IPv4);
}

/** The images of all pods that an object or the values of a chart describe, at any depth. */
function imagesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(imagesOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (/image$/i.test(key) ? [imageName(inner)] : imagesOf(inner)));
}

/** A chart joins the parts of a name, each its own way; ours does it by a colon. */
function imageName(image: any): string {
  return typeof image === 'string' ? image : `${image?.repository}:${image?.tag}`;
}

function list(value: any): any[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
}
