import defaults from '../dags/settings.json' with { type: 'json' };

/** What the DAG reads beside itself; docs/operations.md tells what each means. */
export type DagSettings = Omit<typeof defaults, 'context' | 'notice_topic_variable' | 'dashboard_url'> & {
  context: string | null;
  notice_topic_variable: string | null;
  dashboard_url: string | null;
};

export const defaultDagSettings: DagSettings = defaults;
