import test from 'ava';
import { reportRequirements } from '../../infra/report-requirements.ts';
import { type Machine, type ProgramResult, requirementsOf } from '../../infra/requirements.ts';
import { supersetChart } from '../../infra/superset-values.ts';
import { completeConfig, type StackName } from '../support/pulumi-mocks.ts';

/** What programs say, by a part of the command. */
const programs: Record<string, string> = {
  'pulumi version': 'v3.270.0',
  'node --version': 'v22.18.0',
  'docker info': 'Server',
  'docker buildx inspect --bootstrap': 'Name: default\nNodes:\nPlatforms: linux/arm64, linux/amd64, linux/386',
  'aws --version': 'aws-cli/2.31.0 Python/3.13',
  'kubectl version': 'Client Version: v1.34.4',
  'get-caller-identity': 'arn:aws:sts::111122223333:assumed-role/Deployer/me',
  'describe-availability-zones': 'eu-central-1a\teuc1-az2\neu-central-1b\teuc1-az3',
  'L-F678F1CE': '5.0',
  'describe-vpcs': '4',
  'L-0263D0A3': '5.0',
  'describe-addresses': '3',
  'L-1216C47A': '32.0',
  'describe-instances': '2\t2\n4\t1',
};
const pages: Record<string, string> = {
  'https://checkip.amazonaws.com': '203.0.113.7\n',
  [`${supersetChart.repository}/index.yaml`]: `entries: { superset: [{ version: 0.1.0 }, { version: ${supersetChart.version} }] }`,
};

/** A machine, and an account, where all is there but for some answers; an Error for a program that fails. */
function machine(other: Record<string, string | Error> = {}): Machine {
  const ran = (answer: string | Error | undefined): ProgramResult =>
    typeof answer === 'string'
      ? { good: true, said: answer, complaint: '' }
      : { good: false, said: '', complaint: answer?.message ?? 'cannot be started' };
  return {
    run: (...command) => {
      const text = command.join(' ');
      const said = { ...programs, ...other };
      return ran(said[Object.keys(said).find((part) => text.includes(part)) ?? '']);
    },
    read: async (url) => {
      const answer = { ...pages, ...other }[url];
      if (typeof answer === 'string') return answer;
      throw answer ?? new Error(`${url} did not answer: ENOTFOUND`);
    },
  };
}

/** What is told of a stack's needs. */
async function told(other: Record<string, string | Error> = {}, stack: StackName = 'dev', change: object = {}) {
  const config = completeConfig(stack);
  const section = (name: string) => config[`delaywatch:${name}`];
  const settings = {
    region: config['aws:region'],
    network: section('network'),
    cluster: section('cluster'),
    airflow: section('airflow'),
    ...change,
  };
  const lines: string[] = [];
  const ready = await reportRequirements(await requirementsOf(stack, settings, machine(other)), (line) =>
    lines.push(line),
  );
  return { ready, lines };
}

/** The lines of the needs that are not met. */
async function missed(...given: Parameters<typeof told>): Promise<string[]> {
  const { lines } = await told(...given);
  return lines.filter((line) => /^(MISSING|not known)/.test(line));
}

test('with everything there, the machine is ready', async (t) => {
  for (const stack of ['dev', 'prod'] as const) {
    const { ready, lines } = await told({ 'describe-addresses': '3' }, stack);
    t.deepEqual(
      lines.map((line) => line.slice(0, 5)),
      [...Array(12).fill('there'), 'Ready'],
    );
    t.true(ready);
  }
});

test('missing needs are reported, with what to do', async (t) => {
  const { ready, lines } = await told({
    'describe-availability-zones': 'eu-central-1a\teuc1-az2',
    'describe-vpcs': '5',
  });
  t.deepEqual(
    lines.filter((line) => !line.startsWith('there')),
    [
      'MISSING    the zones eu-central-1a, eu-central-1b, which EKS supports: set network.zones to two zones that this account has and whose ids are not use1-az3, usw1-az2, cac1-az3',
      'MISSING    room for a VPC: ask for more VPCs in Service Quotas, or remove one',
      '2 of 12 are missing, and 0 are not known.',
    ],
  );
  t.false(ready);
});

