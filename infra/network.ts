import * as aws from '@pulumi/aws';
import { ComponentResource, type ComponentResourceOptions, type Input, interpolate, type Output } from '@pulumi/pulumi';
import type { Config } from './config.ts';
import { onlyFor, ServiceRole } from './service-role.ts';
import { divide, type Subnet, type Subnets } from './subnets.ts';

export interface NetworkArgs {
  /** Name of the VPC. Its log group uses it as its prefix. */
  name: string;
  region: string;
  accountId: Input<string>;
  config: Config['network'];
}

/** Services that pods, nodes and Airflow call. */
const services = [
  ...['ecr.api', 'ecr.dkr', 'eks', 'eks-auth', 'logs', 'monitoring', 'secretsmanager', 'sns', 'sqs', 'sts'],
  ...['airflow.api', 'airflow.env', 'airflow.ops', 'ec2', 'elasticloadbalancing', 'kms'],
];

/**
 * The network: two zones, three tiers. What is in the private tier gets out by NAT and cannot be reached from outside; the
 * data tier has no way out at all. S3 is reached without NAT, since a year of flights would cost there.
 */
export class Network extends ComponentResource {
  readonly tiers: Subnets;
  readonly vpcId: Output<string>;
  readonly privateSubnetIds: Output<string>[];
  readonly dataSubnetIds: Output<string>[];

  constructor(name: string, args: NetworkArgs, options?: ComponentResourceOptions) {
    super('delaywatch:Network', name, {}, options);
    const { region, config } = args;
    const tiers = divide(config.cidr, config.zones);
    this.tiers = tiers;
    const parent = { parent: this };
    const named = (what: string) => ({ Name: `${args.name}-${what}` });

    const vpc = new aws.ec2.Vpc(
      name,
      { cidrBlock: config.cidr, enableDnsHostnames: true, enableDnsSupport: true, tags: { Name: args.name } },
      parent,
    );
    // Every VPC has a default group, whose members may talk to each other. Nothing uses it, so it allows nothing.
    new aws.ec2.DefaultSecurityGroup(`${name}-default`, { vpcId: vpc.id, tags: named('unused') }, parent);
    const gateway = new aws.ec2.InternetGateway(name, { vpcId: vpc.id, tags: { Name: args.name } }, parent);

    const subnets = (tier: string, parts: Subnet[], tags: Record<string, string>) =>
      parts.map(
        ({ zone, cidr }) =>
          new aws.ec2.Subnet(
            `${name}-${tier}-${zone.at(-1)}`,
            {
              vpcId: vpc.id,
              availabilityZone: zone,
              cidrBlock: cidr,
              mapPublicIpOnLaunch: false,
              tags: { ...named(`${tier}-${zone.at(-1)}`), ...tags },
            },
            parent,
          ),
      );
    // Load balancers find their subnets by these tags.
    const publicSubnets = subnets('public', tiers.public, { 'kubernetes.io/role/elb': '1' });
    const privateSubnets = subnets('private', tiers.private, { 'kubernetes.io/role/internal-elb': '1' });
    const dataSubnets = subnets('data', tiers.data, {});

    const table = (label: string, members: aws.ec2.Subnet[]) => {
      const routes = new aws.ec2.RouteTable(`${name}-${label}`, { vpcId: vpc.id, tags: named(label) }, parent);
      for (const [index, subnet] of members.entries()) {
        new aws.ec2.RouteTableAssociation(
          `${name}-${label}-${index}`,
          { routeTableId: routes.id, subnetId: subnet.id },
          parent,
        );
      }
      return routes;
    };
    const everywhere = { destinationCidrBlock: '0.0.0.0/0' };
    const publicTable = table('public', publicSubnets);
    const wayOut = new aws.ec2.Route(
      `${name}-public`,
      { ...everywhere, routeTableId: publicTable.id, gatewayId: gateway.id },
      parent,
    );
    table('data', dataSubnets);

    const natGateways = publicSubnets.slice(0, config.natGateways === 'one' ? 1 : undefined).map((subnet, index) => {
      const zone = config.zones[index].at(-1);
      const address = new aws.ec2.Eip(
        `${name}-nat-${zone}`,
        { domain: 'vpc', tags: named(`nat-${zone}`) },
        { ...parent, dependsOn: [gateway] },
      );
      return new aws.ec2.NatGateway(
        `${name}-${zone}`,
        { allocationId: address.id, subnetId: subnet.id, tags: named(zone!) },
        { ...parent, dependsOn: [wayOut] },
      );
    });
    const privateTables = privateSubnets.map((subnet, index) => {
      const label = `private-${config.zones[index].at(-1)}`;
      const routes = table(label, [subnet]);
      const natGatewayId = (natGateways[index] ?? natGateways[0]).id;
      new aws.ec2.Route(`${name}-${label}`, { ...everywhere, routeTableId: routes.id, natGatewayId }, parent);
      return routes;
    });

    new aws.ec2.VpcEndpoint(
      `${name}-s3`,
      {
        vpcId: vpc.id,
        vpcEndpointType: 'Gateway',
        serviceName: `com.amazonaws.${region}.s3`,
        routeTableIds: privateTables.map(({ id }) => id),
        tags: named('s3'),
      },
      parent,
    );
    if (config.interfaceEndpoints) this.addInterfaceEndpoints(name, args, vpc, privateSubnets);
    if (config.flowLogDays) this.addFlowLogs(name, args, vpc, config.flowLogDays);

    this.vpcId = vpc.id;
    this.privateSubnetIds = privateSubnets.map(({ id }) => id);
    this.dataSubnetIds = dataSubnets.map(({ id }) => id);
    this.registerOutputs({ vpcId: this.vpcId });
  }

