import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as aws from '@pulumi/aws';
import {
  asset,
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  interpolate,
  type Output,
  output,
  type Resource,
} from '@pulumi/pulumi';
import { noticeTopicVariable, secretPrefix, secretsBackend } from './airflow-secrets.ts';
import type { Cluster } from './cluster.ts';
import type { Config } from './config.ts';
import { dagSettings } from './dag-settings.ts';
import { airflowGroup } from './manifests/airflow-rights.ts';
import type { Network } from './network.ts';
import type { Statement } from './policy-document.ts';
import type { PrivateBucket } from './private-bucket.ts';
import { onlyFor, ServiceRole } from './service-role.ts';

export interface AirflowArgs {
  /** Name of the MWAA environment. Its log groups use it as their prefix. */
  name: string;
  region: string;
  accountId: Input<string>;
  logDays: number;
  /** Whether Pulumi refuses to destroy or replace the environment, which has the history of all runs. */
  protect: boolean;
  config: Config['airflow'];
  network: Network;
  bucket: PrivateBucket;
  cluster: Cluster;
  /** Image of the tasks' pods. */
  image: Input<string>;
  /** Notices about the end of runs. */
  topicArn: Input<string>;
  /** Where people open the dashboard; null: only by a forwarded port. */
  dashboardUrl: string | null;
  /** Resources that must exist before the DAG does. */
  ready: Resource[];
}

const folder = fileURLToPath(new URL('../dags/', import.meta.url));
/** MWAA's own names. */
const logKinds = ['DAGProcessing', 'Scheduler', 'Task', 'WebServer', 'Worker'] as const;
/**
 * Files of `dags/` that are not copied: the stack writes the settings itself, and the requirements go to the root of the
 * bucket.
 */
const notCopied = ['settings.json', 'requirements.txt'];

/**
 * Airflow: MWAA, which runs the DAG, and the DAG. It may handle pods in namespace `flights`, and nothing else in the cluster.
 * The environment does not wait for the cluster; the DAG does, and it goes first.
 */
export class Airflow extends ComponentResource {
  readonly url: Output<string>;
  readonly environmentName: Output<string>;

  constructor(name: string, args: AirflowArgs, options?: ComponentResourceOptions) {
    super('delaywatch:Airflow', name, {}, options);
    const { config, network, bucket } = args;
    const parent = { parent: this };

    const group = new aws.ec2.SecurityGroup(
      name,
      { vpcId: network.vpcId, description: 'Airflow', tags: { Name: `${args.name}-airflow` } },
      parent,
    );
    const rules = [
      new aws.vpc.SecurityGroupIngressRule(
        name,
        {
          securityGroupId: group.id,
          description: 'Its parts talk to each other',
          referencedSecurityGroupId: group.id,
          ipProtocol: '-1',
        },
        parent,
      ),
      new aws.vpc.SecurityGroupEgressRule(
        name,
        { securityGroupId: group.id, description: 'Services of AWS', cidrIpv4: '0.0.0.0/0', ipProtocol: '-1' },
        parent,
      ),
    ];
    const logs = logKinds.map(
      (kind) =>
        new aws.cloudwatch.LogGroup(
          `${name}-${kind}`,
          { name: `airflow-${args.name}-${kind}`, retentionInDays: args.logDays },
          parent,
        ),
    );
    const topic = this.storeTopic(name, args);
    const role = new ServiceRole(
      name,
      {
        trusted: ['airflow.amazonaws.com', 'airflow-env.amazonaws.com'],
        trustedIf: onlyFor(args.accountId),
        statements: executionRights(args),
      },
      parent,
    );
    const requirements = new aws.s3.BucketObjectv2(
      `${name}-requirements`,
      {
        bucket: bucket.bucketName,
        key: 'requirements.txt',
        source: new asset.FileAsset(join(folder, 'requirements.txt')),
      },
      { ...parent, dependsOn: [bucket] },
    );
    const log = { enabled: true, logLevel: 'INFO' };
    const environment = new aws.mwaa.Environment(
      name,
      {
        name: args.name,
        airflowVersion: config.version,
        environmentClass: config.environmentClass,
        minWorkers: config.minWorkers,
        maxWorkers: config.maxWorkers,
        executionRoleArn: role.arn,
        sourceBucketArn: bucket.arn,
        dagS3Path: 'dags/',
        requirementsS3Path: requirements.key,
        requirementsS3ObjectVersion: requirements.versionId,
        networkConfiguration: { subnetIds: network.privateSubnetIds, securityGroupIds: [group.id] },
        webserverAccessMode: config.webServer === 'public' ? 'PUBLIC_ONLY' : 'PRIVATE_ONLY',
        workerReplacementStrategy: 'GRACEFUL',
        airflowConfigurationOptions: secretsBackend(args.name),
        loggingConfiguration: {
          dagProcessingLogs: log,
          schedulerLogs: log,
          taskLogs: log,
          webserverLogs: log,
          workerLogs: log,
        },
        weeklyMaintenanceWindowStart: 'SUN:03:30',
      },
      {
        ...parent,
        protect: args.protect,
        // The environment reads the bucket and calls AWS as long as it exists, and its network interfaces must go before
        // the subnets.
        dependsOn: [role, bucket, network, topic, ...rules, ...logs],
        // AWS tells how the last update went, and nothing after creation: the provider takes that for a change, and the next
        // `up` without one would update the environment for half an hour.
        ignoreChanges: ['workerReplacementStrategy'],
      },
    );
    const rights = this.grantPods(name, args, group, role);
    this.uploadDag(name, args, [environment, ...rights, ...args.ready]);

    this.url = interpolate`https://${environment.webserverUrl}`;
    this.environmentName = environment.name;
    this.registerOutputs({ url: this.url });
  }

