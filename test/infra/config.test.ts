import { readFileSync } from 'node:fs';
import test from 'ava';
import { parse } from 'yaml';
import { readConfig } from '../../infra/config.ts';
import { readSettings } from '../../tasks/settings.ts';
import { describedSettings } from '../support/described-settings.ts';
import { committedConfig, completeConfig, type StackName } from '../support/pulumi-mocks.ts';

/** The sections of a complete stack, with some settings changed: `network.cidr`. */
function values(stack: StackName, changes: Record<string, unknown> = {}): Record<string, any> {
  const { 'aws:region': region, ...sections } = completeConfig(stack);
  const result: Record<string, any> = { stack, region };
  for (const [key, value] of Object.entries(sections)) result[key.replace('delaywatch:', '')] = value;
  for (const [path, value] of Object.entries(changes)) {
    const [section, setting] = path.split('.');
    if (setting) result[section][setting] = value;
    else result[section] = value;
  }
  return result;
}

const stacks: StackName[] = ['dev', 'prod'];

/** The settings of a committed stack, by path. */
function committedSettings(stack: StackName): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(committedConfig(stack))) {
    const section = key.replace(/^\w+:/, '');
    if (typeof value !== 'object') settings[section] = value;
    else for (const [name, inner] of Object.entries(value)) settings[`${section}.${name}`] = inner;
  }
  return settings;
}

const certificateArn = 'arn:aws:acm:eu-central-1:111122223333:certificate/0a1b';
const loadBalancer = {
  scheme: 'internet-facing',
  certificateArn,
  host: 'delays.example.com',
  allowedCidrs: ['203.0.113.0/24'],
  signIn: null as null | Record<string, string>,
};
const signIn = {
  issuer: 'https://id.example.com',
  authorizationEndpoint: 'https://id.example.com/authorize',
  tokenEndpoint: 'https://id.example.com/token',
  userInfoEndpoint: 'https://id.example.com/userinfo',
};

test('dev is complete as it is committed; prod lacks nothing but who may call its API', (t) => {
  t.deepEqual(completeConfig('dev'), committedConfig('dev'));
  t.is(readConfig(values('dev')).stack, 'dev');
  t.is(readConfig(values('prod')).stack, 'prod');
  const { publicAccessCidrs } = committedConfig('prod')['delaywatch:cluster'];
  const { message } = t.throws(() => readConfig(values('prod', { 'cluster.publicAccessCidrs': publicAccessCidrs })))!;
  t.regex(
    message,
    /^Pulumi\.prod\.yaml:\n {2}cluster\.publicAccessCidrs: expected at least the address of the machine that runs Pulumi; `npm run preflight -- --stack STACK` shows it\n[^\n]*$/,
  );
});

test('the API of a stack to try things with may be called from everywhere', (t) => {
  const everywhere = { 'cluster.publicAccessCidrs': ['0.0.0.0/0'] };
  t.deepEqual(readConfig(values('dev', everywhere)).cluster.publicAccessCidrs, ['0.0.0.0/0']);
});

test('prod is protected, dev goes without a trace', (t) => {
  t.is(readConfig(values('prod')).protection, 'on');
  t.is(readConfig(values('dev')).protection, 'none');
});

test('a load balancer with a certificate is fine', (t) => {
  t.deepEqual(
    readConfig(values('prod', { 'superset.loadBalancer': loadBalancer })).superset.loadBalancer as any,
    loadBalancer,
  );
  const { signIn: _, ...nobodySignsIn } = loadBalancer;
  for (const given of [{ ...loadBalancer, signIn }, nobodySignsIn]) {
    t.deepEqual(readConfig(values('prod', { 'superset.loadBalancer': given })).superset.loadBalancer as any, {
      signIn: null,
      ...given,
    });
  }
});

