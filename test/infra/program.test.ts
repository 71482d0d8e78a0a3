import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { sources } from '../../infra/images.ts';
import { accountId } from '../support/fake-aws.ts';
import { type Declared, isSecret, type Program, runProgram, type StackName } from '../support/pulumi-mocks.ts';

const stacks: StackName[] = ['dev', 'prod'];
const programs = {} as Record<StackName | 'public', Program>;
const certificateArn = `arn:aws:acm:eu-central-1:${accountId}:certificate/0a1b`;

test.before(async () => {
  // One after the other: the engine's state is the process'.
  for (const stack of stacks) programs[stack] = await runProgram(stack);
  programs.public = await runProgram('prod', {
    'delaywatch:network': { interfaceEndpoints: true },
    'delaywatch:superset': {
      loadBalancer: {
        scheme: 'internet-facing',
        certificateArn,
        host: 'delays.example.com',
        allowedCidrs: ['203.0.113.0/24'],
        signIn: {
          issuer: 'https://id.example.com',
          authorizationEndpoint: 'https://id.example.com/authorize',
          tokenEndpoint: 'https://id.example.com/token',
          userInfoEndpoint: 'https://id.example.com/userinfo',
        },
      },
    },
    'delaywatch:alerts': { email: 'me@example.com' },
  });
});

const everywhere = () => Object.entries(programs);
const policyOf = (program: Program, role: string): any[] =>
  JSON.parse(program.find('aws:iam/rolePolicy:RolePolicy', role).inputs.policy).Statement;
const trustOf = (program: Program, role: string): any =>
  JSON.parse(program.find('aws:iam/role:Role', role).inputs.assumeRolePolicy).Statement[0];
const bucket = 'arn:aws:s3:eu-central-1:111122223333:Bucket/storage-data';

test('the parts are those of the diagram, each a component', (t) => {
  for (const [stack, { resources }] of everywhere()) {
    const roots = resources.filter(({ parent }) => !parent).map(({ type }) => type.replace('delaywatch:', ''));
    const parts = ['Network', 'Storage', 'Images', 'Notices', 'Cluster', 'Database', 'DatabaseRoles', 'Flights'];
    t.deepEqual(roots, [...parts, 'Airflow', 'Superset', 'Pages', 'Entrance', 'Alerts'], stack);
    t.true(resources.every(({ type, parent }) => type.startsWith('delaywatch:') || parent !== undefined));
  }
});

test('every resource, and what it is part of', (t) => {
  for (const [stack, { resources }] of everywhere()) {
    t.snapshot(
      resources.map(({ type, name, parent }) => `${type} ${name} < ${parent ?? 'stack'}`),
      stack,
    );
  }
});

test('depending on a component means depending on all of it, since only components are parents', (t) => {
  for (const [, { resources }] of everywhere()) {
    for (const { type, name, parent } of resources)
      t.regex(parent ?? 'delaywatch:', /^(delaywatch|eks):/, `${type} ${name}`);
  }
});

test('every right that is given', (t) => {
  const { resources } = programs.public;
  const rights = resources.filter(({ type }) => /:(RolePolicy|BucketPolicy|TopicPolicy)$/.test(type));
  for (const { type, name, inputs } of rights) t.snapshot(JSON.parse(inputs.policy).Statement, `${type} ${name}`);
  const trusts = programs.public.all('aws:iam/role:Role');
  for (const { name, inputs } of trusts) t.snapshot(JSON.parse(inputs.assumeRolePolicy).Statement, `trust of ${name}`);
});

test('no two resources of a type have a name, and AWS takes all names', (t) => {
  for (const [, { resources }] of everywhere()) {
    const names = resources.map(({ type, name }) => `${type} ${name}`);
    t.is(new Set(names).size, names.length);
    for (const { inputs } of resources)
      if (typeof inputs.name === 'string') t.true(inputs.name.length <= 63, inputs.name);
  }
});

test('all that takes tags has them', (t) => {
  for (const [stack, { resources }] of everywhere()) {
    const tagged = resources.filter(({ inputs, type }) => type.startsWith('aws:') && inputs.tags);
    t.true(tagged.length > 40, stack);
    for (const { inputs, name } of tagged) {
      t.like(
        inputs.tags,
        { Project: 'delaywatch', ManagedBy: 'pulumi', Deployment: `delaywatch-${stack === 'dev' ? 'dev' : 'prod'}` },
        name,
      );
    }
  }
});

test('two zones, three tiers; only the data tier has no way out', (t) => {
  for (const [stack, program] of everywhere()) {
    t.is(program.all('aws:ec2/subnet:Subnet').length, 6);
    t.is(program.all('aws:ec2/natGateway:NatGateway').length, stack === 'dev' ? 1 : 2);
    const ways = program.all('aws:ec2/route:Route').map(({ inputs }) => inputs.routeTableId);
    t.deepEqual(ways.sort(), [
      'RouteTable/network-private-a',
      'RouteTable/network-private-b',
      'RouteTable/network-public',
    ]);
    t.true(program.all('aws:ec2/subnet:Subnet').every(({ inputs }) => inputs.mapPublicIpOnLaunch === false));
    const s3 = program.find('aws:ec2/vpcEndpoint:VpcEndpoint', 'network-s3').inputs;
    t.is(s3.vpcEndpointType, 'Gateway');
    t.deepEqual(s3.routeTableIds, ['RouteTable/network-private-a', 'RouteTable/network-private-b']);
  }
});

