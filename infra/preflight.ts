// `npm run preflight`: whether this machine and the AWS account have what `pulumi up` needs. It makes nothing.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { parse } from 'yaml';

/** Something that is needed, how to see it, and what to do where it is not there. */
interface Need {
  what: string;
  command: string[];
  /** Whether what the command says is enough; that it ends well is asked anyway. */
  enough?(said: string): boolean;
  otherwise: string;
}

const { stack } = new Command('npm run preflight --')
  .option('--stack <name>', 'dev or prod', 'dev')
  .parse()
  .opts<{ stack: string }>();
const config = parse(readFileSync(new URL(`../Pulumi.${stack}.yaml`, import.meta.url), 'utf8')).config;
const region: string = config['aws:region'];
const addresses = config['delaywatch:network'].natGateways === 'one' ? 1 : 2;

const count = (said: string) => Number.parseFloat(said);
const quota = (service: string, code: string) => [
  ...['aws', 'service-quotas', 'get-service-quota', '--region', region, '--service-code', service],
  ...['--quota-code', code, '--query', 'Quota.Value', '--output', 'text'],
];
const needs: Need[] = [
  { what: 'Docker', command: ['docker', 'info'], otherwise: 'install Docker and start it: images are built here' },
  { what: 'Docker buildx', command: ['docker', 'buildx', 'version'], otherwise: 'install the buildx plugin of Docker' },
  {
    what: 'the AWS CLI, version 2',
    command: ['aws', '--version'],
    enough: (said) => said.startsWith('aws-cli/2'),
    otherwise: 'install it from aws.amazon.com/cli: kubeconfigs call it',
  },
  { what: 'kubectl', command: ['kubectl', 'version', '--client'], otherwise: 'install kubectl: it opens Superset' },
  {
    what: 'credentials of AWS',
    command: ['aws', 'sts', 'get-caller-identity'],
    otherwise: 'sign in: aws configure sso, or set AWS_PROFILE; not as root',
  },
  {
    what: `the zones ${config['delaywatch:network'].zones.join(', ')}`,
    command: [
      ...['aws', 'ec2', 'describe-availability-zones', '--region', region],
      ...['--zone-names', ...config['delaywatch:network'].zones],
    ],
    otherwise: 'set network.zones to two zones that this account has',
  },
  {
    what: 'room for a VPC',
    command: quota('vpc', 'L-F678F1CE'),
    enough: (said) => count(said) > listed(['aws', 'ec2', 'describe-vpcs'], 'length(Vpcs)'),
    otherwise: 'ask for more VPCs in Service Quotas, or remove one',
  },
  {
    what: `room for ${addresses} public address(es)`,
    command: quota('ec2', 'L-0263D0A3'),
    enough: (said) => count(said) >= listed(['aws', 'ec2', 'describe-addresses'], 'length(Addresses)') + addresses,
    otherwise: 'ask for more Elastic IPs in Service Quotas, or release some',
  },
];

function run(command: string[]): { good: boolean; said: string } {
  const { status, stdout } = spawnSync(command[0], command.slice(1), { encoding: 'utf8' });
  return { good: status === 0, said: stdout?.trim() ?? '' };
}

function listed(command: string[], query: string): number {
  return count(run([...command, '--region', region, '--query', query, '--output', 'text']).said);
}

let missing = 0;
for (const { what, command, enough = () => true, otherwise } of needs) {
  const { good, said } = run(command);
  const there = good && enough(said);
  if (!there) missing += 1;
  console.log(there ? `there    ${what}` : `MISSING  ${what}: ${otherwise}`);
}
console.log(missing === 0 ? 'Ready for `npx pulumi up`.' : `${missing} of ${needs.length} are missing.`);
process.exitCode = missing === 0 ? 0 : 1;
