import { type DagSettings, defaultDagSettings } from '../local/dag-settings.ts';
import { noticeTopicVariable } from './airflow-secrets.ts';
import type { Config } from './config.ts';

/**
 * What the DAGs read beside themselves, for a stack: the committed settings and what the stack says otherwise.
 * @param dashboardUrl where people open the dashboard; null: only by a forwarded port
 */
export function dagSettings(image: string, config: Config['airflow'], dashboardUrl: string | null = null): DagSettings {
  const tasks = Object.entries(defaultDagSettings.tasks).map(([task, size]) => [
    task,
    { ...size, at_once: config.podsAtOnce[task as keyof DagSettings['tasks']] ?? size.at_once },
  ]);
  return {
    ...defaultDagSettings,
    image,
    first_year: config.firstYear,
    notice_topic_variable: noticeTopicVariable,
    dashboard_url: dashboardUrl,
    tasks: Object.fromEntries(tasks),
  };
}