const lacking: [string, Record<string, string | Error>, RegExp][] = [
  ['an old Node where Pulumi is not called by npx', { 'node --version': 'v22.17.1' }, /^MISSING +Node 22\.18 or later/],
  ['a Node of an old line', { 'node --version': 'v20.19.0' }, /^MISSING +Node 22\.18 or later/],
  [
    'a builder for this machine only',
    { 'docker buildx inspect --bootstrap': 'Platforms: linux/arm64, linux/arm/v7' },
    /buildx, for linux\/amd64/,
  ],
  ['no buildx', { 'docker buildx inspect --bootstrap': new Error('unknown command') }, /^MISSING +Docker buildx/],
  ['the AWS CLI of version 1', { 'aws --version': 'aws-cli/1.38.0' }, /^MISSING +the AWS CLI, version 2/],
  [
    'the root of the account',
    { 'get-caller-identity': 'arn:aws:iam::111122223333:root' },
    /^MISSING +AWS credentials .*; not as root$/,
  ],
  [
    'a zone that EKS refuses',
    { 'describe-availability-zones': 'eu-central-1a\teuc1-az2\neu-central-1b\tuse1-az3' },
    /^MISSING +the zones/,
  ],
  [
    'a repository without the version of the chart',
    { [`${supersetChart.repository}/index.yaml`]: 'entries: { superset: [{ version: 0.1.0 }] }' },
    /^MISSING +the chart superset .*: choose a version that the repository has/,
  ],
  [
    'a repository that cannot be reached',
    { [`${supersetChart.repository}/index.yaml`]: new Error('it did not answer: ECONNREFUSED') },
    /^not known +the chart superset .*: it did not answer: ECONNREFUSED$/,
  ],
  ['too few public addresses', { 'describe-addresses': '5' }, /^MISSING +room for 1 public/],
  ['the vCPUs of a new account', { 'L-1216C47A': '5.0' }, /^MISSING +room for nodes with 12 vCPUs: .*L-1216C47A/],
  ['vCPUs that others use', { 'L-1216C47A': '18.0' }, /^MISSING +room for nodes with 12 vCPUs/],
  [
    'an answer that is no number',
    { 'L-F678F1CE': 'None' },
    /^not known +room for a VPC: aws service-quotas get-service-quota says "None", expected a number$/,
  ],
];

for (const [what, other, line] of lacking) {
  test(`reported: ${what}`, async (t) => {
    const lines = await missed(other);
    t.is(lines.length, 1);
    t.regex(lines[0], line);
  });
}

test('an old Node is fine where Pulumi is called by npx, which has its own', async (t) => {
  t.deepEqual(await missed({ 'pulumi version': new Error('cannot be started'), 'node --version': 'v18.0.0' }), []);
});

test('vCPUs that nobody uses are free to the last', async (t) => {
  t.deepEqual(await missed({ 'L-1216C47A': '12.0', 'describe-instances': '' }), []);
});

test('prod needs two public addresses and more vCPUs', async (t) => {
  const lines = await missed({ 'describe-addresses': '4', 'L-1216C47A': '24.0' }, 'prod');
  t.regex(lines[0], /^MISSING +room for 2 public/);
  t.regex(lines[1], /^MISSING +room for nodes with 17 vCPUs/);
});

test("for prod, the report names the address that may call the cluster's API, and how to set it", async (t) => {
  const settings = (publicAccessCidrs: string[]) => ({ cluster: { publicAccessCidrs } });
  t.deepEqual(await missed({}, 'prod', settings([])), [
    "MISSING    the address of this machine, 203.0.113.7, among cluster.publicAccessCidrs: npx pulumi config set --stack prod --path 'cluster.publicAccessCidrs[0]' 203.0.113.7/32",
  ]);
  t.regex((await missed({}, 'prod', settings(['198.51.100.0/24'])))[0], /publicAccessCidrs\[1\]' 203\.0\.113\.7\/32$/);
  t.deepEqual(await missed({}, 'prod', settings(['198.51.100.0/24', '203.0.113.0/24'])), []);
});

test('without credentials, quotas are reported as not known instead of missing', async (t) => {
  const refused = new Error('Unable to locate credentials');
  const calls = Object.keys(programs).slice(6);
  const lines = await missed(Object.fromEntries(calls.map((call) => [call, refused])));
  t.regex(lines[0], /^MISSING +AWS credentials of a role.*: sign in/);
  t.is(lines.length, 5);
  for (const line of lines.slice(1)) t.regex(line, /^not known .*: AWS did not say: Unable to locate credentials$/);
});
