import { SettingsError, UnreachableError } from '../errors.ts';
import { isPassingAwsFault } from './is-passing-aws-fault.ts';

/**
 * Publish a message to a topic of Amazon SNS.
 * @param arn of the topic; it tells the region, too
 * @throws UnreachableError when SNS does not answer after the SDK's retries, SettingsError when it refuses
 */
export async function publishToTopic(arn: string, { subject, message }: { subject: string; message: string }) {
  const { PublishCommand, SNSClient } = await import('@aws-sdk/client-sns');
  try {
    const client = new SNSClient({ region: arn.split(':')[3]! });
    await client.send(new PublishCommand({ TopicArn: arn, Subject: subject, Message: message }));
  } catch (error) {
    const { name, message: why } = error as Error;
    if (isPassingAwsFault(error)) {
      throw new UnreachableError(`SNS did not take the message for ${arn} (${why || name}); try again later`);
    }
    throw new SettingsError(
      `the topic ${arn} takes no message (${name}); check NOTICE_TOPIC_ARN and grant this role sns:Publish`,
    );
  }
}
