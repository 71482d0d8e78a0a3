/** Arguments that say what the component shall not make, and have no other effect in Auto Mode. */
const switches = ['skipDefaultNodeGroup', 'corednsAddonOptions', 'createOidcProvider', 'vpcId'];

/**
 * The inputs of `aws:eks/cluster:Cluster` that the component of @pulumi/eks 4.3 makes from its own in Auto Mode, as its source
 * has them (nodejs/eks/cluster/cluster.ts, `createCore`). The component runs in a process of its own, which tests do without.
 * @param roleArn ARN of `serviceRole`
 * @throws Error for an argument that it does not know, or without which the component would make more than the cluster
 */
export function clusterInputs<Arn>(name: string, inputs: Record<string, any>, roleArn: Arn): Record<string, any> {
  const {
    serviceRole,
    autoMode,
    authenticationMode,
    kubernetesServiceIpAddressRange,
    subnetIds,
    endpointPrivateAccess,
    endpointPublicAccess,
    publicAccessCidrs,
    ...others
  } = inputs;
  const missing = Object.entries({
    serviceRole: serviceRole !== undefined,
    'autoMode.enabled': autoMode?.enabled === true,
    'autoMode.createNodeRole: false': autoMode?.createNodeRole === false,
    'skipDefaultNodeGroup: true': others.skipDefaultNodeGroup === true,
    'corednsAddonOptions.enabled: false': others.corednsAddonOptions?.enabled === false,
    'createOidcProvider: false': others.createOidcProvider === false,
    vpcId: others.vpcId !== undefined,
  }).flatMap(([argument, given]) => (given ? [] : [argument]));
  if (missing.length > 0) throw new Error(`eks.Cluster ${name} lacks ${missing.join(', ')}: it would make more`);
  const passedOn = ['name', 'version', 'enabledClusterLogTypes', 'upgradePolicy', 'deletionProtection'];
  const unknown = Object.keys(others).filter((key) => ![...passedOn, ...switches].includes(key));
  if (unknown.length > 0) throw new Error(`eks.Cluster ${name} has ${unknown.join(', ')}, unknown to this test`);
  return {
    ...Object.fromEntries(passedOn.map((key) => [key, others[key]])),
    roleArn,
    computeConfig: { enabled: true, nodePools: ['general-purpose', 'system'], ...autoMode.computeConfig },
    storageConfig: { blockStorage: { enabled: true } },
    kubernetesNetworkConfig: {
      serviceIpv4Cidr: kubernetesServiceIpAddressRange,
      ipFamily: 'ipv4',
      elasticLoadBalancing: { enabled: true },
    },
    bootstrapSelfManagedAddons: false,
    vpcConfig: { subnetIds, endpointPrivateAccess, endpointPublicAccess, publicAccessCidrs },
    tags: { Name: `${name}-eksCluster` },
    accessConfig: { authenticationMode, bootstrapClusterCreatorAdminPermissions: true },
  };
}