test('load balancers find their subnets by tags', (t) => {
  const tags = programs.dev.all('aws:ec2/subnet:Subnet').map(({ name, inputs }) => [name, inputs.tags]);
  for (const [name, subnet] of tags) {
    t.is(subnet['kubernetes.io/role/elb'], name.includes('public') ? '1' : undefined);
    t.is(subnet['kubernetes.io/role/internal-elb'], name.includes('private') ? '1' : undefined);
  }
});

test('interface endpoints and flow logs by setting', (t) => {
  t.is(programs.dev.all('aws:ec2/vpcEndpoint:VpcEndpoint').length, 1);
  t.true(programs.public.all('aws:ec2/vpcEndpoint:VpcEndpoint').length > 10);
  t.is(programs.dev.all('aws:ec2/flowLog:FlowLog').length, 0);
  t.is(programs.prod.all('aws:ec2/flowLog:FlowLog').length, 1);
});

test('only these ports can be reached from these groups', (t) => {
  const rules = (program: Program) =>
    program.all('aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule').map(({ inputs }) => {
      const { securityGroupId, referencedSecurityGroupId, cidrIpv4, ipProtocol, fromPort } = inputs;
      return `${referencedSecurityGroupId ?? cidrIpv4} → ${securityGroupId} ${ipProtocol} ${fromPort ?? ''}`.trim();
    });
  const expected = [
    'sg-cluster → SecurityGroup/database tcp 5432',
    'SecurityGroup/airflow → SecurityGroup/airflow -1',
    'SecurityGroup/airflow → sg-cluster tcp 443',
  ];
  for (const stack of stacks) t.deepEqual(rules(programs[stack]), expected);
  t.deepEqual(rules(programs.public), ['10.30.0.0/16 → SecurityGroup/network-endpoints tcp 443', ...expected]);
});

test('the database: encrypted, by IAM and TLS, its password with RDS, out of reach', (t) => {
  for (const stack of stacks) {
    const { inputs, protect } = programs[stack].find('aws:rds/instance:Instance');
    t.like(inputs, {
      engine: 'postgres',
      engineVersion: '18',
      storageEncrypted: true,
      iamDatabaseAuthenticationEnabled: true,
      manageMasterUserPassword: true,
      publiclyAccessible: false,
      deleteAutomatedBackups: true,
      multiAz: stack === 'prod',
      deletionProtection: stack === 'prod',
      skipFinalSnapshot: stack === 'dev',
    });
    t.is(inputs.password, undefined);
    t.is(protect, stack === 'prod');
    t.is(inputs.finalSnapshotIdentifier, stack === 'prod' ? 'delaywatch-prod-Vpc/network' : undefined);
    const { parameters } = programs[stack].find('aws:rds/parameterGroup:ParameterGroup').inputs;
    t.deepEqual(parameters[0], { name: 'rds.force_ssl', value: '1' });
  }
});