const faults: [string, StackName, Record<string, unknown>, RegExp][] = [
  ['prod without protection', 'prod', { protection: 'none' }, /protection: prod needs protection: "on"/],
  ['a region that is none', 'dev', { region: 'Frankfurt' }, /region: expected a region such as eu-central-1/],
  ['no region', 'dev', { region: undefined }, /region: is not set; run `pulumi config set aws:region/],
  ['a region of another partition', 'dev', { region: 'cn-north-1' }, /outside of China/],
  [
    'a zone of another region',
    'dev',
    { region: 'us-east-1' },
    /network.zones: "eu-central-1a" is not a zone of us-east-1/,
  ],
  ['the same zone twice', 'dev', { 'network.zones': ['eu-central-1a', 'eu-central-1a'] }, /two different zones/],
  [
    'a network with bits behind its prefix',
    'dev',
    { 'network.cidr': '10.20.0.1/16' },
    /network.cidr: expected a range/,
  ],
  [
    'a network that is too large',
    'dev',
    { 'network.cidr': '10.0.0.0/8' },
    /network.cidr: expected a network between \/16 and \/20/,
  ],
  ['a network of public addresses', 'dev', { 'network.cidr': '8.8.0.0/16' }, /expected private addresses/],
  [
    'a network over that of the services',
    'dev',
    { 'network.cidr': '172.20.0.0/16' },
    /172\.20\.0\.0\/16 overlaps 172\.20\.0\.0\/16/,
  ],
  ["a network over Docker's", 'dev', { 'network.cidr': '172.17.0.0/16' }, /overlaps 172\.17\.0\.0\/16/],
  [
    'an API that nobody reaches',
    'dev',
    { 'cluster.publicAccessCidrs': [] },
    /expected at least the address of the machine that runs Pulumi/,
  ],
  [
    'an API for addresses that never come over the internet, which EKS refuses',
    'dev',
    { 'cluster.publicAccessCidrs': ['203.0.113.7/32', '10.1.0.0/16'] },
    /publicAccessCidrs\.1: expected public addresses/,
  ],
  [
    'an API in prod for everybody',
    'prod',
    { 'cluster.publicAccessCidrs': ['203.0.113.7/32', '0.0.0.0/0'] },
    /cluster\.publicAccessCidrs\.1: 0\.0\.0\.0\/0 covers the whole internet, or nearly; .*preflight -- --stack prod`/,
  ],
  [
    'an API in prod for one half of everybody',
    'prod',
    { 'cluster.publicAccessCidrs': ['0.0.0.0/1', '128.0.0.0/1'] },
    /cluster\.publicAccessCidrs\.1: 128\.0\.0\.0\/1 covers the whole internet/,
  ],
  [
    'an API for everybody in another stack that is protected',
    'dev',
    { protection: 'on', stack: 'live' },
    /cluster\.publicAccessCidrs\.0: 0\.0\.0\.0\/0 covers the whole internet/,
  ],
  [
    'an API for more addresses than EKS takes',
    'dev',
    { 'cluster.publicAccessCidrs': Array(41).fill('203.0.113.7/32') },
    /publicAccessCidrs: expected at most 40/,
  ],
  [
    "services at Docker's addresses",
    'dev',
    { 'cluster.serviceCidr': '172.16.0.0/12' },
    /cluster\.serviceCidr: 172\.16\.0\.0\/12 overlaps 172\.17\.0\.0\/16/,
  ],
  [
    'services at shared addresses, which EKS refuses',
    'dev',
    { 'cluster.serviceCidr': '100.64.0.0/16' },
    /serviceCidr: expected private addresses between/,
  ],
  ['a version that YAML took for a number', 'dev', { 'cluster.version': 1.36 }, /cluster.version: .*string/],
  [
    'an administrator that is no ARN',
    'dev',
    { 'cluster.administrators': ['me'] },
    /expected the ARN of an IAM role or user/,
  ],
  [
    'an administrator twice',
    'dev',
    { 'cluster.administrators': ['ada', 'bob', 'ada'].map((who) => `arn:aws:iam::111122223333:user/${who}`) },
    /cluster\.administrators\.2: arn:aws:iam::111122223333:user\/ada is listed twice/,
  ],
  [
    'days that CloudWatch does not know',
    'dev',
    { logDays: 31 },
    /logDays: expected a number of days that CloudWatch knows/,
  ],
  [
    'a day that YAML took for another thing',
    'dev',
    { 'images.asOf': '2026-11-23T00:00:00Z' },
    /images\.asOf: expected a day/,
  ],
  ['a day that is none', 'dev', { 'images.asOf': '2026-02-30' }, /images\.asOf: expected a day in quotes/],
  ['too many days of backups', 'dev', { 'database.backupDays': 99 }, /database.backupDays: expected 1 to 35/],
  ['no backups', 'dev', { 'database.backupDays': 0 }, /database.backupDays: expected 1 to 35/],
  [
    'hardly more storage at most than at first',
    'dev',
    { 'database.maxStorageGibibytes': 32, 'database.storageGibibytes': 30 },
    /expected at least a tenth more than storageGibibytes/,
  ],
  ['an instance that is none', 'dev', { 'database.instanceClass': 't4g' }, /expected a class such as db\.t4g\.small/],
  ['an environment class that is none', 'dev', { 'airflow.environmentClass': 'mw1.tiny' }, /airflow.environmentClass/],
  ['Airflow 2', 'dev', { 'airflow.version': '2.10.3' }, /expected a version of Airflow that MWAA offers/],
  [
    'more tasks than always find a worker',
    'dev',
    { 'airflow.minWorkers': 1 },
    /10 tasks may wait for their pods at once, but the workers that always run have room for 5/,
  ],
  [
    'fewer workers at most than at least',
    'dev',
    { 'airflow.minWorkers': 3 },
    /airflow.maxWorkers: expected at least minWorkers/,
  ],
  [
    'a threshold in words',
    'dev',
    { 'flights.anomalyThreshold': 'high' },
    /anomalyThreshold: expected a number, like 3\.1/,
  ],
  ['no threshold', 'dev', { 'flights.anomalyThreshold': 0 }, /flights\.anomalyThreshold: expected a number above 0/],
  ['a webhook of nobody we know', 'dev', { 'digest.webhook': 'irc' }, /digest\.webhook/],
  ['an airport in words', 'dev', { 'digest.airports': ['Newark'] }, /expected the code of an airport, such as JFK/],
  ['a task that is none', 'dev', { 'airflow.podsAtOnce': { paint: 2 } }, /podsAtOnce/],
  [
    'a public Superset without a certificate',
    'prod',
    { 'superset.loadBalancer': { ...loadBalancer, certificateArn: undefined } },
    /certificateArn: is missing; passwords must not be sent unencrypted/,
  ],
  [
    'a certificate of another region',
    'prod',
    {
      'superset.loadBalancer': { ...loadBalancer, certificateArn: certificateArn.replace('eu-central-1', 'us-east-1') },
    },
    /needs a certificate in eu-central-1/,
  ],
  [
    'a load balancer for nobody',
    'prod',
    { 'superset.loadBalancer': { ...loadBalancer, allowedCidrs: [] } },
    /expected at least one range/,
  ],
  [
    'a sign-in without https',
    'prod',
    { 'superset.loadBalancer': { ...loadBalancer, signIn: { ...signIn, tokenEndpoint: 'http://id.example.com/' } } },
    /signIn\.tokenEndpoint: expected an address with https/,
  ],
  [
    'a sign-in with a secret among the settings',
    'prod',
    { 'superset.loadBalancer': { ...loadBalancer, signIn: { ...signIn, clientSecret: 'secret' } } },
    /signIn: Unrecognized key: "clientSecret"/,
  ],
  ['an e-mail address that is none', 'dev', { 'alerts.email': 'me' }, /alerts.email/],
  ['a misspelt setting', 'dev', { 'network.cdir': '10.0.0.0/16' }, /network: .*cdir/],
  ['a misspelt section', 'dev', { netwrok: {} }, /netwrok/],
  [
    'a stack whose name does not fit into names',
    'dev',
    { stack: 'My_Stack' },
    /stack: expected 2 to 12 lower-case letters/,
  ],
  [
    'a stack with two hyphens, which RDS refuses',
    'dev',
    { stack: 'a--b' },
    /stack: expected 2 to 12 lower-case letters/,
  ],
  ['a stack whose name is too long', 'dev', { stack: 'a123456789012' }, /stack: expected 2 to 12 lower-case letters/],
];

