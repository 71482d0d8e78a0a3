import defaults from '../dags/settings.json' with { type: 'json' };

/** The settings that the DAG reads from the file beside it. docs/operations.md explains each of them. */
export type DagSettings = Omit<typeof defaults, 'context' | 'notice_topic_variable' | 'dashboard_url'> & {
  context: string | null;
  notice_topic_variable: string | null;
  dashboard_url: string | null;
};

export const defaultDagSettings: DagSettings = defaults;
