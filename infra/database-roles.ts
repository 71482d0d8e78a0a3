import * as aws from '@pulumi/aws';
import * as kubernetes from '@pulumi/kubernetes';
import { ComponentResource, type ComponentResourceOptions, type Input, type Output, output } from '@pulumi/pulumi';
import type { Cluster } from './cluster.ts';
import type { Config } from './config.ts';
import type { Database } from './database.ts';
import { KubernetesObjects } from './kubernetes-objects.ts';
import { databaseJob, databaseNamespace, databaseNamespaceManifests, deadlineSeconds } from './manifests/database.ts';
import { PodIdentity } from './pod-identity.ts';

export interface DatabaseRolesArgs {
  /** Name of the deployment. The names of its secrets begin with it. */
  name: string;
  region: string;
  config: Config;
  /** Image of the tasks, which holds the program `prepare-database`. */
  image: Input<string>;
  cluster: Cluster;
  database: Database;
}

/** A secret that was removed can be brought back for so long, where that is worth anything. */
const recoveryDays = 7;

/**
 * What is inside the database: roles, databases, grants; and Superset's two secrets. Nothing outside of the VPC reaches the
 * database, so a Job in the cluster makes them. It alone reads the master's password; Pulumi knows no secret.
 */
export class DatabaseRoles extends ComponentResource {
  /** Superset's: of its sessions, and of its first user. */
  readonly secretKeyArn: Output<string>;
  readonly adminPasswordArn: Output<string>;

  constructor(name: string, args: DatabaseRolesArgs, options?: ComponentResourceOptions) {
    super('delaywatch:DatabaseRoles', name, {}, options);
    const { region, config, cluster, database } = args;
    const generated = (label: string, description: string) =>
      new aws.secretsmanager.Secret(
        `${name}-${label}`,
        {
          // Each deployment gives the secret a new name, since a removed secret keeps its name until it is deleted for
          // good.
          namePrefix: `${args.name}/superset/${label}-`,
          description,
          recoveryWindowInDays: config.protection === 'none' ? 0 : recoveryDays,
        },
        { parent: this },
      );
    const secretKey = generated('secret-key', 'What Superset signs sessions with; made by the Job prepare-database');
    const adminPassword = generated(
      'admin-password',
      "The first password of Superset's user admin; made by the same Job",
    );

    const identity = new PodIdentity(
      'database',
      {
        clusterName: cluster.clusterName,
        namespace: databaseNamespace,
        serviceAccount: 'database',
        statements: [
          { Sid: 'Administer', Action: ['rds-db:connect'], Resource: database.userArn('administrator') },
          { Sid: 'MasterPassword', Action: ['secretsmanager:GetSecretValue'], Resource: database.masterSecretArn },
          {
            Sid: 'GenerateSecrets',
            Action: ['secretsmanager:DescribeSecret', 'secretsmanager:PutSecretValue'],
            Resource: [secretKey.arn, adminPassword.arn],
          },
        ],
      },
      { parent: this },
    );
    const objects = new KubernetesObjects(
      name,
      {
        provider: cluster.provider,
        build: () => databaseNamespaceManifests(database.endpoint),
      },
      { parent: this },
    );
    const job = output({
      image: args.image,
      region,
      serverUrl: database.url('postgres'),
      masterSecretArn: database.masterSecretArn,
      generatedSecretArns: [secretKey.arn, adminPassword.arn],
    }).apply(databaseJob);
    new kubernetes.batch.v1.Job(
      name,
      { metadata: job.apply(({ metadata }) => metadata!) as any, spec: job.apply(({ spec }) => spec!) as any },
      {
        parent: this,
        provider: cluster.provider,
        dependsOn: [objects, identity, database],
        // A Job's name cannot be used again while the old Job exists.
        deleteBeforeReplace: true,
        customTimeouts: { create: `${deadlineSeconds + 60}s` },
      },
    );
    this.secretKeyArn = secretKey.arn;
    this.adminPasswordArn = adminPassword.arn;
    this.registerOutputs({ adminPasswordArn: this.adminPasswordArn });
  }
}