for (const [what, stack, changes, message] of faults) {
  test(`refused: ${what}`, (t) => {
    t.throws(() => readConfig(values(stack, changes)), { message });
  });
}

test('all faults are reported at once, with where settings are described', (t) => {
  const error = t.throws(() => readConfig(values('dev', { logDays: 31, 'database.backupDays': 99 })))!;
  t.regex(error.message, /^Pulumi\.dev\.yaml:\n.*logDays.*\n.*backupDays.*\n.*infra\/config\.ts/s);
});

test('a threshold may be a text, as `pulumi config set` writes it', (t) => {
  t.is(readConfig(values('dev', { 'flights.anomalyThreshold': '4.5' })).flights.anomalyThreshold, 4.5);
});

test('a network may have shared addresses', (t) => {
  t.is(readConfig(values('dev', { 'network.cidr': '100.64.0.0/16' })).network.cidr, '100.64.0.0/16');
});

test('to remove prod, its protection may be lifted', (t) => {
  t.is(readConfig(values('prod', { protection: 'lifted' })).protection, 'lifted');
});

test('publicBaseUrl must suit both of its readers', (t) => {
  const setUp = readFileSync(new URL('../../charts/superset/set_up.py', import.meta.url), 'utf8');
  const taken = new RegExp(`^${/fullmatch\(r"([^"]+)", base/.exec(setUp)![1]}$`);
  const isRefused = (what: () => unknown) => {
    try {
      what();
      return false;
    } catch {
      return true;
    }
  };
  const addresses = ['https://delays.example.com', 'http://10.1.2.3:8080/', 'https://a.example/~b/c.d_e-f'];
  const others = [
    '',
    'delays.example.com',
    's3://lake',
    'https://a b',
    "https://a/'",
    'https://a/?q',
    'https://a:99999',
  ];
  for (const publicBaseUrl of [...addresses, ...others]) {
    const refused =
      publicBaseUrl === '' ||
      !taken.test(publicBaseUrl.replace(/\/+$/, '')) ||
      isRefused(() => readSettings({ PUBLIC_BASE_URL: publicBaseUrl }, ['PUBLIC_BASE_URL']));
    t.is(refused, others.includes(publicBaseUrl), publicBaseUrl);
    const read = () => readConfig(values('dev', { 'flights.publicBaseUrl': publicBaseUrl }));
    if (refused) t.throws(read, { message: /flights\.publicBaseUrl: expected an address like https:/ }, publicBaseUrl);
    else t.is(read().flights.publicBaseUrl, publicBaseUrl);
  }
});

