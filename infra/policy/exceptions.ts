/** An exception from the rules: the statement of a resource that is allowed, and the reason. */
export interface Exception {
  /** Name of the Pulumi resource. */
  resource: string;
  sid: string;
  reason: string;
}

/** All that may have a wildcard as its resource. */
export const wildcardResources: Exception[] = [
  { resource: 'airflow', sid: 'AccountPublicAccess', reason: 'the action is about the account and takes no resource' },
  { resource: 'airflow', sid: 'FindLogs', reason: 'MWAA lists log groups; the action takes no narrower resource' },
  { resource: 'network-flows', sid: 'FindFlowLogs', reason: 'a list of log groups takes no narrower resource' },
  { resource: 'airflow', sid: 'PutMetrics', reason: 'the action takes no resource' },
  { resource: 'airflow', sid: 'CeleryQueues', reason: "the queues are in an account of MWAA's own that is not known" },
  { resource: 'airflow', sid: 'CeleryKey', reason: "the queues' key is in that account; only by way of SQS" },
];

/** All that may have a wildcard among its actions. */
export const wildcardActions: Exception[] = [
  {
    resource: 'airflow',
    sid: 'ReadDags',
    reason: 'MWAA checks many settings of its bucket; reading only, that bucket only',
  },
  {
    resource: 'airflow',
    sid: 'CeleryKey',
    reason: 'both kinds of data keys, of which MWAA does not say which it takes',
  },
];

/** A managed policy of AWS with wide rights may be attached only to the role of the service that asks for it. */
export const managedPolicies: Record<string, string> = {
  AmazonEKSClusterPolicy: 'asked for by EKS',
  AmazonEKSComputePolicy: 'asked for by EKS Auto Mode',
  AmazonEKSBlockStoragePolicy: 'asked for by EKS Auto Mode',
  AmazonEKSLoadBalancingPolicy: 'asked for by EKS Auto Mode',
  AmazonEKSNetworkingPolicy: 'asked for by EKS Auto Mode',
  AmazonEKSWorkerNodeMinimalPolicy: 'what a node of Auto Mode needs at least',
  AmazonEC2ContainerRegistryPullOnly: 'nodes pull images',
  CloudWatchAgentServerPolicy: 'the agent writes logs and metrics',
};

/** Types of resources that cannot have tags. Any other resource without tags is refused. */
export const untaggable = [
  'aws:ec2/route:Route',
  'aws:ec2/routeTableAssociation:RouteTableAssociation',
  'aws:ecr/lifecyclePolicy:LifecyclePolicy',
  'aws:eks/accessPolicyAssociation:AccessPolicyAssociation',
  'aws:iam/rolePolicy:RolePolicy',
  'aws:iam/rolePolicyAttachment:RolePolicyAttachment',
  'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration',
  'aws:s3/bucketOwnershipControls:BucketOwnershipControls',
  'aws:s3/bucketPolicy:BucketPolicy',
  'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock',
  'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration',
  'aws:s3/bucketVersioning:BucketVersioning',
  'aws:secretsmanager/secretVersion:SecretVersion',
  'aws:sns/topicPolicy:TopicPolicy',
  'aws:sns/topicSubscription:TopicSubscription',
];
