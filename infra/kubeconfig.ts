/** Where a cluster of EKS answers. */
export interface ClusterAddress {
  clusterName: string;
  endpoint: string;
  /** Its certificate authority, in base64. */
  certificateAuthority: string;
  region: string;
}

/** A kubeconfig without a secret, since it authenticates with the AWS CLI. It is JSON, which is also YAML. */
export function kubeconfig({ clusterName, endpoint, certificateAuthority, region }: ClusterAddress): string {
  const getToken = {
    apiVersion: 'client.authentication.k8s.io/v1beta1',
    command: 'aws',
    args: ['--region', region, 'eks', 'get-token', '--cluster-name', clusterName, '--output', 'json'],
    interactiveMode: 'Never',
  };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: clusterName, cluster: { server: endpoint, 'certificate-authority-data': certificateAuthority } },
    ],
    users: [{ name: clusterName, user: { exec: getToken } }],
    contexts: [{ name: clusterName, context: { cluster: clusterName, user: clusterName } }],
    'current-context': clusterName,
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
