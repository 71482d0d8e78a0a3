import * as kubernetes from '@pulumi/kubernetes';
import { ComponentResource, type ComponentResourceOptions, type Input, output } from '@pulumi/pulumi';
import type { Cluster } from './cluster.ts';
import type { Config } from './config.ts';
import type { Database } from './database.ts';
import type { DatabaseRoles } from './database-roles.ts';
import { KubernetesObjects } from './kubernetes-objects.ts';
import { supersetManifests, supersetName, supersetNamespace, supersetPort } from './manifests/superset.ts';
import { PodIdentity } from './pod-identity.ts';
import { publicBaseUrl } from './public-base-url.ts';
import { supersetChart, supersetValues } from './superset-values.ts';

export interface SupersetArgs {
  region: string;
  config: Config;
  image: Input<string>;
  cluster: Cluster;
  database: Database;
  roles: DatabaseRoles;
}

/** Seconds that the set-up may take, and then the start of the servers. */
const startSeconds = 900;

/** The dashboard: Superset from its official chart. */
export class Superset extends ComponentResource {
  /** Where people open it. */
  readonly url: string;

  constructor(name: string, args: SupersetArgs, options?: ComponentResourceOptions) {
    super('delaywatch:Superset', name, {}, options);
    const { region, config, cluster, database, roles } = args;
    const { replicas, loadBalancer } = config.superset;
    const { provider, clusterName } = cluster;
    const url = loadBalancer ? `https://${loadBalancer.host}` : `http://localhost:${supersetPort}`;

    const identity = new PodIdentity(
      'superset',
      {
        clusterName,
        namespace: supersetNamespace,
        serviceAccount: 'superset',
        statements: [
          {
            Sid: 'Databases',
            Action: ['rds-db:connect'],
            Resource: [database.userArn('viewer'), database.userArn('superset')],
          },
          {
            Sid: 'OwnSecrets',
            Action: ['secretsmanager:GetSecretValue'],
            Resource: [roles.secretKeyArn, roles.adminPasswordArn],
          },
        ],
      },
      { parent: this },
    );
    const objects = new KubernetesObjects(
      name,
      {
        provider,
        build: () =>
          supersetManifests({
            database: database.endpoint,
            clients: [config.network.cidr],
          }),
      },
      { parent: this },
    );
    const settings = output({
      image: args.image,
      region,
      replicas,
      url,
      publicBaseUrl: publicBaseUrl(config),
      databaseUrl: database.url('flights', 'viewer'),
      ownDatabaseUrl: database.url('superset', 'superset'),
      secretKeyArn: roles.secretKeyArn,
      adminPasswordArn: roles.adminPasswordArn,
    });
    new kubernetes.helm.v3.Release(
      name,
      {
        name: supersetName,
        namespace: supersetNamespace,
        chart: supersetChart.name,
        version: supersetChart.version,
        repositoryOpts: { repo: supersetChart.repository },
        values: settings.apply(supersetValues),
        timeout: startSeconds,
        // A failed release is rolled back: a first one is removed, so that the next `pulumi up` starts from scratch, and a later
        // one returns to the previous release. Only the set-up's Job stays, with its log.
        atomic: true,
      },
      // The pods need rights, roles and secrets when they start and as long as they live.
      { parent: this, provider, dependsOn: [objects, identity, roles] },
    );
    this.url = loadBalancer
      ? url
      : `${url} (after: kubectl --namespace ${supersetNamespace} port-forward service/${supersetName} ${supersetPort})`;
    this.registerOutputs({ url: this.url });
  }
}