test('buckets: private, encrypted, TLS only, protected in prod, emptied in dev', (t) => {
  for (const stack of stacks) {
    for (const { name, inputs, protect } of programs[stack].all('aws:s3/bucket:Bucket')) {
      t.is(protect, stack === 'prod' && name === 'storage-data');
      t.is(inputs.forceDestroy, !protect);
      const block = programs[stack].find('aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock', name).inputs;
      t.like(block, {
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      });
      const [statement] = JSON.parse(
        programs[stack].find('aws:s3/bucketPolicy:BucketPolicy', name).inputs.policy,
      ).Statement;
      t.like(statement, { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
    }
    const versioned = programs[stack].all('aws:s3/bucketVersioning:BucketVersioning').map(({ name }) => name);
    t.deepEqual(versioned, stack === 'prod' ? ['storage-data', 'storage-dags'] : ['storage-dags']);
  }
});

test('the API: by access entries only; whoever deploys administers; Airflow is in its group', (t) => {
  const { inputs } = programs.dev.find('aws:eks/cluster:Cluster');
  t.deepEqual(inputs.accessConfig, { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: false });
  t.like(inputs.vpcConfig, {
    endpointPrivateAccess: true,
    endpointPublicAccess: true,
    publicAccessCidrs: ['0.0.0.0/0'],
  });
  t.deepEqual(inputs.computeConfig, {
    enabled: true,
    nodePools: ['general-purpose', 'system'],
    nodeRoleArn: `arn:aws:iam:eu-central-1:${accountId}:Role/cluster-nodes`,
  });
  t.is(inputs.roleArn, `arn:aws:iam:eu-central-1:${accountId}:Role/cluster`);
  t.false(inputs.bootstrapSelfManagedAddons);
  const entries = programs.dev
    .all('aws:eks/accessEntry:AccessEntry')
    .map(({ inputs }) => [inputs.principalArn, inputs.kubernetesGroups]);
  t.deepEqual(entries, [
    [`arn:aws:iam::${accountId}:role/Deployer`, undefined],
    [`arn:aws:iam:eu-central-1:${accountId}:Role/airflow`, ['airflow-pods']],
  ]);
});

test('resources that take long to make again are protected in prod, with their children', (t) => {
  for (const stack of stacks) {
    const isProtected = programs[stack].resources
      .filter(({ protect }) => protect)
      .map(({ type, name }) => `${type} ${name}`);
    const expected = [
      'delaywatch:PrivateBucket storage-data',
      'aws:s3/bucket:Bucket storage-data',
      'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock storage-data',
      'aws:s3/bucketOwnershipControls:BucketOwnershipControls storage-data',
      'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration storage-data',
      'aws:s3/bucketPolicy:BucketPolicy storage-data',
      'aws:s3/bucketVersioning:BucketVersioning storage-data',
      'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration storage-data',
      'eks:index:Cluster cluster',
      'aws:eks/cluster:Cluster cluster-eksCluster',
      'aws:rds/instance:Instance database',
      'aws:mwaa/environment:Environment airflow',
    ];
    t.deepEqual(isProtected, stack === 'prod' ? expected : []);
    t.is(programs[stack].find('aws:eks/cluster:Cluster').inputs.deletionProtection, stack === 'prod');
  }
});

test.serial('administrators come and go one by one: each keeps its name, wherever it is listed', async (t) => {
  const [deployer, other] = ['role/Deployer', 'user/team/ada'].map((name) => `arn:aws:iam::${accountId}:${name}`);
  const entries = (program: Program) =>
    program
      .all('aws:eks/accessEntry:AccessEntry')
      .filter(({ name }) => name !== 'airflow')
      .map(({ name, inputs }) => [name, inputs.principalArn]);
  const first = ['cluster-administrator-role/Deployer', deployer];
  t.deepEqual(entries(programs.dev), [first]);
  const second = ['cluster-administrator-user/team/ada', other];
  const two = await runProgram('dev', { 'delaywatch:cluster': { administrators: [other, deployer] } });
  t.deepEqual(entries(two), [second, first]);
  // Whoever runs Pulumi and is not listed would lock themselves out.
  const one = await runProgram('dev', { 'delaywatch:cluster': { administrators: [other] } });
  t.deepEqual(entries(one), [second, first]);
});

test('network policies are enforced', (t) => {
  const { inputs } = programs.dev.find('kubernetes:core/v1:ConfigMapPatch', 'cluster-network-policies');
  t.deepEqual(inputs.data, { 'enable-network-policy-controller': 'true' });
  t.like(inputs.metadata, { name: 'amazon-vpc-cni', namespace: 'kube-system' });
});

test('the add-on keeps logs, and leaves pods as they are', (t) => {
  const { inputs } = programs.dev.find('aws:eks/addon:Addon');
  t.is(inputs.addonName, 'amazon-cloudwatch-observability');
  t.false(JSON.parse(inputs.configurationValues).manager.applicationSignals.autoMonitor.monitorAllServices);
});

test('acquire writes flights and reads its secret; it has no database', (t) => {
  t.deepEqual(
    policyOf(programs.dev, 'acquire').map(({ Action, Resource }) => [Action, Resource]),
    [
      [['s3:ListBucket'], bucket],
      [['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'], [`${bucket}/flights/*`]],
      [['secretsmanager:GetSecretValue'], `arn:aws:secretsmanager:eu-central-1:${accountId}:Secret/flights-kaggle`],
    ],
  );
});

test('pipeline reads flights, writes what comes of them, and connects as itself', (t) => {
  t.deepEqual(
    policyOf(programs.dev, 'pipeline').map(({ Action, Resource }) => [Action, Resource]),
    [
      [['s3:ListBucket'], bucket],
      [['s3:GetObject'], [`${bucket}/flights/*`]],
      [
        ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
        ['summaries', 'plots', 'reports', 'exports', 'rejects'].map((folder) => `${bucket}/${folder}/*`),
      ],
      [['rds-db:connect'], `arn:aws:rds-db:eu-central-1:${accountId}:dbuser:db-RESOURCE/pipeline`],
    ],
  );
});

test('superset connects as viewer and as itself, and reads its two secrets', (t) => {
  const [databases, secrets] = policyOf(programs.dev, 'superset');
  t.deepEqual(
    databases.Resource.map((arn: string) => arn.replace(/.*\//, '')),
    ['viewer', 'superset'],
  );
  t.deepEqual(secrets.Action, ['secretsmanager:GetSecretValue']);
  t.is(secrets.Resource.length, 2);
});

test('only the Job reads the master password, and it does not read the secrets it makes', (t) => {
  for (const { name, inputs } of programs.dev.all('aws:iam/rolePolicy:RolePolicy')) {
    t.is(/rds!db/.test(inputs.policy), name === 'database', name);
  }
  const [connect, master, generate] = policyOf(programs.dev, 'database');
  t.regex(connect.Resource, /\/administrator$/);
  t.deepEqual(master.Action, ['secretsmanager:GetSecretValue']);
  t.deepEqual(generate.Action, ['secretsmanager:DescribeSecret', 'secretsmanager:PutSecretValue']);
});

test("Airflow's role: its own logs, metrics, queues and bucket, its secrets, the topic", (t) => {
  const rights = policyOf(programs.dev, 'airflow');
  const wild = rights.filter(
    ({ Resource, NotResource }) => NotResource || Resource === '*' || /:\*:/.test(`${Resource}`),
  );
  t.deepEqual(
    wild.map(({ Sid }) => Sid),
    ['AccountPublicAccess', 'FindLogs', 'PutMetrics', 'CeleryQueues', 'CeleryKey'],
  );
  const resource = (sid: string) => rights.find(({ Sid }) => Sid === sid).Resource;
  t.is(resource('AirflowSecrets'), `arn:aws:secretsmanager:eu-central-1:${accountId}:secret:delaywatch-dev/airflow/*`);
  t.deepEqual(trustOf(programs.dev, 'airflow').Principal.Service, [
    'airflow.amazonaws.com',
    'airflow-env.amazonaws.com',
  ]);
});

test('pods take their roles by Pod Identity, each its own', (t) => {
  const pods = programs.dev.all('aws:eks/podIdentityAssociation:PodIdentityAssociation');
  t.deepEqual(
    pods.map(({ inputs }) => `${inputs.namespace}/${inputs.serviceAccount}`),
    ['database/database', 'flights/acquire', 'flights/pipeline', 'flights/tell', 'superset/superset', 'pages/pages'],
  );
  for (const { name } of pods) {
    const { Principal, Action } = trustOf(programs.dev, name);
    t.deepEqual(Principal, { Service: ['pods.eks.amazonaws.com'] });
    t.deepEqual(Action, ['sts:AssumeRole', 'sts:TagSession']);
  }
});

test('MWAA: as the settings say, requirements pinned, secrets looked up only where they are ours', (t) => {
  for (const stack of stacks) {
    const { inputs } = programs[stack].find('aws:mwaa/environment:Environment');
    t.like(inputs, {
      airflowVersion: '3.2.1',
      environmentClass: 'mw1.small',
      webserverAccessMode: 'PUBLIC_ONLY',
      workerReplacementStrategy: 'GRACEFUL',
      requirementsS3Path: 'requirements.txt',
      requirementsS3ObjectVersion: 'BucketObjectv2/airflow-requirements',
      minWorkers: stack === 'prod' ? 3 : 2,
    });
    t.is(inputs.networkConfiguration.subnetIds.length, 2);
    t.true(isSecret(inputs.airflowConfigurationOptions));
    const options = inputs.airflowConfigurationOptions.value;
    const lookup = JSON.parse(options['secrets.backend_kwargs']);
    t.regex('delaywatch_notice_topic', new RegExp(lookup.variables_lookup_pattern));
    t.notRegex('aws_default', new RegExp(lookup.connections_lookup_pattern));
    const secret = programs[stack].find('aws:secretsmanager/secret:Secret', 'airflow-topic').inputs.name;
    t.is(secret, `${lookup.variables_prefix}/delaywatch_notice_topic`);
  }
});

test("the status of MWAA's last update is not a change", (t) => {
  const { options } = programs.dev.find('aws:mwaa/environment:Environment');
  t.deepEqual(options.ignoreChanges, ['workerReplacementStrategy']);
});

test('MWAA finds its log groups made, and they go with the stack', (t) => {
  const names = programs.dev.all('aws:cloudwatch/logGroup:LogGroup').map(({ inputs }) => inputs.name);
  for (const kind of ['DAGProcessing', 'Scheduler', 'Task', 'WebServer', 'Worker']) {
    t.true(names.includes(`airflow-delaywatch-dev-${kind}`), kind);
  }
  t.true(programs.dev.all('aws:cloudwatch/logGroup:LogGroup').every(({ inputs }) => inputs.retentionInDays === 14));
});

test('the DAG is all of dags/, with the image by its digest and a kubeconfig without a secret', (t) => {
  const objects = programs.dev.all('aws:s3/bucketObjectv2:BucketObjectv2');
  const keys = objects.map(({ inputs }) => inputs.key).sort();
  const files = readdirSync(new URL('../../dags/', import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
  const expected = files.map((file) => (file === 'requirements.txt' ? file : `dags/${file}`));
  t.deepEqual(keys, [...expected, 'dags/kubeconfig.yaml'].sort());
  const content = (key: string) => JSON.parse(objects.find(({ inputs }) => inputs.key === key)!.inputs.content);
  const settings = content('dags/settings.json');
  t.regex(
    settings.image,
    /^111122223333\.dkr\.ecr\.eu-central-1\.amazonaws\.com\/delaywatch-dev\/tasks@sha256:[0-9a-f]{64}$/,
  );
  t.is(settings.tasks.render.at_once, 2);
  t.is(settings.notice_topic_variable, 'delaywatch_notice_topic');
  const { users } = content(`dags/${settings.kubeconfig}`);
  t.deepEqual(Object.keys(users[0].user), ['exec']);
});

test('images are built for the nodes, scanned, immutable, and the registry goes with the stack', (t) => {
  for (const { inputs } of programs.dev.all('docker-build:index:Image')) {
    t.deepEqual(inputs.platforms, ['linux/amd64']);
    t.true(inputs.push);
    const [, hash] = /:2026-11-23-([0-9a-f]{16})$/.exec(inputs.tags[0])!;
    // Another machine has the program elsewhere; that is no change.
    t.regex(inputs.context.location, /^\.\.\//);
    t.true(inputs.context.location.endsWith(`-${hash}`));
    t.true(inputs.dockerfile.location.startsWith(`${inputs.context.location}/`));
    const dockerfile = new URL(`../../infra/${inputs.dockerfile.location}`, import.meta.url);
    t.regex(readFileSync(dockerfile, 'utf8'), /^FROM /m);
    t.is(inputs.buildArgs.AS_OF, '2026-11-23');
    t.is(inputs.pull, undefined);
    t.true(isSecret(inputs.registries) || isSecret(inputs.registries[0].password));
  }
  for (const { inputs } of programs.dev.all('aws:ecr/repository:Repository')) {
    t.like(inputs, {
      imageTagMutability: 'IMMUTABLE',
      forceDelete: true,
      imageScanningConfiguration: { scanOnPush: true },
    });
  }
});

test('the registry keeps the last 60 images, whatever a builder pushed beside them', (t) => {
  for (const { inputs } of programs.dev.all('aws:ecr/lifecyclePolicy:LifecyclePolicy')) {
    const [images, others] = JSON.parse(inputs.policy).rules.map(({ selection }: any) => selection);
    t.like(images, { tagStatus: 'tagged', tagPatternList: ['*'], countType: 'imageCountMoreThan', countNumber: 60 });
    t.like(others, { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 1 });
  }
});

test.serial('another day: both images are built anew, and all that names them moves with them', async (t) => {
  const later = await runProgram('dev', { 'delaywatch:images': { asOf: '2026-12-24' } });
  const images = (program: Program) => ({
    tags: program.all('docker-build:index:Image').map(({ inputs }) => inputs.tags[0]),
    dag: JSON.parse(program.find('aws:s3/bucketObjectv2:BucketObjectv2', 'airflow-settings.json').inputs.content).image,
    job: program.find('kubernetes:batch/v1:Job').inputs.spec.template.spec.containers[0].image,
    superset: program.find('kubernetes:helm.sh/v3:Release').inputs.values.image.tag,
  });
  const [then, now] = [images(programs.dev), images(later)];
  t.deepEqual(
    now.tags,
    then.tags.map((tag) => tag.replace('2026-11-23', '2026-12-24')),
  );
  t.is(now.dag, now.job);
  t.not(now.dag, then.dag);
  t.not(now.superset, then.superset);
});

test('quota, DAG and workers agree: a stack that lets fewer pods run has the smaller quota', (t) => {
  const pods = (program: Program) =>
    Number(program.find('kubernetes:core/v1:ResourceQuota', 'flights-ResourceQuota-pods').inputs.spec.hard.pods);
  t.is(pods(programs.dev), 8 + 7 + 1);
  t.is(pods(programs.prod), 13 + 7 + 1);
});

test('the pods know where things are, and no password', (t) => {
  const { data } = programs.dev.find('kubernetes:core/v1:ConfigMap', 'flights-ConfigMap-settings').inputs;
  t.deepEqual(data, {
    FLIGHTS_URI: 's3://storage-data/flights/{year}/',
    OUTPUT_URI: 's3://storage-data',
    DATABASE_URL:
      'postgres://pipeline@database.example.com:5432/flights?sslmode=verify-full&sslrootcert=/etc/ssl/rds-authorities.pem',
    DATABASE_AUTH: 'iam',
    ANOMALY_THRESHOLD: '3.1',
    PUBLIC_BASE_URL: 'http://localhost:8080',
    KAGGLE_TOKEN_SECRET: `arn:aws:secretsmanager:eu-central-1:${accountId}:Secret/flights-kaggle`,
    NOTICE_TOPIC_ARN: `arn:aws:sns:eu-central-1:${accountId}:Topic/notices`,
    DIGEST_WEBHOOK_SECRET: `arn:aws:secretsmanager:eu-central-1:${accountId}:Secret/flights-webhook`,
    AWS_REGION: 'eu-central-1',
  });
});

test.serial('settings decide which events are told, and to whom', async (t) => {
  const digest = { webhook: 'teams', airports: ['JFK', 'LGA'], leastMinutes: 6_000 };
  const { find } = await runProgram('dev', { 'delaywatch:digest': digest });
  const { data } = find('kubernetes:core/v1:ConfigMap', 'flights-ConfigMap-settings').inputs;
  t.like(data, { DIGEST_WEBHOOK: 'teams', DIGEST_AIRPORTS: 'JFK,LGA', DIGEST_LEAST_MINUTES: '6000' });
});

test.serial('settings decide where charts and reports are opened, and the threshold', async (t) => {
  const publicBaseUrl = 'https://delays.example.com/files';
  const { find } = await runProgram('dev', { 'delaywatch:flights': { publicBaseUrl, anomalyThreshold: 5 } });
  const { data } = find('kubernetes:core/v1:ConfigMap', 'flights-ConfigMap-settings').inputs;
  const { extraEnv } = find('kubernetes:helm.sh/v3:Release').inputs.values;
  t.like(data, { PUBLIC_BASE_URL: publicBaseUrl, ANOMALY_THRESHOLD: '5' });
  t.is(extraEnv.PUBLIC_BASE_URL, publicBaseUrl);
});

test('charts and reports are opened at the load balancer, else by port-forward', (t) => {
  for (const [program, url] of [
    [programs.dev, 'http://localhost:8080'],
    [programs.public, 'https://delays.example.com'],
  ] as const) {
    const { data } = program.find('kubernetes:core/v1:ConfigMap', 'flights-ConfigMap-settings').inputs;
    t.is(data.PUBLIC_BASE_URL, url);
    t.is(program.find('kubernetes:helm.sh/v3:Release').inputs.values.extraEnv.PUBLIC_BASE_URL, url);
  }
  t.is(
    programs.dev.outputs.pagesUrl,
    'http://localhost:8080 (after: kubectl --namespace pages port-forward service/pages 8080:80)',
  );
  t.is(programs.public.outputs.pagesUrl, 'https://delays.example.com');
});

test('the pages read three folders of the bucket, and nothing else of AWS', (t) => {
  for (const [, program] of everywhere()) {
    const folders = ['reports', 'plots', 'exports'];
    t.deepEqual(policyOf(program, 'pages'), [
      {
        Sid: 'Read',
        Effect: 'Allow',
        Action: ['s3:GetObject'],
        Resource: folders.map((folder) => `${bucket}/${folder}/*`),
      },
    ]);
  }
});

test('the pages: two servers in prod, one in dev, of the tasks’ image, that reach S3 alone', (t) => {
  const of = (program: Program, kind: string) =>
    program.find(`kubernetes:${kind}`, `pages-${kind.split(':')[1]}-pages`);
  const deployment = of(programs.dev, 'apps/v1:Deployment').inputs;
  t.is(deployment.spec.replicas, 1);
  t.is(of(programs.prod, 'apps/v1:Deployment').inputs.spec.replicas, 2);
  t.is(programs.dev.all('kubernetes:policy/v1:PodDisruptionBudget').length, 0);
  t.is(programs.prod.all('kubernetes:policy/v1:PodDisruptionBudget').length, 1);
  const [container] = deployment.spec.template.spec.containers;
  t.regex(container.image, /@sha256:[0-9a-f]{64}$/);
  t.deepEqual(container.env, [
    { name: 'OUTPUT_URI', value: 's3://storage-data' },
    { name: 'AWS_REGION', value: 'eu-central-1' },
  ]);
  const { ingress, egress } = of(programs.dev, 'networking.k8s.io/v1:NetworkPolicy').inputs.spec;
  t.deepEqual(ingress, [{ from: [{ ipBlock: { cidr: '10.20.0.0/16' } }], ports: [{ protocol: 'TCP', port: 8080 }] }]);
  t.deepEqual(
    egress.map(({ ports }: any) => ports[0].port),
    [80, 443],
  );
});

test('the Job is named by its content', (t) => {
  const { metadata, spec } = programs.dev.find('kubernetes:batch/v1:Job').inputs;
  t.regex(metadata.name, /^prepare-database-[0-9a-f]{10}$/);
  const { args, image } = spec.template.spec.containers[0];
  t.regex(image, /@sha256:[0-9a-f]{64}$/);
  t.true(
    args.includes(
      'postgres://database.example.com:5432/postgres?sslmode=verify-full&sslrootcert=/etc/ssl/rds-authorities.pem',
    ),
  );
  t.is(args.filter((arg: string) => arg === '--generate').length, 2);
});

test('a Job that failed is replaced by the next `up`, and waited for as long as it may take', (t) => {
  const { inputs, options } = programs.dev.find('kubernetes:batch/v1:Job');
  t.is(inputs.metadata.annotations['pulumi.com/replaceUnready'], 'true');
  t.true(options.deleteBeforeReplace);
  t.true(Number.parseInt(`${options.customTimeouts?.create}`, 10) > inputs.spec.activeDeadlineSeconds);
});

test("S3's addresses are what AWS says today", (t) => {
  const { spec } = programs.dev.find(
    'kubernetes:networking.k8s.io/v1:NetworkPolicy',
    'flights-NetworkPolicy-pipeline',
  ).inputs;
  t.true(JSON.stringify(spec.egress).includes('3.5.134.0/23'));
});

test('a stand-in for AWS that knows no more than who asks is enough to run the program', async (t) => {
  const arn = `arn:aws:iam::${accountId}:user/me`;
  const program = await runProgram('dev', {}, (token, inputs) =>
    /CallerIdentity$/.test(token) ? { accountId, arn } : inputs,
  );
  t.is(program.resources.length, programs.dev.resources.length);
  t.is(program.find('aws:eks/accessEntry:AccessEntry', 'cluster-administrator-user/me').inputs.principalArn, arn);
  // There is no rule that admits everybody.
  const policy = program.find('kubernetes:networking.k8s.io/v1:NetworkPolicy', 'flights-NetworkPolicy-pipeline');
  for (const { to } of policy.inputs.spec.egress) t.true(to.length > 0);
});

test('Superset: the chart pinned, our image by digest, settings without a secret', (t) => {
  const { inputs } = programs.dev.find('kubernetes:helm.sh/v3:Release');
  t.regex(inputs.version, /^\d+\.\d+\.\d+$/);
  t.regex(inputs.values.image.repository, /@sha256$/);
  t.regex(inputs.values.image.tag, /^[0-9a-f]{64}$/);
  t.is(inputs.values.extraEnv.SUPERSET_URL, 'http://localhost:8088');
  t.notRegex(JSON.stringify(inputs.values), /password[^_A-Z]*:\s*"[^"]+"/i);
});

test('the authorities that addresses name are in both images', (t) => {
  const { extraEnv } = programs.dev.find('kubernetes:helm.sh/v3:Release').inputs.values;
  t.is(
    extraEnv.SUPERSET_DATABASE_URL,
    'postgres://superset@database.example.com:5432/superset?sslmode=verify-full&sslrootcert=/etc/ssl/rds-authorities.pem',
  );
  t.true(extraEnv.DATABASE_URL.startsWith('postgres://viewer@database.example.com:5432/flights?sslmode=verify-full&'));
  for (const { context, dockerfile } of Object.values(sources)) {
    const text = readFileSync(new URL(`../../${context}/${dockerfile}`, import.meta.url), 'utf8');
    t.regex(text, / \/etc\/ssl\/rds-authorities\.pem$/m, dockerfile);
  }
});

test('a load balancer only with a certificate, for the addresses that are set', (t) => {
  t.is(programs.prod.all('kubernetes:networking.k8s.io/v1:Ingress').length, 0);
  const { spec } = programs.public.find('kubernetes:eks.amazonaws.com/v1:IngressClassParams').inputs;
  t.like(spec, { scheme: 'internet-facing', certificateARNs: [certificateArn], inboundCIDRs: ['203.0.113.0/24'] });
  t.is(programs.public.all('kubernetes:networking.k8s.io/v1:Ingress').length, 2);
  t.is(
    programs.public.find('kubernetes:helm.sh/v3:Release').inputs.values.extraEnv.SUPERSET_URL,
    'https://delays.example.com',
  );
});

test('notices report failed runs and a full database; e-mail and budget depend on settings', (t) => {
  for (const stack of stacks) {
    const alarms = programs[stack].all('aws:cloudwatch/metricAlarm:MetricAlarm');
    t.deepEqual(
      alarms.map(({ inputs }) => [inputs.metricName, inputs.treatMissingData]),
      [
        ['FreeStorageSpace', 'missing'],
        ['DAGDurationFailed', 'notBreaching'],
        ['DAGDurationFailed', 'notBreaching'],
      ],
    );
  }
  t.is(programs.dev.all('aws:sns/topicSubscription:TopicSubscription').length, 0);
  t.is(programs.public.find('aws:sns/topicSubscription:TopicSubscription').inputs.endpoint, 'me@example.com');
  t.is(programs.dev.all('aws:budgets/budget:Budget').length, 0);
  t.deepEqual(programs.prod.find('aws:budgets/budget:Budget').inputs.costFilters[0].values, [
    'user:Deployment$delaywatch-prod',
  ]);
});

test('a removed secret is not in the way of the next deployment', (t) => {
  for (const { inputs } of programs.dev.all('aws:secretsmanager/secret:Secret')) t.is(inputs.recoveryWindowInDays, 0);
  // In prod some can be brought back; those have a name of their own each time.
  for (const { inputs } of programs.prod.all('aws:secretsmanager/secret:Secret')) {
    t.true(inputs.recoveryWindowInDays === 0 || inputs.namePrefix !== undefined);
  }
});

test('no secret but in what is marked as one', (t) => {
  for (const [, { resources, outputs }] of everywhere()) {
    const text = (value: unknown): string => {
      if (isSecret(value)) return '';
      if (typeof value !== 'object' || value === null) return `${value}\n`;
      return Object.values(value).map(text).join('');
    };
    for (const { inputs, name, type } of resources) t.notRegex(text(inputs), /registry-token/, `${type} ${name}`);
    t.notRegex(text(outputs), /registry-token/);
    for (const version of resources.filter(({ type }) => type.endsWith(':SecretVersion'))) {
      t.is(version.name, 'airflow-topic');
    }
  }
});

test('the outputs are what a person needs', (t) => {
  t.deepEqual(Object.keys(programs.dev.outputs).sort(), [
    'airflowEnvironment',
    'airflowUrl',
    'bucket',
    'clusterName',
    'kubeconfigCommand',
    'pagesUrl',
    'region',
    'supersetPasswordSecret',
    'supersetUrl',
    'supersetUser',
  ]);
});

const of = (type: string, name?: string) => (program: Program) => program.find(type, name);
const environment = of('aws:mwaa/environment:Environment');
const cluster = of('aws:eks/cluster:Cluster');
const release = of('kubernetes:helm.sh/v3:Release');
const job = of('kubernetes:batch/v1:Job');
const ingress = of('kubernetes:networking.k8s.io/v1:Ingress', 'entrance-Ingress-superset');
const pagesIngress = of('kubernetes:networking.k8s.io/v1:Ingress', 'entrance-Ingress-pages');
const pagesServers = of('kubernetes:apps/v1:Deployment', 'pages-Deployment-pages');
const provider = of('pulumi:providers:kubernetes');
const agent = of('aws:eks/addon:Addon');
const policy = (name: string) => of('aws:iam/rolePolicy:RolePolicy', name);
const association = (name: string) => of('aws:eks/podIdentityAssociation:PodIdentityAssociation', name);
const logs = (name: string) => of('aws:cloudwatch/logGroup:LogGroup', name);
const dag = (name: string) => of('aws:s3/bucketObjectv2:BucketObjectv2', `airflow-${name}`);

/** What is made after what, and so destroyed before it. */
const order: [string, (program: Program) => Declared, (program: Program) => Declared][] = [
  ['the load balancer goes before Superset', ingress, release],
  ['the load balancer goes while its controller is there', ingress, cluster],
  ['the Ingress goes before its class', ingress, of('kubernetes:networking.k8s.io/v1:IngressClass')],
  ['the load balancer goes before the pages', pagesIngress, pagesServers],
  ['the load balancer asks the pages first: Superset takes every path', ingress, pagesIngress],
  ['the pages find their identity', pagesServers, association('pages')],
  ['the pages have their rights as long as they live', pagesServers, policy('pages')],
  ['Superset goes before the nodes', release, cluster],
  ['Superset finds its roles and secrets made', release, job],
  ['Superset has its rights as long as it lives', release, policy('superset')],
  ['Superset finds its identity', release, association('superset')],
  ['the Job finds its identity', job, association('database')],
  ['the Job has its rights', job, policy('database')],
  ['the Job finds the database', job, of('aws:rds/instance:Instance')],
  [
    'the Job finds a rule that lets it in',
    job,
    of('aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule', 'database'),
  ],
  [
    'objects go before the right to remove them',
    provider,
    of('aws:eks/accessPolicyAssociation:AccessPolicyAssociation'),
  ],
  [
    'the API knows its administrators before it is asked for anything: bringing the agent takes longer than they do',
    provider,
    agent,
  ],
  [
    'the API is told of its administrators before',
    agent,
    of('aws:eks/accessPolicyAssociation:AccessPolicyAssociation'),
  ],
  ['what the last pods say is kept', job, agent],
  ['nodes have a way out as long as they live', cluster, of('aws:ec2/route:Route', 'network-private-a')],
  ['nodes have S3 as long as they live', cluster, of('aws:ec2/vpcEndpoint:VpcEndpoint', 'network-s3')],
  [
    'the way out goes before the gateway',
    of('aws:ec2/natGateway:NatGateway', 'network-a'),
    of('aws:ec2/internetGateway:InternetGateway'),
  ],
  [
    'addresses go before the gateway',
    of('aws:ec2/eip:Eip', 'network-nat-a'),
    of('aws:ec2/internetGateway:InternetGateway'),
  ],
  [
    'the cluster has its rights as long as it lives',
    cluster,
    of('aws:iam/rolePolicyAttachment:RolePolicyAttachment', 'cluster-AmazonEKSNetworkingPolicy'),
  ],
  [
    'nodes have their rights as long as they live',
    cluster,
    of('aws:iam/rolePolicyAttachment:RolePolicyAttachment', 'cluster-nodes-AmazonEKSWorkerNodeMinimalPolicy'),
  ],
  ['EKS finds its log group made', cluster, logs('cluster-cluster')],
  ['nothing is left that would make the log groups of pods anew', cluster, logs('cluster-application')],
  [
    'the agent has its rights',
    agent,
    of('aws:iam/rolePolicyAttachment:RolePolicyAttachment', 'cluster-agent-CloudWatchAgentServerPolicy'),
  ],
  ['RDS finds its log groups made', of('aws:rds/instance:Instance'), logs('database-postgresql')],
  ['MWAA finds its log groups made', environment, logs('airflow-Task')],
  ['MWAA has its rights as long as it lives', environment, policy('airflow')],
  ['MWAA finds requirements', environment, dag('requirements')],
  [
    'MWAA finds its bucket private and versioned',
    environment,
    of('aws:s3/bucketVersioning:BucketVersioning', 'storage-dags'),
  ],
  [
    'MWAA finds its bucket blocked for the public',
    environment,
    of('aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock', 'storage-dags'),
  ],
  ['each object has a version', dag('requirements'), of('aws:s3/bucketVersioning:BucketVersioning', 'storage-dags')],
  ['MWAA lets go of the subnets first', environment, of('aws:ec2/subnet:Subnet', 'network-private-b')],
  ['MWAA has its way out', environment, of('aws:ec2/route:Route', 'network-private-a')],
  [
    'MWAA lets go of its group first',
    environment,
    of('aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule', 'airflow'),
  ],
  ["the DAG goes before its pods' rights", dag('settings.json'), association('pipeline')],
  [
    'the DAG finds the namespace',
    dag('settings.json'),
    of('kubernetes:core/v1:Namespace', 'flights-Namespace-flights'),
  ],
  ['the DAG finds the database prepared', dag('flight_delays.py'), job],
  ['the DAG finds its way into the cluster', dag('kubeconfig.yaml'), of('aws:eks/accessEntry:AccessEntry', 'airflow')],
  ["the DAG's pods have their rights", dag('settings.json'), policy('pipeline')],
  ['the budget may write to the topic', of('aws:budgets/budget:Budget'), of('aws:sns/topicPolicy:TopicPolicy')],
  ['flow logs may write', of('aws:ec2/flowLog:FlowLog'), policy('network-flows')],
  ['flow logs find their group', of('aws:ec2/flowLog:FlowLog'), logs('network-flows')],
  [
    'S3 takes one change of access at a time',
    of('aws:s3/bucketPolicy:BucketPolicy', 'storage-data'),
    of('aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock', 'storage-data'),
  ],
];

for (const [what, later, earlier] of order) {
  test(`order: ${what}`, (t) => {
    const program = programs.public;
    t.true(program.isAfter(later(program), earlier(program)));
    t.false(program.isAfter(earlier(program), later(program)));
  });
}

test('order: cluster, database and Airflow are made at the same time', (t) => {
  const { dev } = programs;
  const long = [cluster(dev), environment(dev), dev.find('aws:rds/instance:Instance')];
  for (const one of long) for (const other of long) t.is(dev.isAfter(one, other), one === other);
});
