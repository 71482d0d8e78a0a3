import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { startS3Server } from '../../local/s3-server.ts';

/** A message as a subscriber gets it. */
export interface Notice {
  Subject: string;
  Message: string;
}

/** An SNS topic (moto has one) with a subscriber, and a place for secrets. */
export interface TestTopic {
  arn: string;
  /** What came so far. */
  notices: Notice[];
  /** The SDK's variables. */
  environment: Record<string, string>;
  /** @returns the ARN of a new secret */
  addSecret(name: string, text: string): Promise<string>;
  stop(): Promise<void>;
}

export async function startTopic(): Promise<TestTopic> {
  const notices: Notice[] = [];
  const subscriber = createServer(async (request, response) => {
    const notice = (await json(request)) as Notice & { Type: string };
    if (notice.Type === 'Notification') notices.push(notice);
    response.end();
  }).listen(0, '127.0.0.1');
  await once(subscriber, 'listening');
  const { port } = subscriber.address() as AddressInfo;
  const moto = await startS3Server();
  const endpoint = `http://127.0.0.1:${moto.port}`;
  const options = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const sns = new SNSClient(options);
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'notices' }));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint: `http://127.0.0.1:${port}/` }));
  return {
    arn: TopicArn!,
    notices,
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
    addSecret: async (Name, SecretString) => {
      const { ARN } = await new SecretsManagerClient(options).send(new CreateSecretCommand({ Name, SecretString }));
      return ARN!;
    },
    stop: async () => {
      await moto.stop();
      subscriber.closeAllConnections();
      subscriber.close();
    },
  };
}
