import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Airflow, startAirflow } from '../../local/airflow.ts';
import { type DagSettings, defaultDagSettings } from '../../local/dag-settings.ts';
import { laptopCluster, sampleSource } from '../../local/pods/laptop-cluster.ts';
import type { Pod } from '../../local/pods/pod.ts';
import { type Cluster, type PodServer, startPodServer } from '../../local/pods/server.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';
import { until } from './until.ts';

export interface TaskInstance {
  task_id: string;
  map_index: number;
  state: string | null;
  try_number: number;
  pid: number | null;
  rendered_map_index: string | null;
}

/** The runs of a DAG. */
interface Runs {
  /** @returns the run's id */
  trigger(conf: Record<string, unknown>, logicalDate?: string | null): Promise<string>;
  run(runId: string): Promise<any>;
  tasks(runId: string): Promise<TaskInstance[]>;
  /** Resolves with the run as soon as it has ended. */
  ended(runId: string): Promise<any>;
  /** The states of a run's tasks, each once: `load success`. */
  states(runId: string): Promise<string[]>;
  /** What Airflow keeps of a task's log. */
  log(runId: string, task: string, attempt?: number): string;
}

/** A real Airflow that runs pods as processes, with a database and a bucket of its own, and short delays; and the runs of
 * flight_delays in it. */
export interface TestAirflow extends Runs {
  airflow: Airflow;
  cluster: Cluster;
  podServer: PodServer;
  database: TestDatabase;
  bucket: string;
  /** Change settings of the DAG, and wait until Airflow has read them. */
  change(settings: Partial<DagSettings>): Promise<void>;
  /** The runs of another DAG. */
  runsOf(dagId: string): Runs;
  /** Put a file with another DAG beside ours, and wait until Airflow has read it. */
  addDag(file: string): Promise<void>;
  /** Keep the next pod of a task from doing anything after it has started. */
  hold(task: string): Promise<Pod>;
  /** Let a pod go on that is held. */
  release(pod: Pod): void;
  /** Its pods of a year, ended or not. */
  pods(task: string, year: number): Pod[];
  stop(): Promise<void>;
}

const dag = '/dags/flight_delays';
/**
 * Starts the program behind it once its file is there. A pod that is stopped by a signal may have done its work before the
 * signal comes, where the machine is busy.
 */
const waitForRelease = 'until [ -e "$0" ]; do sleep 0.05; done; exec "$@"';

export async function startTestAirflow(
  settings: Partial<DagSettings>,
  environment: Record<string, string> = {},
): Promise<TestAirflow> {
  const folder = temporaryFolder();
  const bucket = join(folder, 'bucket');
  const database = await startTestDatabase();
  const cluster = laptopCluster({ bucket, postgres: database.postgres });
  const held = new Map<string, (pod: Pod) => void>();
  cluster.launcherOf = (pod) => {
    const task = pod.manifest.metadata.labels['delaywatch/task'];
    if (!held.has(task)) return [];
    held.get(task)!(pod);
    held.delete(task);
    return ['sh', '-c', waitForRelease, join(folder, pod.name)];
  };
  const podServer = await startPodServer(cluster);
  let current: DagSettings = {
    ...defaultDagSettings,
    source: sampleSource,
    retry: { times: 2, first_minutes: 0.01, longest_minutes: 0.02 },
    // The time is not much shorter, since a scheduler on a busy machine may not have noticed the end of a task yet and
    // would take it for killed at its next start.
    missing_year: { again_hours: 20 / 3600, give_up_days: 120 },
    ...settings,
  };
  const airflow = await startAirflow({
    folder: join(folder, 'airflow'),
    databaseUrl: await database.postgres.addDatabase('airflow'),
    passwordFile: database.postgres.passwordFile,
    settings: current,
    kubeconfig: podServer.kubeconfig,
    environment: {
      AIRFLOW__CORE__PARALLELISM: '8',
      AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL: '1',
      // Airflow looks often, so that it soon finds a file that is added.
      AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL: '2',
      // Airflow soon notices a scheduler that is killed.
      AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC: '1',
      AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD: '15',
      AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL: '2',
      ...environment,
    },
  });
  const runsOf = (dagId: string): Runs => {
    const runPath = (runId: string) => `/dags/${dagId}/dagRuns/${encodeURIComponent(runId)}`;
    const run = (runId: string) => airflow.call('GET', runPath(runId));
    const tasks = async (runId: string): Promise<TaskInstance[]> =>
      (await airflow.call('GET', `${runPath(runId)}/taskInstances`)).task_instances;
    return {
      trigger: async (conf, logicalDate = new Date().toISOString()) =>
        (await airflow.call('POST', `/dags/${dagId}/dagRuns`, { logical_date: logicalDate, conf })).dag_run_id,
      run,
      tasks,
      ended: (runId) =>
        until(async () => {
          const one = await run(runId);
          return ['success', 'failed'].includes(one.state) && one;
        }),
      states: async (runId) =>
        [...new Set((await tasks(runId)).map(({ task_id, state }) => `${task_id} ${state}`))].sort(),
      log: (runId, task, attempt = 1) => {
        const [task_id, index] = task.split(' ');
        const at = [`dag_id=${dagId}`, `run_id=${runId}`, `task_id=${task_id}`, index && `map_index=${index}`];
        const file = join(folder, 'airflow', 'logs', ...at.filter(Boolean).map(String), `attempt=${attempt}.log`);
        return existsSync(file) ? readFileSync(file, 'utf8') : '';
      },
    };
  };
  return {
    airflow,
    cluster,
    podServer,
    database,
    bucket,
    change: async (changes) => {
      current = { ...current, ...changes };
      await airflow.writeSettings(current);
      // It waits for two readings, since the first one that ends may have begun before the change.
      for (let reading = 0; reading < 2; reading++) {
        const { last_parsed_time: before } = await airflow.call('GET', dag);
        await until(async () => (await airflow.call('GET', dag)).last_parsed_time !== before);
      }
    },
    ...runsOf('flight_delays'),
    runsOf,
    addDag: async (file) => {
      copyFileSync(file, join(folder, 'airflow', 'dags', basename(file)));
      const id = basename(file, '.py');
      await until(async () => {
        const { dags } = await airflow.call('GET', '/dags');
        return dags.some(({ dag_id }: { dag_id: string }) => dag_id === id);
      });
    },
    hold: (task) => new Promise((resolve) => held.set(task, resolve)),
    release: (pod) => writeFileSync(join(folder, pod.name), ''),
    pods: (task, year) =>
      podServer.pods().filter(({ manifest: { metadata } }) => {
        return metadata.labels['delaywatch/task'] === task && metadata.labels['delaywatch/year'] === String(year);
      }),
    stop: async () => {
      await airflow.stop();
      await podServer.stop();
      await database.stop();
    },
  };
}
