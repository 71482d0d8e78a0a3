import * as aws from '@pulumi/aws';
import { ComponentResource, type ComponentResourceOptions, type Input, interpolate, type Output } from '@pulumi/pulumi';
import type { Config } from './config.ts';
import type { Endpoint } from './manifests/network-policies.ts';
import type { Network } from './network.ts';

export interface DatabaseArgs {
  /** Name of the RDS instance. Its log groups use it as their prefix. */
  name: string;
  region: string;
  accountId: Input<string>;
  logDays: number;
  protection: Config['protection'];
  config: Config['database'];
  network: Network;
  /** The only ones that reach it. */
  clientSecurityGroupId: Input<string>;
}

/** Path, in the images of the tasks and of Superset, of the authorities that sign the certificates of RDS databases. */
const authorities = '/etc/ssl/rds-authorities.pem';
const port = 5432;
const logKinds = ['postgresql', 'upgrade'];

/**
 * PostgreSQL, for the flights and for Superset's own tables. It has no way out, and takes encrypted connections from the
 * cluster only; people and programs prove by IAM who they are. RDS keeps the master's password.
 */
export class Database extends ComponentResource {
  /** Where it answers, for network policies. */
  readonly endpoint: Endpoint;
  /** The secret that RDS made. */
  readonly masterSecretArn: Output<string>;
  readonly identifier: Output<string>;
  private readonly host: Output<string>;
  private readonly userArnPrefix: Output<string>;

  constructor(name: string, args: DatabaseArgs, options?: ComponentResourceOptions) {
    super('delaywatch:Database', name, {}, options);
    const { config, network, protection } = args;
    const parent = { parent: this };

    const subnets = new aws.rds.SubnetGroup(
      name,
      { name: args.name, description: 'Without a way out', subnetIds: network.dataSubnetIds },
      parent,
    );
    const group = new aws.ec2.SecurityGroup(
      name,
      { vpcId: network.vpcId, description: 'The database', tags: { Name: `${args.name}-database` } },
      parent,
    );
    new aws.vpc.SecurityGroupIngressRule(
      name,
      {
        securityGroupId: group.id,
        description: 'Pods',
        referencedSecurityGroupId: args.clientSecurityGroupId,
        ipProtocol: 'tcp',
        fromPort: port,
        toPort: port,
      },
      parent,
    );
    const parameters = new aws.rds.ParameterGroup(
      name,
      {
        name: `${args.name}-postgres${config.majorVersion}`,
        family: `postgres${config.majorVersion}`,
        description: 'TLS forced; long statements logged',
        parameters: [
          { name: 'rds.force_ssl', value: '1' },
          { name: 'log_min_duration_statement', value: '10000' },
        ],
      },
      parent,
    );
    const logs = logKinds.map(
      (kind) =>
        new aws.cloudwatch.LogGroup(
          `${name}-${kind}`,
          { name: `/aws/rds/instance/${args.name}/${kind}`, retentionInDays: args.logDays },
          parent,
        ),
    );
    const instance = new aws.rds.Instance(
      name,
      {
        identifier: args.name,
        engine: 'postgres',
        engineVersion: `${config.majorVersion}`,
        autoMinorVersionUpgrade: true,
        // The stack's settings choose the major version. An `up` can only raise it.
        allowMajorVersionUpgrade: true,
        instanceClass: config.instanceClass,
        allocatedStorage: config.storageGibibytes,
        maxAllocatedStorage: config.maxStorageGibibytes,
        storageType: 'gp3',
        storageEncrypted: true,
        multiAz: config.multiZone,
        username: 'postgres',
        manageMasterUserPassword: true,
        iamDatabaseAuthenticationEnabled: true,
        dbSubnetGroupName: subnets.name,
        vpcSecurityGroupIds: [group.id],
        publiclyAccessible: false,
        parameterGroupName: parameters.name,
        enabledCloudwatchLogsExports: logKinds,
        backupRetentionPeriod: config.backupDays,
        copyTagsToSnapshot: true,
        deletionProtection: protection === 'on',
        deleteAutomatedBackups: true,
        skipFinalSnapshot: protection === 'none',
        // The name of a network is used once only, so a snapshot of an earlier deployment is not in the way.
        ...(protection !== 'none' && { finalSnapshotIdentifier: interpolate`${args.name}-${network.vpcId}` }),
        applyImmediately: true,
      },
      { ...parent, protect: protection === 'on', dependsOn: logs },
    );
    this.endpoint = { cidrs: network.tiers.data.map(({ cidr }) => cidr), port };
    this.host = instance.address;
    this.identifier = instance.identifier;
    this.masterSecretArn = instance.masterUserSecrets[0].secretArn;
    this.userArnPrefix = interpolate`arn:aws:rds-db:${args.region}:${args.accountId}:dbuser:${instance.resourceId}`;
    this.registerOutputs({ host: this.host });
  }

  /**
   * Its address for a container of ours, without a password.
   * @param role whom to connect as; none where that is the program's own choice
   */
  url(database: string, role?: string): Output<string> {
    const user = role ? `${role}@` : '';
    return interpolate`postgres://${user}${this.host}:${port}/${database}?sslmode=verify-full&sslrootcert=${authorities}`;
  }

  /** What `rds-db:connect` is granted on, to connect as a role of the database. */
  userArn(role: string): Output<string> {
    return interpolate`${this.userArnPrefix}/${role}`;
  }
}
