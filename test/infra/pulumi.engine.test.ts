import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { type Deed, type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const execute = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
/** All that the program reads. */
const parts = [
  'infra',
  'dags',
  'tasks',
  'charts',
  'local',
  'package.json',
  'package-lock.json',
  '.npmrc',
  '.dockerignore',
  'LICENSE',
  'NOTICE',
];
const packages = ['aws', 'kubernetes', 'docker-build'];
const componentProvider = fileURLToPath(new URL('../support/eks-provider.ts', import.meta.url));

let providers: ProviderServer;
let component: ChildProcess;
let folder: string;
let environment: NodeJS.ProcessEnv;

test.before(async () => {
  // The npm package is left out of the PATH, since it would download the command line.
  const path = process.env.PATH!.split(delimiter).filter((entry) => !entry.includes('node_modules'));
  const { error } = spawnSync('pulumi', ['version'], { env: { ...process.env, PATH: path.join(delimiter) } });
  if (error)
    throw new Error(
      'no `pulumi` on the PATH: install it (pulumi.com/docs/install) for this test; all others do without',
    );
  providers = await startProviderServer();
  component = spawn(process.execPath, [componentProvider], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [componentPort] = await once(component.stdout!, 'data');
  folder = temporaryFolder();
  for (const part of [...parts, 'Pulumi.yaml', 'Pulumi.dev.yaml']) {
    cpSync(join(root, part), join(folder, part), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  mkdirSync(join(folder, 'state'));
  environment = {
    PATH: [join(process.execPath, '..'), ...path].join(delimiter),
    HOME: folder,
    PULUMI_HOME: join(folder, 'home'),
    PULUMI_BACKEND_URL: `file://${join(folder, 'state')}`,
    PULUMI_CONFIG_PASSPHRASE: 'of a test',
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
    PULUMI_DEBUG_PROVIDERS: [
      ...packages.map((name) => `${name}:${providers.port}`),
      `eks:${componentPort}`.trim(),
    ].join(','),
  };
  await pulumi('stack', 'init', 'dev');
});
test.after.always(() => {
  component?.kill();
  providers?.stop();
});

async function pulumi(...args: string[]): Promise<string> {
  const options = { cwd: folder, env: environment, maxBuffer: 1 << 26 };
  const { stdout } = await execute('pulumi', [...args, '--non-interactive'], options).catch((error) => {
    throw new Error(`pulumi ${args.join(' ')}: ${error.stdout}${error.stderr}`);
  });
  return stdout;
}

/** What a call has had done, as `deed type name`. */
async function deedsOf(...args: string[]): Promise<string[]> {
  providers.deeds.length = 0;
  await pulumi(...args);
  return providers.deeds.map(text);
}

function text({ deed, type, name }: Deed): string {
  return `${deed} ${type} ${name}`;
}

const up = ['up', '--yes', '--skip-preview'];
const database = 'aws:rds/instance:Instance database';
const cluster = 'aws:eks/cluster:Cluster cluster-eksCluster';
const airflow = 'aws:mwaa/environment:Environment airflow';
const pack = ['--policy-pack', 'infra/policy'];

test.serial(
  'a first preview passes the policy pack, which does not know most inputs yet, and makes nothing',
  async (t) => {
    t.deepEqual(await deedsOf('preview', ...pack), []);
  },
);

test.serial('a failed creation is reported, and the next try makes only what is missing', async (t) => {
  providers.failing.add(database);
  await t.throwsAsync(pulumi(...up), { message: /database cannot be made today/ });
  const before = providers.deeds.map(text);
  t.true(before.length > 0);
  providers.failing.clear();
  const after = await deedsOf(...up);
  t.true(after.includes(`create ${database}`));
  t.deepEqual(
    after.filter((deed) => before.includes(deed)),
    [],
  );
});

test.serial("what the EKS component makes has the program's say on administrators, and its tags", async (t) => {
  const { resources } = JSON.parse(await pulumi('stack', 'export')).deployment;
  const made = resources.find(({ type }: any) => type === 'aws:eks/cluster:Cluster');
  t.like(made.inputs, {
    name: 'delaywatch-dev',
    accessConfig: { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: false },
    tags: { Deployment: 'delaywatch-dev', Project: 'delaywatch', ManagedBy: 'pulumi', Name: 'delaywatch-dev' },
  });
  t.regex(made.inputs.roleArn, /:Role\/cluster$/);
});

test.serial('the policy pack accepts the stack, and stops one that opens a port to everybody', async (t) => {
  t.deepEqual(await deedsOf(...up, ...pack), []);
  const part = join(folder, 'infra/database.ts');
  const source = readFileSync(part, 'utf8');
  const opened = source.replace(/referencedSecurityGroupId: .*/, "cidrIpv4: '0.0.0.0/0',");
  t.not(opened, source);
  writeFileSync(part, opened);
  await t.throwsAsync(pulumi(...up, ...pack), {
    message: /no-open-security-groups.*lets in 0\.0\.0\.0\/0, which is everybody or nearly/s,
  });
  writeFileSync(part, source);
  t.deepEqual(await deedsOf(...up, ...pack), []);
});

test.serial('a second up changes nothing', async (t) => {
  t.deepEqual(await deedsOf(...up, '--expect-no-changes'), []);
});

test.serial('a changed DAG file is one object', async (t) => {
  appendFileSync(join(folder, 'dags/notices.py'), '# changed\n');
  t.deepEqual(await deedsOf(...up), ['update aws:s3/bucketObjectv2:BucketObjectv2 airflow-notices.py']);
});

test.serial('a changed image is that image and what names it', async (t) => {
  appendFileSync(join(folder, 'tasks/main.ts'), '// changed\n');
  t.deepEqual((await deedsOf(...up)).sort(), [
    'create kubernetes:batch/v1:Job database-roles',
    'delete kubernetes:batch/v1:Job database-roles',
    'update aws:s3/bucketObjectv2:BucketObjectv2 airflow-settings.json',
    'update docker-build:index:Image images-tasks',
    'update kubernetes:apps/v1:Deployment pages-Deployment-pages',
    'update kubernetes:batch/v1:CronJob flights-CronJob-clean-up',
  ]);
});

test.serial('destroy removes all of it, what depends before what it depends on', async (t) => {
  const made = JSON.parse(await pulumi('stack', 'export')).deployment.resources.filter(({ id }: any) => id);
  const deeds = await deedsOf('destroy', '--yes', '--skip-preview');
  const isProvider = ({ type }: any) => type.startsWith('pulumi:providers:');
  t.is(deeds.length, made.filter((resource: any) => !isProvider(resource)).length);
  const at = (resource: string) => deeds.indexOf(`delete ${resource}`);
  const order = [
    ['aws:s3/bucketObjectv2:BucketObjectv2 airflow-settings.json', airflow],
    ['kubernetes:helm.sh/v3:Release superset', 'kubernetes:batch/v1:Job database-roles'],
    ['kubernetes:helm.sh/v3:Release superset', 'aws:iam/rolePolicy:RolePolicy superset'],
    ['kubernetes:core/v1:Namespace flights-Namespace-flights', cluster],
    [cluster, 'aws:ec2/route:Route network-private-a'],
    [airflow, 'aws:ec2/subnet:Subnet network-private-a'],
    [airflow, 'aws:cloudwatch/logGroup:LogGroup airflow-Task'],
  ];
  for (const [first, second] of order) t.true(at(first) >= 0 && at(first) < at(second), `${first} before ${second}`);
});

test.serial(
  'prod: protected resources are neither removed nor replaced before their protection is lifted',
  async (t) => {
    const setProd = (change: (settings: string) => string) => {
      const committed = readFileSync(join(root, 'Pulumi.prod.yaml'), 'utf8');
      const complete = committed.replace('publicAccessCidrs: []', 'publicAccessCidrs: [203.0.113.7/32]');
      t.not(change(complete), committed);
      writeFileSync(join(folder, 'Pulumi.prod.yaml'), change(complete));
    };
    const refused = async (...args: string[]) => {
      providers.deeds.length = 0;
      await t.throwsAsync(pulumi(...args), { message: /protect/ });
      return providers.deeds.map(text);
    };
    const kept = [database, cluster, airflow, 'aws:s3/bucket:Bucket storage-data', 'aws:ec2/vpc:Vpc network'];
    setProd((settings) => settings);
    await pulumi('stack', 'init', 'prod');
    await pulumi(...up);

    t.deepEqual(await refused('destroy', '--yes'), []);
    const gone = await refused('destroy', '--yes', '--skip-preview');
    t.true(gone.length > 0 && gone.every((deed) => !kept.includes(deed.replace('delete ', ''))));
    t.deepEqual(
      (await deedsOf(...up)).map((deed) => deed.replace('create', 'delete')).sort(),
      gone.sort(),
      'the next `up` makes again what went',
    );

    for (const [setting, other] of [
      ['zones: [eu-central-1a, eu-central-1b]', 'zones: [eu-central-1a, eu-central-1c]'],
      ['cidr: 10.30.0.0/16', 'cidr: 10.31.0.0/16'],
      ['serviceCidr: 172.20.0.0/16', 'serviceCidr: 172.21.0.0/16'],
    ]) {
      setProd((settings) => settings.replace(setting, other));
      t.deepEqual(await refused('up', '--yes'), [], setting);
    }

    setProd((settings) => settings.replace("protection: 'on'", 'protection: lifted'));
    await pulumi(...up);
    const all = await deedsOf('destroy', '--yes', '--skip-preview');
    for (const resource of kept) t.true(all.includes(`delete ${resource}`), resource);
  },
);
