import * as aws from '@pulumi/aws';
import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from '@pulumi/pulumi';
import { policyDocument, type Statement } from './policy-document.ts';

export interface ServiceRoleArgs {
  /** Services of AWS that may take the role, such as eks.amazonaws.com. */
  trusted: string[];
  /** The actions with which they assume it; only `sts:AssumeRole` by default. */
  trustedActions?: string[];
  /** Conditions on the trust, such as the account that a service acts for. */
  trustedIf?: Statement['Condition'];
  /** Policies that AWS keeps, by name: `AmazonEKSClusterPolicy`. */
  managedPolicies?: string[];
  /** Other statements of the role's policy. */
  statements?: Statement[];
}

/**
 * A role of IAM with all its rights. Who uses it depends on the component, not only on the role: so the rights are there
 * before, and go after. (As long as all are the component's own children: Pulumi does not look for more below a resource.)
 */
export class ServiceRole extends ComponentResource {
  readonly arn: Output<string>;
  /** The role itself, for resources that do not take an ARN. They depend on this component all the same. */
  readonly role: aws.iam.Role;

  constructor(name: string, args: ServiceRoleArgs, options?: ComponentResourceOptions) {
    super('delaywatch:ServiceRole', name, {}, options);
    const { trusted, trustedActions = ['sts:AssumeRole'], trustedIf, managedPolicies = [], statements = [] } = args;
    const trust: Statement = { Sid: 'Trust', Principal: { Service: trusted }, Action: trustedActions };
    const role = new aws.iam.Role(
      name,
      { assumeRolePolicy: policyDocument([{ ...trust, ...(trustedIf && { Condition: trustedIf }) }]) },
      { parent: this },
    );
    for (const policy of managedPolicies) {
      const policyArn = `arn:aws:iam::aws:policy/${policy}`;
      new aws.iam.RolePolicyAttachment(
        `${name}-${policy.replace(/^.*\//, '')}`,
        { role: role.name, policyArn },
        { parent: this },
      );
    }
    if (statements.length > 0) {
      new aws.iam.RolePolicy(name, { role: role.name, policy: policyDocument(statements) }, { parent: this });
    }
    this.role = role;
    this.arn = role.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

/**
 * The condition that a service acts for this account. Without it, another account could make the service use the role.
 */
export function onlyFor(accountId: Input<string>): NonNullable<Statement['Condition']> {
  return { StringEquals: { 'aws:SourceAccount': accountId } };
}
