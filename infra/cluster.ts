import * as aws from '@pulumi/aws';
import * as eks from '@pulumi/eks';
import * as kubernetes from '@pulumi/kubernetes';
import {
  all,
  ComponentResource,
  type ComponentResourceOptions,
  type Output,
  type Resource,
  type ResourceTransform,
} from '@pulumi/pulumi';
import type { Config } from './config.ts';
import { kubeconfig } from './kubeconfig.ts';
import type { Network } from './network.ts';
import { ServiceRole } from './service-role.ts';

export interface ClusterArgs {
  /** Name of the EKS cluster. Its log groups use it as their prefix. */
  name: string;
  region: string;
  /** The role or user that runs Pulumi: it always administers the cluster, so that nobody locks themselves out by a setting. */
  deployerArn: string;
  logDays: number;
  /**
   * Tags of the cluster. All other resources get theirs from `tagAll`, which does not reach resources of a remote
   * component.
   */
  tags: Record<string, string>;
  /** Whether Pulumi and EKS refuse to destroy the cluster. */
  protect: boolean;
  config: Config['cluster'];
  network: Network;
}

/** What EKS itself logs; the scheduler and the controllers say little that helps. */
const controlPlaneLogs = ['api', 'audit', 'authenticator'];
/** Log groups that the agent of the observability add-on would otherwise make itself, with records that never expire. */
const containerLogs = ['application', 'dataplane', 'host', 'performance'];

/**
 * Kubernetes: EKS in Auto Mode, which brings nodes when pods ask for them, load balancers, and the agent of Pod Identity.
 * The API is reached from the VPC and from the addresses that are set, by those in IAM who have an access entry.
 */
export class Cluster extends ComponentResource {
  readonly clusterName: Output<string>;
  /** The group of all nodes and, with them, of all pods, and of the API's addresses in the VPC. */
  readonly securityGroupId: Output<string>;
  readonly kubeconfig: Output<string>;
  /** Applies objects once nodes, network, rights and the agent are there, and removes them before those go. */
  readonly provider: kubernetes.Provider;

  constructor(name: string, args: ClusterArgs, options?: ComponentResourceOptions) {
    super('delaywatch:Cluster', name, {}, options);
    const { region, logDays, config, network } = args;
    const parent = { parent: this };

    // The log groups exist before the cluster and until after its removal. A cluster that is being removed still writes
    // logs, and would make them again.
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
    const { eksCluster, clusterSecurityGroupId } = new eks.Cluster(
      name,
      {
        name: args.name,
        version: config.version,
        serviceRole: role.role,
        authenticationMode: 'API',
        autoMode: {
          enabled: true,
          createNodeRole: false,
          computeConfig: { nodePools: ['general-purpose', 'system'], nodeRoleArn: nodeRole.arn },
        },
        vpcId: network.vpcId,
        subnetIds: network.privateSubnetIds,
        kubernetesServiceIpAddressRange: config.serviceCidr,
        endpointPrivateAccess: true,
        endpointPublicAccess: true,
        publicAccessCidrs: config.publicAccessCidrs,
        enabledClusterLogTypes: controlPlaneLogs,
        upgradePolicy: { supportType: 'STANDARD' },
        deletionProtection: args.protect,
        // Auto Mode has its own DNS and nodes, and Pod Identity needs no OIDC provider.
        skipDefaultNodeGroup: true,
        corednsAddonOptions: { enabled: false },
        createOidcProvider: false,
      },
      {
        ...parent,
        protect: args.protect,
        transforms: [asOurs(args.tags)],
        // Nodes need the way to the internet as long as they exist.
        dependsOn: [role, nodeRole, ...logs, network],
      },
    );
    this.clusterName = eksCluster.name;
    this.securityGroupId = clusterSecurityGroupId;
    this.kubeconfig = all([eksCluster.name, eksCluster.endpoint, eksCluster.certificateAuthority.data]).apply(
      ([clusterName, endpoint, certificateAuthority]) =>
        kubeconfig({ clusterName, endpoint, certificateAuthority, region }),
    );
    const administrators = this.addAdministrators(name, args);
    const agent = this.collectLogs(name, administrators);
    this.provider = new kubernetes.Provider(
      name,
      { kubeconfig: this.kubeconfig, clusterIdentifier: args.name },
      { ...parent, dependsOn: [network, ...administrators, agent] },
    );
    this.enforceNetworkPolicies(name);
    this.registerOutputs({ clusterName: this.clusterName });
  }

  /** Each is called after who it is: EKS takes nobody twice, also not while one that is listed elsewhere now goes. */
  private addAdministrators(name: string, { deployerArn, config }: ClusterArgs): Resource[] {
    const administrators = new Set([...config.administrators, deployerArn]);
    return [...administrators].map((principalArn) => {
      const [who] = /[^:]*$/.exec(principalArn)!;
      const label = `${name}-administrator-${who}`;
      const entry = new aws.eks.AccessEntry(label, { clusterName: this.clusterName, principalArn }, { parent: this });
      return new aws.eks.AccessPolicyAssociation(
        label,
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

  /**
   * Without this setting, Auto Mode accepts network policies and does not enforce them. The ConfigMap may exist already.
   */
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

  /**
   * What pods say is kept in CloudWatch: a node that is not needed any more goes with all that was on it. The agent is there
   * before the first of them, and goes after the last.
   * @param administrators made before: the API hears of them up to a minute later than AWS says, and a node for the agent takes
   *   longer; so it knows them when it is asked for the first object
   */
  private collectLogs(name: string, administrators: Resource[]): Resource {
    const role = new ServiceRole(
      `${name}-agent`,
      {
        trusted: ['pods.eks.amazonaws.com'],
        trustedActions: ['sts:AssumeRole', 'sts:TagSession'],
        managedPolicies: ['CloudWatchAgentServerPolicy'],
      },
      { parent: this },
    );
    return new aws.eks.Addon(
      `${name}-observability`,
      {
        clusterName: this.clusterName,
        addonName: 'amazon-cloudwatch-observability',
        // Since version 5 the add-on would otherwise inject its own tracer into Superset's pods and bill each request.
        configurationValues: JSON.stringify({
          manager: { applicationSignals: { autoMonitor: { monitorAllServices: false } } },
        }),
        podIdentityAssociations: [{ serviceAccount: 'cloudwatch-agent', roleArn: role.arn }],
        resolveConflictsOnCreate: 'OVERWRITE',
        resolveConflictsOnUpdate: 'OVERWRITE',
      },
      { parent: this, dependsOn: [role, ...administrators] },
    );
  }
}

/**
 * Set what the EKS component has no argument for. Otherwise the creator of the cluster would be an administrator besides the
 * access entries (pulumi-eks #2373), and its resources would have no tags, since `tagAll` does not reach them.
 */
function asOurs(tags: Record<string, string>): ResourceTransform {
  return ({ type, props, opts }) => {
    if (type !== 'aws:eks/cluster:Cluster') return undefined;
    const accessConfig = { ...props.accessConfig, bootstrapClusterCreatorAdminPermissions: false };
    return { props: { ...props, accessConfig, tags: { ...tags, Name: props.name } }, opts };
  };
}
