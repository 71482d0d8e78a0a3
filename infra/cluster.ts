import * as aws from '@pulumi/aws';
import * as kubernetes from '@pulumi/kubernetes';
import {
  all,
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  type Resource,
} from '@pulumi/pulumi';
import type { Config } from './config.ts';
import { kubeconfig } from './kubeconfig.ts';
import type { Network } from './network.ts';
import { ServiceRole } from './service-role.ts';

export interface ClusterArgs {
  /** Of the cluster; its log groups are called after it. */
  name: string;
  region: string;
  /** Who runs Pulumi, as AWS STS says it. */
  callerArn: Input<string>;
  logDays: number;
  config: Config['cluster'];
  network: Network;
}

/** What EKS itself logs; the scheduler and the controllers say little that helps. */
const controlPlaneLogs = ['api', 'audit', 'authenticator'];
/** Kinds of log groups that the agent of the observability add-on would make by itself, without an end to what they keep. */
const containerLogs = ['application', 'dataplane', 'host', 'performance'];

/**
 * Kubernetes: EKS in Auto Mode, which brings nodes when pods ask for them, load balancers, and the agent of Pod Identity.
 * The API is reached from the VPC and from the addresses that are set, by those in IAM who have an access entry.
 */
export class Cluster extends ComponentResource {
  readonly clusterName: Output<string>;
  readonly arn: Output<string>;
  /** The group of all nodes and, with them, of all pods, and of the API's addresses in the VPC. */
  readonly securityGroupId: Output<string>;
  readonly kubeconfig: Output<string>;
  /** Applies objects once nodes, network and rights are there, and removes them before those go. */
  readonly provider: kubernetes.Provider;

  constructor(name: string, args: ClusterArgs, options?: ComponentResourceOptions) {
    super('delaywatch:Cluster', name, {}, options);
    const { region, logDays, config, network } = args;
    const parent = { parent: this };

    // All before the cluster, and gone after it: what is left of it while it goes still writes, and would make them anew.
    const logs = [
      `/aws/eks/${args.name}/cluster`,
      ...containerLogs.map((kind) => `/aws/containerinsights/${args.name}/${kind}`),
    ].map(
      (group) =>
        new aws.cloudwatch.LogGroup(
          `${name}-${group.replace(/.*\//, '')}`,
          { name: group, retentionInDays: logDays },
          parent,
        ),
    );
    const role = new ServiceRole(
      name,
      {
        trusted: ['eks.amazonaws.com'],
        trustedActions: ['sts:AssumeRole', 'sts:TagSession'],
        managedPolicies: [
          'AmazonEKSClusterPolicy',
          'AmazonEKSComputePolicy',
          'AmazonEKSBlockStoragePolicy',
          'AmazonEKSLoadBalancingPolicy',
          'AmazonEKSNetworkingPolicy',
        ],
      },
      parent,
    );
    const nodeRole = new ServiceRole(
      `${name}-nodes`,
      {
        trusted: ['ec2.amazonaws.com'],
        managedPolicies: ['AmazonEKSWorkerNodeMinimalPolicy', 'AmazonEC2ContainerRegistryPullOnly'],
      },
      parent,
    );
    const cluster = new aws.eks.Cluster(
      name,
      {
        name: args.name,
        version: config.version,
        roleArn: role.arn,
        accessConfig: { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: false },
        bootstrapSelfManagedAddons: false,
        computeConfig: { enabled: true, nodePools: ['general-purpose', 'system'], nodeRoleArn: nodeRole.arn },
        storageConfig: { blockStorage: { enabled: true } },
        kubernetesNetworkConfig: { elasticLoadBalancing: { enabled: true }, serviceIpv4Cidr: config.serviceCidr },
        vpcConfig: {
          subnetIds: network.privateSubnetIds,
          endpointPrivateAccess: true,
          endpointPublicAccess: true,
          publicAccessCidrs: config.publicAccessCidrs,
        },
        enabledClusterLogTypes: controlPlaneLogs,
        upgradePolicy: { supportType: 'STANDARD' },
      },
      // Nodes need the way out as long as they live.
      { ...parent, dependsOn: [role, nodeRole, ...logs, network] },
    );
    this.clusterName = cluster.name;
    this.arn = cluster.arn;
    this.securityGroupId = cluster.vpcConfig.clusterSecurityGroupId;
    this.kubeconfig = all([cluster.name, cluster.endpoint, cluster.certificateAuthority.data]).apply(
      ([clusterName, endpoint, certificateAuthority]) =>
        kubeconfig({ clusterName, endpoint, certificateAuthority, region }),
    );
    this.provider = new kubernetes.Provider(
      name,
      { kubeconfig: this.kubeconfig, clusterIdentifier: args.name },
      { ...parent, dependsOn: [cluster, network, ...this.addAdministrators(name, args)] },
    );
    this.enforceNetworkPolicies(name);
    this.collectLogs(name);
    this.registerOutputs({ clusterName: this.clusterName });
  }

  private addAdministrators(name: string, { callerArn, config }: ClusterArgs): Resource[] {
    const deployer = () => aws.iam.getSessionContextOutput({ arn: callerArn }, { parent: this }).issuerArn;
    const administrators: Input<string>[] = config.administrators.length > 0 ? config.administrators : [deployer()];
    return administrators.map((principalArn, index) => {
      const entry = new aws.eks.AccessEntry(
        `${name}-administrator-${index}`,
        { clusterName: this.clusterName, principalArn },
        { parent: this },
      );
      return new aws.eks.AccessPolicyAssociation(
        `${name}-administrator-${index}`,
        {
          clusterName: this.clusterName,
          principalArn: entry.principalArn,
          policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy',
          accessScope: { type: 'cluster' },
        },
        { parent: this },
      );
    });
  }

  /** Without it, Auto Mode takes network policies and does nothing with them. It may be there already, or not. */
  private enforceNetworkPolicies(name: string): void {
    new kubernetes.core.v1.ConfigMapPatch(
      `${name}-network-policies`,
      {
        metadata: {
          name: 'amazon-vpc-cni',
          namespace: 'kube-system',
          annotations: { 'pulumi.com/patchForce': 'true' },
        },
        data: { 'enable-network-policy-controller': 'true' },
      },
      { parent: this, provider: this.provider },
    );
  }

  /** What pods say is kept in CloudWatch: a node that is not needed any more goes with all that was on it. */
  private collectLogs(name: string): void {
    const role = new ServiceRole(
      `${name}-agent`,
      {
        trusted: ['pods.eks.amazonaws.com'],
        trustedActions: ['sts:AssumeRole', 'sts:TagSession'],
        managedPolicies: ['CloudWatchAgentServerPolicy'],
      },
      { parent: this },
    );
    new aws.eks.Addon(
      `${name}-observability`,
      {
        clusterName: this.clusterName,
        addonName: 'amazon-cloudwatch-observability',
        podIdentityAssociations: [{ serviceAccount: 'cloudwatch-agent', roleArn: role.arn }],
        resolveConflictsOnCreate: 'OVERWRITE',
        resolveConflictsOnUpdate: 'OVERWRITE',
      },
      // Its pods need the nodes' way out and rights, as all others do.
      { parent: this, dependsOn: [role, this.provider] },
    );
  }
}
