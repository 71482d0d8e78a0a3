import * as aws from '@pulumi/aws';
import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from '@pulumi/pulumi';
import { policyDocument } from './policy-document.ts';

export interface NoticesArgs {
  name: string;
  accountId: Input<string>;
  email: string | null;
}

/**
 * The topic for digests and for messages of alarms, the budget and the DAG, with its subscriber, who has to confirm the
 * e-mail by a click.
 */
export class Notices extends ComponentResource {
  readonly topicArn: Output<string>;

  constructor(name: string, { name: topicName, accountId, email }: NoticesArgs, options?: ComponentResourceOptions) {
    super('delaywatch:Notices', name, {}, options);
    const topic = new aws.sns.Topic(name, { name: topicName }, { parent: this });
    new aws.sns.TopicPolicy(
      name,
      {
        arn: topic.arn,
        policy: policyDocument([
          {
            Sid: 'Alarms',
            Principal: { Service: ['cloudwatch.amazonaws.com', 'budgets.amazonaws.com'] },
            Action: ['sns:Publish'],
            Resource: topic.arn,
            Condition: { StringEquals: { 'aws:SourceAccount': accountId } },
          },
          {
            Sid: 'TlsOnly',
            Effect: 'Deny',
            Principal: '*',
            Action: ['sns:Publish'],
            Resource: topic.arn,
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ]),
      },
      { parent: this },
    );
    if (email) {
      new aws.sns.TopicSubscription(name, { topic: topic.arn, protocol: 'email', endpoint: email }, { parent: this });
    }
    this.topicArn = topic.arn;
    this.registerOutputs({ topicArn: this.topicArn });
  }
}