/** What has to be changed with a setting. */
const companions: Record<string, Record<string, unknown>> = {
  region: { 'network.zones': ['us-east-1a', 'us-east-1b'] },
  'airflow.minWorkers': { 'airflow.maxWorkers': 25 },
};

test('each setting is described with its defaults, which are those of the stacks, and an example that is accepted', (t) => {
  const described = describedSettings();
  const [dev, prod] = stacks.map((stack) => committedSettings(stack));
  t.deepEqual(described.map(({ path }) => path).sort(), [...Object.keys(dev), 'stack'].sort());
  for (const { path, default: text, example } of described) {
    const [, ofDev, ofProd] = /^dev: (.*), prod: (.*)$/.exec(text) ?? [text, text, text];
    if (path !== 'stack') t.deepEqual([parse(ofDev), parse(ofProd)], [dev[path], prod[path]], path);
    t.notThrows(() => readConfig(values('prod', { [path]: parse(example), ...companions[path] })), path);
  }
});

test('docs/deployment.md lists each setting as infra/config.ts describes it', (t) => {
  const docs = readFileSync(new URL('../../docs/deployment.md', import.meta.url), 'utf8');
  const rows = describedSettings().map(
    ({ path, default: text, example, caution }) => `| \`${path}\` | ${text} | ${example} | ${caution} |`,
  );
  t.deepEqual(
    docs.split('\n').filter((line) => /^\| `[a-zA-Z.]+` \| /.test(line)),
    rows,
  );
});