  private addInterfaceEndpoints(name: string, args: NetworkArgs, vpc: aws.ec2.Vpc, subnets: aws.ec2.Subnet[]) {
    const parent = { parent: this };
    const group = new aws.ec2.SecurityGroup(
      `${name}-endpoints`,
      { vpcId: vpc.id, description: 'Endpoints of AWS services', tags: { Name: `${args.name}-endpoints` } },
      parent,
    );
    new aws.vpc.SecurityGroupIngressRule(
      `${name}-endpoints`,
      {
        securityGroupId: group.id,
        description: 'All in the VPC may call AWS',
        cidrIpv4: args.config.cidr,
        ipProtocol: 'tcp',
        fromPort: 443,
        toPort: 443,
      },
      parent,
    );
    for (const service of services) {
      new aws.ec2.VpcEndpoint(
        `${name}-${service}`,
        {
          vpcId: vpc.id,
          vpcEndpointType: 'Interface',
          serviceName: `com.amazonaws.${args.region}.${service}`,
          subnetIds: subnets.map(({ id }) => id),
          securityGroupIds: [group.id],
          privateDnsEnabled: true,
          tags: { Name: `${args.name}-${service}` },
        },
        parent,
      );
    }
  }

  private addFlowLogs(name: string, args: NetworkArgs, vpc: aws.ec2.Vpc, retentionInDays: number) {
    const logs = new aws.cloudwatch.LogGroup(
      `${name}-flows`,
      { name: `/aws/vpc/${args.name}`, retentionInDays },
      { parent: this },
    );
    const role = new ServiceRole(
      `${name}-flows`,
      {
        trusted: ['vpc-flow-logs.amazonaws.com'],
        trustedIf: onlyFor(args.accountId),
        statements: [
          {
            Sid: 'FindFlowLogs',
            Action: ['logs:DescribeLogGroups'],
            Resource: interpolate`arn:aws:logs:${args.region}:${args.accountId}:log-group:*`,
          },
          {
            Sid: 'WriteFlowLogs',
            Action: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
            Resource: interpolate`${logs.arn}:*`,
          },
        ],
      },
      { parent: this },
    );
    new aws.ec2.FlowLog(
      name,
      {
        vpcId: vpc.id,
        trafficType: 'ALL',
        logDestinationType: 'cloud-watch-logs',
        logDestination: logs.arn,
        iamRoleArn: role.arn,
        maxAggregationInterval: 600,
      },
      { parent: this, dependsOn: [role] },
    );
  }
}
