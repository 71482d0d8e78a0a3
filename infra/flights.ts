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
}

/** What the pods of the tasks have to know, and only AWS knows. */
type Values = Record<'image' | 'bucketName' | 'databaseUrl' | 'kaggleSecretArn', string>;

const namespace = 'flights';
const written = ['summaries/*', 'plots/*', 'reports/*', 'exports/*', 'rejects/*'];

/** Where the tasks' pods run: the namespace with its rules, and the rights of the two identities in AWS. */
export class Flights extends ComponentResource {
  constructor(name: string, args: FlightsArgs, options?: ComponentResourceOptions) {
    super('delaywatch:Flights', name, {}, options);
    const { bucket, cluster, database } = args;
    // The secret is empty at first. Whoever fetches flights from Kaggle puts a token in by hand (docs/deployment.md).
    const kaggle = new aws.secretsmanager.Secret(
      `${name}-kaggle`,
      {
        name: `${args.name}/kaggle-token`,
        description: 'A token for Kaggle, put in by hand',
        // The secret is removed at once: its owner still has the token, and the next deployment needs the name.
        recoveryWindowInDays: 0,
      },
      { parent: this },
    );
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
    new KubernetesObjects(
      name,
      {
        provider: cluster.provider,
        values: {
          image: args.image,
          bucketName: bucket.bucketName,
          databaseUrl: database.url('flights', 'pipeline'),
          kaggleSecretArn: kaggle.arn,
        },
        build: (values) => manifests(values, args),
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

function manifests(
  { image, bucketName, databaseUrl, kaggleSecretArn }: Values,
  { region, config, s3Cidrs, database, network }: FlightsArgs,
) {
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
