import { type DagSettings, defaultDagSettings } from '../local/dag-settings.ts';
import { noticeTopicVariable } from './airflow-secrets.ts';
import type { Config } from './config.ts';

/** What the DAG reads beside itself, for a stack: the committed settings and what the stack says otherwise. */
export function dagSettings(image: string, config: Config['airflow']): DagSettings {
  const tasks = Object.entries(defaultDagSettings.tasks).map(([task, size]) => [
    task,
    { ...size, at_once: config.podsAtOnce[task as keyof DagSettings['tasks']] ?? size.at_once },
  ]);
  return {
    ...defaultDagSettings,
    image,
    first_year: config.firstYear,
    notice_topic_variable: noticeTopicVariable,
    tasks: Object.fromEntries(tasks),
  };
}
