import { type Notice, startTopic } from './topic.ts';

/** An SNS topic whose address lies in Secrets Manager, and its one subscriber. */
export interface NoticeBoard {
  /** What came so far. */
  notices: Notice[];
  /** Airflow's variables for it, with the secrets backend as MWAA has it. */
  environment: Record<string, string>;
  stop(): Promise<void>;
}

/** @param variable the Airflow variable that holds the topic's address */
export async function startNoticeBoard(variable: string): Promise<NoticeBoard> {
  const { arn, notices, environment, addSecret, stop } = await startTopic();
  await addSecret(`delaywatch/variables/${variable}`, arn);
  return {
    notices,
    environment: {
      ...environment,
      AWS_DEFAULT_REGION: environment.AWS_REGION,
      AIRFLOW__SECRETS__BACKEND: 'airflow.providers.amazon.aws.secrets.secrets_manager.SecretsManagerBackend',
      AIRFLOW__SECRETS__BACKEND_KWARGS: JSON.stringify({
        connections_prefix: 'delaywatch/connections',
        connections_lookup_pattern: '^delaywatch_',
        variables_prefix: 'delaywatch/variables',
        variables_lookup_pattern: '^delaywatch_',
      }),
    },
    stop,
  };
}
