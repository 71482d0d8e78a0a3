// `npm run preflight`: whether this machine and the AWS account have what `pulumi up` needs. It makes nothing.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { parse } from 'yaml';

/** Something that is needed, how to see it, and what to do where it is not there. */
interface Need {
  what: string;
  /** @throws Error with the reason why AWS did not say */
  isThere(): boolean;
  otherwise: string;
}

const root = new URL('../', import.meta.url);
const { stack } = new Command('npm run preflight --')
  .description('Looks whether this machine and the AWS account have what `pulumi up` needs. It makes nothing.')
  .option('--stack <name>', 'of the settings in Pulumi.<name>.yaml', withSettings, 'dev')
  .parse()
  .opts<{ stack: string }>();
const config = parse(readFileSync(new URL(`Pulumi.${stack}.yaml`, root), 'utf8')).config;
const region: string = config['aws:region'];
const zones: string[] = config['delaywatch:network'].zones;
const addresses = config['delaywatch:network'].natGateways === 'one' ? 1 : 2;

const needs: Need[] = [
  {
    what: 'Docker',
    isThere: () => run('docker', 'info').good,
    otherwise: 'install Docker and start it: images are built here',
  },
  {
    what: 'Docker buildx',
    isThere: () => run('docker', 'buildx', 'version').good,
    otherwise: 'install the buildx plugin of Docker',
  },
  {
    what: 'the AWS CLI, version 2',
    isThere: () => run('aws', '--version').said.startsWith('aws-cli/2'),
    otherwise: 'install it from aws.amazon.com/cli: kubeconfigs call it',
  },
  {
    what: 'kubectl',
    isThere: () => run('kubectl', 'version', '--client').good,
    otherwise: 'install kubectl: it opens Superset',
  },
  {
    what: 'credentials of AWS',
    isThere: () => run('aws', 'sts', 'get-caller-identity').good,
    otherwise: 'sign in: aws configure sso, or set AWS_PROFILE; not as root',
  },
  {
    what: `the zones ${zones.join(', ')}`,
    isThere: () => {
      const known = ask('AvailabilityZones[].ZoneName', 'ec2', 'describe-availability-zones').split(/\s+/);
      return zones.every((zone) => known.includes(zone));
    },
    otherwise: 'set network.zones to two zones that this account has',
  },
  {
    what: 'room for a VPC',
    isThere: () => quota('vpc', 'L-F678F1CE') > count('length(Vpcs)', 'ec2', 'describe-vpcs'),
    otherwise: 'ask for more VPCs in Service Quotas, or remove one',
  },
  {
    what: `room for ${addresses} public address(es)`,
    isThere: () => quota('ec2', 'L-0263D0A3') >= count('length(Addresses)', 'ec2', 'describe-addresses') + addresses,
    otherwise: 'ask for more Elastic IPs in Service Quotas, or release some',
  },
];

const verdicts = { there: 0, MISSING: 0, 'not known': 0 };
for (const need of needs) {
  const [verdict, why] = look(need);
  verdicts[verdict] += 1;
  console.log(`${verdict.padEnd(9)}  ${need.what}${why}`);
}
const ready = verdicts.there === needs.length;
console.log(
  ready
    ? 'Ready for `npx pulumi up`.'
    : `Of ${needs.length}, ${verdicts.MISSING} are missing and ${verdicts['not known']} not known.`,
);
if (verdicts['not known'] > 0) console.log('See to the AWS CLI, its credentials and their rights, and look again.');
process.exitCode = ready ? 0 : 1;

function look({ isThere, otherwise }: Need): [verdict: keyof typeof verdicts, why: string] {
  try {
    return isThere() ? ['there', ''] : ['MISSING', `: ${otherwise}`];
  } catch (error) {
    return ['not known', `: AWS did not say: ${(error as Error).message}`];
  }
}

function quota(service: string, code: string): number {
  return count('Quota.Value', 'service-quotas', 'get-service-quota', '--service-code', service, '--quota-code', code);
}

/** @throws Error with the reason why AWS did not say */
function count(query: string, ...command: string[]): number {
  const said = ask(query, ...command);
  const number = Number.parseFloat(said);
  if (Number.isNaN(number)) throw new Error(`aws ${command.slice(0, 2).join(' ')} says "${said}", expected a number`);
  return number;
}

/** @throws Error with the reason why AWS did not say */
function ask(query: string, ...command: string[]): string {
  const { good, said, complaint } = run('aws', ...command, '--region', region, '--query', query, '--output', 'text');
  if (!good) throw new Error(complaint);
  return said;
}

function run(program: string, ...options: string[]): { good: boolean; said: string; complaint: string } {
  const { status, stdout, stderr, error } = spawnSync(program, options, { encoding: 'utf8' });
  if (error) return { good: false, said: '', complaint: `${program} cannot be started` };
  return { good: status === 0, said: stdout.trim(), complaint: stderr.trim().split('\n').at(-1) ?? '' };
}

/** A stack whose settings are there. */
function withSettings(name: string): string {
  const stacks = readdirSync(root).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
  if (stacks.includes(name)) return name;
  throw new InvalidArgumentError(`There is no Pulumi.${name}.yaml; there are settings of ${stacks.join(', ')}.`);
}
