// The provider of `eks:index:Cluster` for Pulumi's engine, a process of its own as the real one is: it prints its port.
import * as aws from '@pulumi/aws';
import * as kubernetes from '@pulumi/kubernetes';
import { ComponentResource, type ComponentResourceOptions, type Inputs, output, provider } from '@pulumi/pulumi';
import { clusterInputs } from './eks-component.ts';

/** What the component of @pulumi/eks makes in Auto Mode, by its names. */
class Cluster extends ComponentResource {
  readonly state: Inputs;

  constructor(name: string, inputs: Inputs, options: ComponentResourceOptions) {
    super('eks:index:Cluster', name, inputs, options);
    const roleArn = output(inputs.serviceRole).apply(({ arn }: aws.iam.Role) => arn);
    const eksCluster = new aws.eks.Cluster(
      `${name}-eksCluster`,
      clusterInputs(name, inputs, roleArn) as aws.eks.ClusterArgs,
      {
        parent: this,
        ignoreChanges: ['accessConfig.bootstrapClusterCreatorAdminPermissions', 'bootstrapSelfManagedAddons'],
      },
    );
    new kubernetes.Provider(`${name}-eks-k8s`, { kubeconfig: eksCluster.endpoint }, { parent: this });
    this.state = { eksCluster, clusterSecurityGroupId: eksCluster.vpcConfig.clusterSecurityGroupId };
    this.registerOutputs(this.state);
  }
}

const component: provider.Provider = {
  version: '4.3.0',
  construct: async (name, type, inputs, options) => {
    if (type !== 'eks:index:Cluster') throw new Error(`the program makes ${type}, which this provider does not know`);
    const { urn, state } = new Cluster(name, inputs, options);
    return { urn, state };
  },
};
await provider.main(component, process.argv.slice(2));
