import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { pythonEnvironment } from '../../local/python-environment.ts';
import { startS3Server } from '../../local/s3-server.ts';

export interface Notice {
  Subject: string;
  Message: string;
}

/** An SNS topic whose address lies in Secrets Manager (moto has both), and its one subscriber. */
export interface NoticeBoard {
  /** What came so far. */
  notices: Notice[];
  /** Airflow's variables for it, with the secrets backend as MWAA has it. */
  environment: Record<string, string>;
  stop(): Promise<void>;
}

const setUp = `
import sys, boto3
endpoint, subscriber, variable = sys.argv[1:]
aws = lambda service: boto3.client(service, endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
topic = aws("sns").create_topic(Name="notices")["TopicArn"]
aws("sns").subscribe(TopicArn=topic, Protocol="http", Endpoint=subscriber)
aws("secretsmanager").create_secret(Name=f"delaywatch/variables/{variable}", SecretString=topic)
`;

/** @param variable the Airflow variable that holds the topic's address */
export async function startNoticeBoard(variable: string): Promise<NoticeBoard> {
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
  const python = pythonEnvironment('airflow', new URL('../../local/airflow-requirements.txt', import.meta.url));
  execFileSync(python, ['-c', setUp, endpoint, `http://127.0.0.1:${port}/`, variable]);
  return {
    notices,
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AIRFLOW__SECRETS__BACKEND: 'airflow.providers.amazon.aws.secrets.secrets_manager.SecretsManagerBackend',
      AIRFLOW__SECRETS__BACKEND_KWARGS: JSON.stringify({
        connections_prefix: 'delaywatch/connections',
        connections_lookup_pattern: '^delaywatch_',
        variables_prefix: 'delaywatch/variables',
        variables_lookup_pattern: '^delaywatch_',
      }),
    },
    stop: async () => {
      await moto.stop();
      subscriber.closeAllConnections();
      subscriber.close();
    },
  };
}
