import * as aws from '@pulumi/aws';
import { ComponentResource, type ComponentResourceOptions, type Input } from '@pulumi/pulumi';
import type { Statement } from './policy-document.ts';
import { ServiceRole } from './service-role.ts';

export interface PodIdentityArgs {
  clusterName: Input<string>;
  namespace: string;
  serviceAccount: string;
  statements: Statement[];
}

/**
 * The rights of a service account's pods in AWS. Pods get them only if the association exists before the pod, so Pulumi
 * resources that make pods depend on this component.
 */
export class PodIdentity extends ComponentResource {
  constructor(name: string, args: PodIdentityArgs, options?: ComponentResourceOptions) {
    super('delaywatch:PodIdentity', name, {}, options);
    const { clusterName, namespace, serviceAccount, statements } = args;
    const role = new ServiceRole(
      name,
      {
        trusted: ['pods.eks.amazonaws.com'],
        trustedActions: ['sts:AssumeRole', 'sts:TagSession'],
        statements,
      },
      { parent: this },
    );
    new aws.eks.PodIdentityAssociation(
      name,
      { clusterName, namespace, serviceAccount, roleArn: role.arn },
      { parent: this, dependsOn: [role] },
    );
    this.registerOutputs({ roleArn: role.arn });
  }
}
