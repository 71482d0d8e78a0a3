import * as aws from '@pulumi/aws';
import { ComponentResource, type ComponentResourceOptions, type Input, interpolate } from '@pulumi/pulumi';
import { address } from './cidr.ts';
import type { Cluster } from './cluster.ts';
import type { Config } from './config.ts';
import { dagSettings } from './dag-settings.ts';
import type { Database } from './database.ts';
import { KubernetesObjects } from './kubernetes-objects.ts';
import { flightsManifests } from './manifests/flights.ts';
import type { Network } from './network.ts';
import { PodIdentity } from './pod-identity.ts';
import type { Statement } from './policy-document.ts';
import type { PrivateBucket } from './private-bucket.ts';
import { publicBaseUrl } from './public-base-url.ts';

export interface FlightsArgs {
  /** Name of the deployment. The names of its secrets begin with it. */
  name: string;
  region: string;
  config: Config;
  image: Input<string>;
  bucket: PrivateBucket;
  cluster: Cluster;
  database: Database;
  network: Network;
  /** Addresses of S3 in this region: what a network policy may name. */
  s3Cidrs: string[];
  /** Where digests go. */
  topicArn: Input<string>;
}

/** What the pods of the tasks have to know, and only AWS knows. */
type Values = Record<
  'image' | 'bucketName' | 'databaseUrl' | 'kaggleSecretArn' | 'webhookSecretArn' | 'topicArn',
  string
>;

const namespace = 'flights';
const written = ['summaries/*', 'plots/*', 'reports/*', 'exports/*', 'rejects/*'];

/** Where the tasks' pods run: the namespace with its rules, and the rights of the three identities in AWS. */
export class Flights extends ComponentResource {
  constructor(name: string, args: FlightsArgs, options?: ComponentResourceOptions) {
    super('delaywatch:Flights', name, {}, options);
    const { bucket, cluster, database } = args;
    // The secrets are empty at first. Whoever fetches flights from Kaggle, or sends digests to a webhook, fills them by hand
    // (docs/deployment.md).
    const filledByHand = (label: string, secretName: string, description: string) =>
      new aws.secretsmanager.Secret(
        `${name}-${label}`,
        {
          name: `${args.name}/${secretName}`,
          description,
          // The secret is removed at once: its owner still has its text, and the next deployment needs the name.
          recoveryWindowInDays: 0,
        },
        { parent: this },
      );
    const kaggle = filledByHand('kaggle', 'kaggle-token', 'A token for Kaggle, put in by hand');
    const webhook = filledByHand('webhook', 'digest-webhook', 'The address of a webhook for digests, put in by hand');
    const objects = (paths: string[]) => paths.map((path) => interpolate`${bucket.arn}/${path}`);
    const list: Statement = { Sid: 'List', Action: ['s3:ListBucket'], Resource: bucket.arn };
    const identity = (serviceAccount: string, statements: Statement[]) =>
      new PodIdentity(
        serviceAccount,
        { clusterName: cluster.clusterName, namespace, serviceAccount, statements },
        { parent: this },
      );
    identity('acquire', [
      list,
      {
        Sid: 'Flights',
        Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
        Resource: objects(['flights/*']),
      },
      { Sid: 'KaggleToken', Action: ['secretsmanager:GetSecretValue'], Resource: kaggle.arn },
    ]);
    identity('pipeline', [
      list,
      { Sid: 'ReadFlights', Action: ['s3:GetObject'], Resource: objects(['flights/*']) },
      {
        Sid: 'Outputs',
        Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
        Resource: objects(written),
      },
      { Sid: 'Database', Action: ['rds-db:connect'], Resource: database.userArn('pipeline') },
    ]);
    identity('tell', [
      { Sid: 'Feed', Action: ['s3:PutObject'], Resource: objects(['reports/feed.xml']) },
      { Sid: 'Database', Action: ['rds-db:connect'], Resource: database.userArn('pipeline') },
      { Sid: 'Topic', Action: ['sns:Publish'], Resource: args.topicArn },
      { Sid: 'WebhookAddress', Action: ['secretsmanager:GetSecretValue'], Resource: webhook.arn },
    ]);
    new KubernetesObjects(
      name,
      {
        provider: cluster.provider,
        values: {
          image: args.image,
          bucketName: bucket.bucketName,
          databaseUrl: database.url('flights', 'pipeline'),
          kaggleSecretArn: kaggle.arn,
          webhookSecretArn: webhook.arn,
          topicArn: args.topicArn,
        },
        build: (values) => manifests(values, args),
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

function manifests(
  { image, bucketName, databaseUrl, kaggleSecretArn, webhookSecretArn, topicArn }: Values,
  { region, config, s3Cidrs, database, network }: FlightsArgs,
) {
  const { webhook, airports, leastMinutes } = config.digest;
  const privateCidrs = network.tiers.private.map(({ cidr }) => cidr);
  return flightsManifests({
    dag: dagSettings(image, config.airflow),
    environment: {
      FLIGHTS_URI: `s3://${bucketName}/flights/{year}/`,
      OUTPUT_URI: `s3://${bucketName}`,
      DATABASE_URL: databaseUrl,
      DATABASE_AUTH: 'iam',
      ANOMALY_THRESHOLD: `${config.flights.anomalyThreshold}`,
      PUBLIC_BASE_URL: publicBaseUrl(config),
      KAGGLE_TOKEN_SECRET: kaggleSecretArn,
      NOTICE_TOPIC_ARN: topicArn,
      DIGEST_WEBHOOK: webhook ?? '',
      DIGEST_WEBHOOK_SECRET: webhookSecretArn,
      DIGEST_AIRPORTS: airports.join(),
      DIGEST_LEAST_MINUTES: leastMinutes > 0 ? `${leastMinutes}` : '',
      AWS_REGION: region,
    },
    network: {
      database: database.endpoint,
      services: [
        { cidrs: s3Cidrs, port: 443 },
        ...(config.network.interfaceEndpoints ? [{ cidrs: privateCidrs, port: 443 }] : []),
      ],
      // Pods call the API at the address of its service, which leads to the control plane's addresses in the private
      // subnets.
      kubernetesApi: { cidrs: [address(config.cluster.serviceCidr, 1), ...privateCidrs], port: 443 },
    },
  });
}
