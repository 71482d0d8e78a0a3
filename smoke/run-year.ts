import { setTimeout as sleep } from 'node:timers/promises';
import type { Deployment } from './deployment.ts';

export interface YearRun {
  year: number;
  /** Whether to switch a paused DAG on, which also starts the catchup. */
  paused: 'refuse' | 'switch on';
  secondsBetweenLooks: number;
  /** Called when something has changed. */
  tell(line: string): void;
}

const dag = '/dags/flight_delays';

/**
 * Have a year acquired and run, and wait.
 * @returns the rows that `load` has written
 * @throws Error that tells which task failed, and how to read its log
 */
export async function runYear(
  deployment: Deployment,
  { year, paused, secondsBetweenLooks, tell }: YearRun,
): Promise<number> {
  const { airflow } = deployment;
  const { is_paused: isPaused } = await airflow('GET', dag);
  if (isPaused && paused === 'refuse') {
    throw new Error(
      'flight_delays is paused, so that a run would only wait. Switching it on starts the runs of all years from firstYear on: do so in Airflow, or by --switch-on',
    );
  }
  if (isPaused) await airflow('PATCH', dag, { is_paused: false });
  // MWAA takes no path of more than 64 characters, and Airflow's own names of runs leave no room for those of tasks.
  const run = `s${Math.floor(Date.now() / 1000).toString(36)}`;
  await airflow('POST', `${dag}/dagRuns`, { dag_run_id: run, logical_date: null, conf: { year } });
  const path = `${dag}/dagRuns/${run}`;
  tell(`run ${run} of ${year} is under way`);
  let before = '';
  while (true) {
    const { state } = await airflow('GET', path);
    const { task_instances: tasks } = await airflow('GET', `${path}/taskInstances`);
    const line = summary(tasks);
    if (line !== before) tell(line);
    before = line;
    if (state === 'success') break;
    if (state === 'failed') {
      const failed = tasks.filter((task: any) => task.state === 'failed').map((task: any) => task.task_id);
      throw new Error(
        `the run failed in ${[...new Set(failed)].join(', ')}; its log in Airflow says why, docs/operations.md what to do`,
      );
    }
    await sleep(secondsBetweenLooks * 1000);
  }
  const { task_instances: tasks } = await airflow('GET', `${path}/taskInstances`);
  const load = tasks.find((task: any) => task.task_id === 'load');
  if (!load || tasks.length < 6) throw new Error(`the run is a success of ${tasks.length} tasks; expected all six`);
  const log = JSON.stringify(await airflow('GET', `${path}/taskInstances/load/logs/${load.try_number}`));
  const rows = /\brows=(\d+)/.exec(log)?.[1];
  if (!rows) throw new Error("the log of load tells no rows; expected a line 'loaded rows=…'");
  return Number(rows);
}

function summary(tasks: { task_id: string; state: string | null }[]): string {
  return tasks.map(({ task_id, state }) => `${task_id} ${state ?? 'waits'}`).join(', ');
}
