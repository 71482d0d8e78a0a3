import { parse } from 'yaml';
import { overlap } from './cidr.ts';
import type { Config } from './config.ts';
import { dagSettings } from './dag-settings.ts';
import { capacity } from './manifests/capacity.ts';
import { supersetChart } from './superset-values.ts';

/** Something that `pulumi up` needs, how to see it, and what to do where it is not there. */
export interface Requirement {
  what: string;
  /** @throws Error with the reason why it cannot be known */
  isThere(): boolean | Promise<boolean>;
  otherwise: string;
}

/** The parts of this machine that the checks use. */
export interface Machine {
  /** Run a program to its end. Only those outside of this repository: npm's own are not seen. */
  run(program: string, ...options: string[]): ProgramResult;
  /** @throws Error where an address does not answer, with why */
  read(url: string): Promise<string>;
}

export interface ProgramResult {
  good: boolean;
  said: string;
  complaint: string;
}

/** The settings on which the requirements depend. */
export type RequirementSettings = { region: string } & Pick<Config, 'airflow'> & {
    network: Pick<Config['network'], 'zones' | 'natGateways'>;
    cluster: Pick<Config['cluster'], 'publicAccessCidrs'>;
  };

/** Ids of the zones in which EKS makes no control plane. An id means the same zone in each account. */
const refusedZones = ['use1-az3', 'usw1-az2', 'cac1-az3'];
/** The first Node that runs the program's TypeScript as it is. */
const leastNode = [22, 18];
const addressService = 'https://checkip.amazonaws.com';

/**
 * The requirements of `pulumi up` on this machine and the AWS account, in the order in which it would miss them.
 * @param stack name of the settings, for what to do
 */
export async function requirementsOf(
  stack: string,
  settings: RequirementSettings,
  { run, read }: Machine,
): Promise<Requirement[]> {
  const { region, network, cluster, airflow } = settings;
  const ask = (query: string, ...command: string[]): string => {
    const { good, said, complaint } = run('aws', ...command, '--region', region, '--query', query, '--output', 'text');
    if (!good) throw new Error(`AWS did not say: ${complaint}`);
    return said;
  };
  const count = (query: string, ...command: string[]): number => {
    const said = ask(query, ...command);
    const number = Number.parseFloat(said);
    if (Number.isNaN(number)) throw new Error(`aws ${command.slice(0, 2).join(' ')} says "${said}", expected a number`);
    return number;
  };
  const quota = (service: string, code: string) =>
    count('Quota.Value', 'service-quotas', 'get-service-quota', '--service-code', service, '--quota-code', code);

  const addresses = network.natGateways === 'one' ? 1 : 2;
  const cores = coresOfTasks(airflow);
  const { version, repository, name } = supersetChart;
  const address = await read(addressService).then(
    (said) => ({ said: said.trim() }),
    (error: Error) => ({ said: undefined, why: error.message }),
  );
  return [
    {
      what: `Node ${leastNode.join('.')} or later, for the \`pulumi\` that is installed on this machine`,
      isThere: () => !run('pulumi', 'version').good || isLater(run('node', '--version').said),
      otherwise: 'call `npx pulumi`, which brings its own Node, or install a later Node',
    },
    {
      what: 'Docker',
      isThere: () => run('docker', 'info').good,
      otherwise: 'install Docker and start it: images are built here',
    },
    {
      what: 'Docker buildx, for linux/amd64',
      // With an emulator or a remote builder, an ARM machine can also build for the nodes.
      isThere: () => /^Platforms:.*linux\/amd64\b/m.test(run('docker', 'buildx', 'inspect', '--bootstrap').said),
      otherwise:
        'install the buildx plugin of Docker; on an ARM machine also `docker run --privileged --rm tonistiigi/binfmt --install amd64`',
    },
    {
      what: 'the AWS CLI, version 2',
      isThere: () => run('aws', '--version').said.startsWith('aws-cli/2'),
      otherwise: 'install it from aws.amazon.com/cli, since kubeconfigs call it',
    },
    {
      what: 'kubectl',
      isThere: () => run('kubectl', 'version', '--client').good,
      otherwise: 'install kubectl, which opens Superset and the pages',
    },
    {
      what: `the chart ${name} ${version} in ${repository}`,
      isThere: async () => {
        const index = parse(await read(`${repository}/index.yaml`));
        return index.entries[name].some((entry: { version: string }) => entry.version === version);
      },
      otherwise: 'choose a version that the repository has, in infra/superset-values.ts',
    },
    {
      what: 'AWS credentials of a role or user',
      isThere: () => {
        const { good, said } = run('aws', 'sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text');
        return good && !said.endsWith(':root');
      },
      otherwise: 'sign in: aws configure sso, or set AWS_PROFILE; not as root',
    },
    {
      what: `the zones ${network.zones.join(', ')}, which EKS supports`,
      isThere: () => {
        const zones = ask('AvailabilityZones[].[ZoneName, ZoneId]', 'ec2', 'describe-availability-zones');
        const ids = new Map(zones.split('\n').map((line) => line.split(/\s+/) as [string, string]));
        return network.zones.every((zone) => ids.has(zone) && !refusedZones.includes(ids.get(zone)!));
      },
      otherwise: `set network.zones to two zones that this account has and whose ids are not ${refusedZones.join(', ')}`,
    },
    {
      what: `the address of this machine, ${address.said ?? 'which is not known'}, among cluster.publicAccessCidrs`,
      isThere: () => {
        if (address.said === undefined) throw new Error(address.why);
        return cluster.publicAccessCidrs.some((range) => overlap(range, `${address.said}/32`));
      },
      otherwise: `npx pulumi config set --stack ${stack} --path 'cluster.publicAccessCidrs[${cluster.publicAccessCidrs.length}]' ${address.said}/32`,
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
    {
      what: `room for nodes with ${cores} vCPUs`,
      isThere: () => {
        const running = ask(
          "Reservations[].Instances[?State.Name=='running'][].CpuOptions.[CoreCount, ThreadsPerCore]",
          ...['ec2', 'describe-instances'],
        );
        const lines = running.split('\n').filter(Boolean);
        const used = lines.map((line) => line.split(/\s+/).map(Number)).reduce((sum, [a, b]) => sum + a! * b!, 0);
        return quota('ec2', 'L-1216C47A') >= used + cores;
      },
      otherwise:
        'ask for more "Running On-Demand Standard instances" in Service Quotas (L-1216C47A: 5 in a new account), or lower airflow.podsAtOnce',
    },
  ];
}

/** The cores that the pods of all tasks may request at the same time, rounded up. */
function coresOfTasks(airflow: Config['airflow']): number {
  const { namespace, tasks } = dagSettings('', airflow);
  const [{ spec }] = capacity(namespace, tasks);
  const cpu = `${spec!.hard!['requests.cpu']}`;
  return Math.ceil(cpu.endsWith('m') ? Number.parseInt(cpu, 10) / 1000 : Number(cpu));
}

/** @param version as Node says it: v24.21.0 */
function isLater(version: string): boolean {
  const [major, minor] = version.replace('v', '').split('.').map(Number);
  return major! > leastNode[0]! || (major === leastNode[0] && minor! >= leastNode[1]!);
}
