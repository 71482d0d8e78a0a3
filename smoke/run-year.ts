import { setTimeout as sleep } from 'node:timers/promises';
import pRetry from 'p-retry';
import settings from '../dags/settings.json' with { type: 'json' };
import type { Deployment } from './deployment.ts';

export interface YearRun {
  year: number;
  /** Whether to switch a paused DAG on, which also starts the catchup. */
  paused: 'refuse' | 'switch on';
  secondsBetweenLooks: number;
  /** Called when something has changed. */
  tell(line: string): void;
}

const dagId = 'flight_delays';
const dag = `/dags/${dagId}`;
/** A task each. */
const commands = Object.keys(settings.tasks);
/** A new DAG is there within some minutes; at 15 seconds between looks these are 15. */
const looksForDag = 60;
/** How often in a row Airflow may fail to answer; it does while it is restarted. */
const failuresInARow = 4;

/**
 * Have a year acquired and run, and wait. What only looks is asked again when it fails; what changes something is asked for
 * once, since it may have taken effect.
 * @returns the rows that `load` has written
 * @throws Error that tells which task failed, and how to read its log; or that Airflow does not know the DAG or stays away
 */
export async function runYear(
  deployment: Deployment,
  { year, paused, secondsBetweenLooks, tell }: YearRun,
): Promise<number> {
  const { airflow } = deployment;
  const millisecondsBetweenLooks = secondsBetweenLooks * 1000;
  const look = (path: string) =>
    pRetry(() => airflow('GET', path), {
      retries: failuresInARow,
      minTimeout: millisecondsBetweenLooks,
      factor: 1,
      onFailedAttempt: ({ error, retriesLeft }) => {
        if (retriesLeft > 0) tell(`${error.message}; asking again`);
      },
    });
  const isPaused = await pausedOnceRead({ look, millisecondsBetweenLooks, tell });
  if (isPaused && paused === 'refuse') {
    throw new Error(
      'flight_delays is paused, so that a run would only wait. Unpause it in Airflow or with --switch-on; this starts the runs of all years from firstYear on',
    );
  }
  if (isPaused) await airflow('PATCH', dag, { is_paused: false });
  // MWAA accepts paths of at most 64 characters, so the run gets a short id: Airflow's own ids leave no room for the
  // names of tasks.
  const run = `s${Math.floor(Date.now() / 1000).toString(36)}`;
  await airflow('POST', `${dag}/dagRuns`, { dag_run_id: run, logical_date: null, conf: { year } });
  const path = `${dag}/dagRuns/${run}`;
  tell(`run ${run} of ${year} has started`);
  let before = '';
  while (true) {
    const { state } = await look(path);
    const { task_instances: tasks } = await look(`${path}/taskInstances`);
    const line = summary(tasks);
    if (line !== before) tell(line);
    before = line;
    if (state === 'success') break;
    if (state === 'failed') {
      const failed = tasks.filter((task: any) => task.state === 'failed').map((task: any) => task.task_id);
      throw new Error(
        `the run failed in ${[...new Set(failed)].join(', ')}; the log in Airflow says why, and docs/operations.md says what to do`,
      );
    }
    await sleep(millisecondsBetweenLooks);
  }
  const { task_instances: tasks } = await look(`${path}/taskInstances`);
  const missing = commands.filter((command) => !tasks.some((task: any) => task.task_id === command));
  if (missing.length > 0)
    throw new Error(`the run succeeded without ${missing.join(', ')}; expected a task for each command`);
  const load = tasks.find((task: any) => task.task_id === 'load');
  const log = JSON.stringify(await look(`${path}/taskInstances/load/logs/${load.try_number}`));
  const rows = /\brows=(\d+)/.exec(log)?.[1];
  if (!rows) throw new Error("the log of load has no number of rows; expected a line 'loaded rows=…'");
  return Number(rows);
}

interface Wait {
  look(path: string): Promise<any>;
  millisecondsBetweenLooks: number;
  tell(line: string): void;
}

/**
 * Wait for the DAG: after `pulumi up` it lies in the bucket, and MWAA has yet to fetch and read it.
 * @returns whether it is paused
 */
async function pausedOnceRead({ look, millisecondsBetweenLooks, tell }: Wait): Promise<boolean> {
  for (let looks = 1; looks <= looksForDag; looks++) {
    // It lists all DAGs, since asking for one that Airflow has not read yet is answered with an error like any other.
    const { dags } = await look('/dags');
    const found = dags.find(({ dag_id }: { dag_id: string }) => dag_id === dagId);
    if (found) return found.is_paused;
    if (looks === 1) tell(`Airflow has not read ${dagId} yet; waiting up to 15 minutes`);
    await sleep(millisecondsBetweenLooks);
  }
  throw new Error(
    `Airflow still has no ${dagId}; look for import errors on its page Dags and in the environment's log of the DAG processor`,
  );
}

function summary(tasks: { task_id: string; state: string | null }[]): string {
  return tasks.map(({ task_id, state }) => `${task_id} ${state ?? 'waits'}`).join(', ');
}
