/** Airflow looks up variables and connections whose names begin with this in Secrets Manager. */
const ours = 'delaywatch_';
/** The variable with the topic that the DAG's notices go to. */
export const noticeTopicVariable = `${ours}notice_topic`;

/** Where the names of Airflow's secrets begin, in Secrets Manager. */
export function secretPrefix(environment: string): string {
  return `${environment}/airflow`;
}

/** Options that make Airflow look up our variables and connections in Secrets Manager, and no others. */
export function secretsBackend(environment: string): Record<string, string> {
  const prefix = secretPrefix(environment);
  return {
    'secrets.backend': 'airflow.providers.amazon.aws.secrets.secrets_manager.SecretsManagerBackend',
    'secrets.backend_kwargs': JSON.stringify({
      connections_prefix: `${prefix}/connections`,
      connections_lookup_pattern: `^${ours}`,
      variables_prefix: `${prefix}/variables`,
      variables_lookup_pattern: `^${ours}`,
      config_prefix: null,
    }),
  };
}