  /** Airflow's variable with the topic, where its secrets backend looks for it. */
  private storeTopic(name: string, { name: environment, topicArn }: AirflowArgs): Resource {
    const secret = new aws.secretsmanager.Secret(
      `${name}-topic`,
      {
        name: `${secretPrefix(environment)}/variables/${noticeTopicVariable}`,
        description: "The topic of the DAG's notices",
        // Removing the secret at once loses nothing, and the next deployment needs the name.
        recoveryWindowInDays: 0,
      },
      { parent: this },
    );
    return new aws.secretsmanager.SecretVersion(
      `${name}-topic`,
      { secretId: secret.id, secretString: topicArn },
      { parent: this },
    );
  }

  /** Airflow's role → access entry → group → Role of Kubernetes; and the way to the API. */
  private grantPods(
    name: string,
    { cluster }: AirflowArgs,
    group: aws.ec2.SecurityGroup,
    role: ServiceRole,
  ): Resource[] {
    const entry = new aws.eks.AccessEntry(
      name,
      { clusterName: cluster.clusterName, principalArn: role.arn, kubernetesGroups: [airflowGroup], type: 'STANDARD' },
      { parent: this, dependsOn: [role] },
    );
    const ingress = new aws.vpc.SecurityGroupIngressRule(
      `${name}-cluster`,
      {
        securityGroupId: cluster.securityGroupId,
        description: 'Airflow calls the API',
        referencedSecurityGroupId: group.id,
        ipProtocol: 'tcp',
        fromPort: 443,
        toPort: 443,
      },
      { parent: this },
    );
    return [entry, ingress];
  }

  /** Image and DAG move together: the settings name the image by its digest. */
  private uploadDag(
    name: string,
    { bucket, cluster, image, config, dashboardUrl }: AirflowArgs,
    dependsOn: Resource[],
  ): void {
    const upload = (key: string, content: { source: asset.Asset } | { content: Output<string> }) =>
      new aws.s3.BucketObjectv2(
        `${name}-${key}`,
        { bucket: bucket.bucketName, key: `dags/${key}`, ...content },
        { parent: this, dependsOn },
      );
    const settings = output(image).apply(
      (known) => `${JSON.stringify(dagSettings(known, config, dashboardUrl), null, 2)}\n`,
    );
    const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
    for (const { name: file } of files) {
      if (!notCopied.includes(file)) upload(file, { source: new asset.FileAsset(join(folder, file)) });
    }
    upload('settings.json', { content: settings });
    upload('kubeconfig.yaml', { content: cluster.kubeconfig });
  }
}

/** What MWAA's own documentation asks for, and the two things that the DAG does in AWS: it gets into the cluster by who it is, not by a right. */
function executionRights({ name, region, accountId, bucket, topicArn }: AirflowArgs): Statement[] {
  const inAccount = (service: string, resource: string) =>
    interpolate`arn:aws:${service}:${region}:${accountId}:${resource}`;
  return [
    { Sid: 'Metrics', Action: ['airflow:PublishMetrics'], Resource: inAccount('airflow', `environment/${name}`) },
    { Sid: 'AccountPublicAccess', Action: ['s3:GetAccountPublicAccessBlock'], Resource: '*' },
    {
      Sid: 'ReadDags',
      Action: ['s3:GetObject*', 's3:GetBucket*', 's3:List*'],
      Resource: [bucket.arn, interpolate`${bucket.arn}/*`],
    },
    {
      Sid: 'WriteLogs',
      Action: [
        'logs:CreateLogStream',
        'logs:CreateLogGroup',
        'logs:PutLogEvents',
        'logs:GetLogEvents',
        'logs:GetLogRecord',
        'logs:GetLogGroupFields',
        'logs:GetQueryResults',
      ],
      Resource: inAccount('logs', `log-group:airflow-${name}-*`),
    },
    { Sid: 'FindLogs', Action: ['logs:DescribeLogGroups'], Resource: '*' },
    { Sid: 'PutMetrics', Action: ['cloudwatch:PutMetricData'], Resource: '*' },
    {
      Sid: 'CeleryQueues',
      Action: [
        'sqs:ChangeMessageVisibility',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        'sqs:GetQueueUrl',
        'sqs:ReceiveMessage',
        'sqs:SendMessage',
      ],
      // The queues are in an account that belongs to MWAA.
      Resource: `arn:aws:sqs:${region}:*:airflow-celery-*`,
    },
    {
      Sid: 'CeleryKey',
      Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*'],
      NotResource: interpolate`arn:aws:kms:*:${accountId}:key/*`,
      Condition: { StringLike: { 'kms:ViaService': [`sqs.${region}.amazonaws.com`] } },
    },
    {
      Sid: 'AirflowSecrets',
      Action: ['secretsmanager:GetSecretValue'],
      Resource: inAccount('secretsmanager', `secret:${secretPrefix(name)}/*`),
    },
    { Sid: 'Notices', Action: ['sns:Publish'], Resource: topicArn },
  ];
}
