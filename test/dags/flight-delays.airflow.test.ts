import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { defaultDagSettings } from '../../local/dag-settings.ts';
import type { Pod } from '../../local/pods/pod.ts';
import { lastCompleteYear } from '../support/last-complete-year.ts';
import { type NoticeBoard, startNoticeBoard } from '../support/notice-board.ts';
import { writeGeneratedYear } from '../support/sample-files.ts';
import { startTestAirflow, type TestAirflow } from '../support/test-airflow.ts';
import { until } from '../support/until.ts';

const thisYear = new Date().getUTCFullYear();
const allGreen = ['acquire', 'detect', 'first_year', 'load', 'migrate', 'publish', 'render', 'tell'].map(
  (task) => `${task} success`,
);
let board: NoticeBoard;
let it: TestAirflow;
/** The pod that looks for the flights of 2014, held since the year 2013 was published. */
let acquire2014: Promise<Pod>;
/** The run of a year whose flights come later. */
let waitingRun: string;

test.before(async () => {
  board = await startNoticeBoard('delaywatch_notice_topic');
  it = await startTestAirflow(
    // The schedule begins with the sample's year; one year at a time, or all years up to now would come.
    { first_year: 2013, runs_at_once: 1, notice_topic_variable: 'delaywatch_notice_topic' },
    board.environment,
  );
});

test.after.always(async () => {
  await it?.stop();
  await board?.stop();
});

async function outliers(year: number): Promise<{ days: number; outliers: number }> {
  const { rows } = await it.database.client.query(
    `SELECT count(*)::int AS days, (count(*) FILTER (WHERE outlier = 1))::int AS outliers FROM dep_delay
     WHERE extract(year FROM date) = $1`,
    [year],
  );
  return rows[0];
}

function flightsFolder(year: number): string {
  const folder = join(it.bucket, 'flights', String(year));
  mkdirSync(folder, { recursive: true });
  return folder;
}

const exitCode = ({ state }: Pod) => ('terminated' in state ? state.terminated.exitCode : undefined);

test.serial('the schedule begins with the first year, and its run loads, draws and publishes it', async (t) => {
  const holdPublish = it.hold('publish');
  t.true((await it.airflow.call('GET', '/dags/flight_delays')).is_paused);
  await it.airflow.call('PATCH', '/dags/flight_delays', { is_paused: false });
  const { dag_runs } = await until(async () => {
    const list = await it.airflow.call('GET', '/dags/flight_delays/dagRuns');
    return list.total_entries > 0 && list;
  });
  t.is((await it.airflow.call('GET', '/importErrors')).total_entries, 0);
  t.like(dag_runs[0], { run_type: 'scheduled', logical_date: '2013-01-03T06:00:00Z' });
  const publish = await holdPublish;
  acquire2014 = it.hold('acquire');
  it.release(publish);
  const run = await it.ended(dag_runs[0].dag_run_id);
  t.is(run.state, 'success');
  t.deepEqual(await it.states(run.dag_run_id), allGreen);
  t.is((await it.tasks(run.dag_run_id)).length, 9);
  t.deepEqual(await outliers(2013), { days: 1_095, outliers: 17 });
  t.deepEqual(readdirSync(join(it.bucket, 'plots', '2013')), ['EWR.png', 'JFK.png', 'LGA.png']);
  t.true(existsSync(join(it.bucket, 'reports', '2013.html')));
});

test.serial('its events are told, and a run that succeeds gives no notice', async (t) => {
  const [pod] = it.pods('tell', 2013);
  t.regex(pod.log.tail(), /told what is new command=tell year=2013 new=27/);
  t.deepEqual(board.notices, []);
});

test.serial('its publish links to the report, and its event has the year and the number of anomalies', async (t) => {
  const { asset_events: events } = await it.airflow.call('GET', '/assets/events?source_dag_id=flight_delays');
  t.is(events.length, 1);
  t.like(events[0], { name: 'flight_delays', source_task_id: 'publish' });
  t.like(events[0].extra, { year: 2013, anomalies: 63, events: 27 });
  const task = `/dags/flight_delays/dagRuns/${encodeURIComponent(events[0].source_run_id)}/taskInstances/publish`;
  const { extra_links: links } = await it.airflow.call('GET', `${task}/links`);
  t.deepEqual(links, { Dashboard: null, 'Report and charts': events[0].extra.report });
  t.regex(events[0].extra.report, /^file:.*\/reports\/2013\.html$/);
});

test.serial("the pod's output is in the log of its task", async (t) => {
  const [pod] = it.pods('load', 2013);
  t.regex(pod.log.tail(), /INFO loaded command=load year=2013 rows=1095/);
  const { dag_runs } = await it.airflow.call('GET', '/dags/flight_delays/dagRuns?run_type=scheduled');
  const run = dag_runs.find(({ state }: { state: string }) => state === 'success');
  for (const line of pod.log.tail().trim().split('\n')) {
    t.true(it.log(run.dag_run_id, 'load').includes(JSON.stringify(line).slice(1, -1)), line);
  }
});

test.serial('a year long past that is nowhere to be found fails at once, and says so once', async (t) => {
  const acquire = await acquire2014;
  // From here on no scheduled runs come, and one that waits holds nobody up.
  await it.change({ first_year: thisYear, runs_at_once: 32 });
  const { dag_runs } = await it.airflow.call('GET', '/dags/flight_delays/dagRuns?run_type=scheduled&state=running');
  t.deepEqual(
    dag_runs.map(({ logical_date }: any) => logical_date),
    ['2014-01-03T06:00:00Z'],
  );
  it.release(acquire);
  const runId = dag_runs[0].dag_run_id;
  t.is((await it.ended(runId)).state, 'failed');
  const [failed] = (await it.tasks(runId)).filter(({ task_id }) => task_id === 'acquire');
  t.like(failed, { state: 'failed', try_number: 1 });
  t.is(exitCode(acquire), 65);
  t.regex(acquire.log.tail(), /ERROR there is nothing at .* for the whole year 2014, and waiting would not help, /);
  t.is(it.pods('acquire', 2014).length, 1);
  await until(() => board.notices.find(({ Subject }) => Subject === 'flight delays 2014: acquire failed'));
});

test.serial('a year that is not there yet waits without a worker, and says so', async (t) => {
  waitingRun = await it.trigger({ year: thisYear });
  const waiting = await until(async () =>
    (await it.tasks(waitingRun)).find(({ task_id, state }) => task_id === 'acquire' && state === 'up_for_reschedule'),
  );
  t.is(waiting.try_number, 1);
  t.is((await it.run(waitingRun)).state, 'running');
  t.regex(it.log(waitingRun, 'acquire'), /The year is not there yet\. Next look: .* UTC; last: /);
  t.is(exitCode(it.pods('acquire', thisYear)[0]), 75);
});

test.serial('a run by hand takes the year that was typed, while another year waits', async (t) => {
  const runId = await it.trigger({ year: 2013 });
  t.is((await it.ended(runId)).state, 'success');
  t.deepEqual(await it.states(runId), allGreen);
  t.deepEqual(await outliers(2013), { days: 1_095, outliers: 17 });
});

test.serial('a year that is finally published is taken', async (t) => {
  t.is((await it.run(waitingRun)).state, 'running');
  await writeGeneratedYear(flightsFolder(thisYear), { year: thisYear, flights: 8_000, airports: 3 });
  t.is((await it.ended(waitingRun)).state, 'success');
  t.true(it.pods('acquire', thisYear).length >= 2);
  t.true((await outliers(thisYear)).days > 1_000);
});

test.serial('a backfilled run takes the year of its interval, whatever is typed', async (t) => {
  const { id } = await it.airflow.call('POST', '/backfills', {
    dag_id: 'flight_delays',
    from_date: '2013-01-01T00:00:00Z',
    to_date: '2013-12-31T00:00:00Z',
    reprocess_behavior: 'completed',
    max_active_runs: 10,
    run_backwards: false,
    dag_run_conf: { year: 1999 },
  });
  const run = await until(async () => {
    const { dag_runs } = await it.airflow.call('GET', '/dags/flight_delays/dagRuns?run_type=backfill');
    return dag_runs[0];
  });
  t.like(run, { logical_date: '2013-01-03T06:00:00Z' }, `backfill ${id}`);
  t.is((await it.ended(run.dag_run_id)).state, 'success');
  t.deepEqual(await it.states(run.dag_run_id), allGreen);
  t.deepEqual(await outliers(2013), { days: 1_095, outliers: 17 });
  t.is(it.pods('detect', 1999).length, 0);
});

test.serial('two runs of a year at once end with one correct year', async (t) => {
  const runs = [await it.trigger({ year: 2013 }), await it.trigger({ year: 2013 }, null)];
  const ended = await Promise.all(runs.map((runId) => it.ended(runId)));
  // The one whose summary was replaced under it may say so; the other is complete.
  t.true(ended.some(({ state }) => state === 'success'));
  t.deepEqual(await outliers(2013), { days: 1_095, outliers: 17 });
  t.deepEqual(readdirSync(join(it.bucket, 'plots', '2013')), ['EWR.png', 'JFK.png', 'LGA.png']);
});

test.serial('bad input ends a task at once, and its last line is in the log and in a notice', async (t) => {
  writeFileSync(join(flightsFolder(2012), '2012.csv'), 'these,are,no,flights\n1,2,3,4\n');
  const runId = await it.trigger({ year: 2012 });
  t.is((await it.ended(runId)).state, 'failed');
  const [detect] = (await it.tasks(runId)).filter(({ task_id }) => task_id === 'detect');
  t.like(detect, { state: 'failed', try_number: 1 });
  t.deepEqual(
    (await it.states(runId)).filter((state) => !state.endsWith('success')),
    ['detect failed', ...['load', 'publish', 'render', 'tell'].map((task) => `${task} upstream_failed`)],
  );
  const lastLine = it.pods('detect', 2012)[0].log.tail().trim().split('\n').at(-1)!;
  t.regex(lastLine, /ERROR .*2012\.csv.* exit=65$/);
  t.true(it.log(runId, 'detect').includes(lastLine));
  t.regex(it.log(runId, 'detect'), /Exit code 65: another try would fail in the same way/);
  const notice = await until(() =>
    board.notices.find(({ Subject }) => Subject === 'flight delays 2012: detect failed'),
  );
  t.true(notice.Message.includes(lastLine), notice.Message);
});

test.serial('killed tasks and pods never end green, and none runs twice', async (t) => {
  t.timeout(170_000);
  const holdDetect = it.hold('detect');
  const runId = await it.trigger({ year: 2013 });
  const since = Date.now();
  const madeSince = (task: string) => it.pods(task, 2013).filter(({ created }) => Date.parse(created) >= since);

  // The task is told to stop: the operator deletes the pod. Without our check that would be a success.
  const detect = await holdDetect;
  const { pid } = await until(async () =>
    (await it.tasks(runId)).find(({ task_id, state, pid }) => task_id === 'detect' && state === 'running' && pid),
  );
  const holdLoad = it.hold('load');
  const holdRender = it.hold('render');
  process.kill(pid!, 'SIGTERM');
  // The pod is told to stop as well.
  await until(() => detect.deleted);

  // The pod dies as when memory is short.
  const load = await holdLoad;
  load.kill();
  await until(async () =>
    (await it.tasks(runId)).find(({ task_id, try_number }) => task_id === 'load' && try_number === 2),
  );
  t.is(exitCode(load), 137);
  t.deepEqual(
    (await it.tasks(runId))
      .filter(({ task_id }) => task_id === 'detect')
      .map(({ state, try_number }) => [state, try_number]),
    [['success', 2]],
  );

  // The scheduler dies, and with it the task that watches the pod; another takes over what goes on.
  const render = await holdRender;
  await it.airflow.restartScheduler();
  await until(
    () =>
      it.log(runId, `render ${render.manifest.metadata.labels.map_index}`, 1).includes('Reusing existing pod') ||
      it.log(runId, `render ${render.manifest.metadata.labels.map_index}`, 2).includes('Reusing existing pod'),
  );
  it.release(render);

  t.is((await it.ended(runId)).state, 'success');
  t.deepEqual(await it.states(runId), allGreen);
  t.is(madeSince('render').length, 2);
  t.is(exitCode(render), 0);
  t.deepEqual(await outliers(2013), { days: 1_095, outliers: 17 });
});

test.serial('a chart that is missing fails the run', async (t) => {
  const holdLoad = it.hold('load');
  const runId = await it.trigger({ year: 2013 });
  const load = await holdLoad;
  await until(async () => {
    const drawn = (await it.tasks(runId)).filter(({ task_id, state }) => task_id === 'render' && state === 'success');
    return drawn.length === 2;
  });
  rmSync(join(it.bucket, 'plots', '2013', 'JFK.png'));
  it.release(load);
  t.is((await it.ended(runId)).state, 'failed');
  t.deepEqual(
    (await it.states(runId)).filter((state) => !state.endsWith('success')),
    ['publish failed', 'tell upstream_failed'],
  );
  t.regex(it.log(runId, 'publish'), /1 of 3 charts are missing or wrong \(JFK is missing\)/);
});

test.serial(
  'no run by hand is empty and green, whatever its logical date; its year is the last complete one',
  async (t) => {
    // One has no logical date, one has a date before the schedule's start.
    for (const [year, logicalDate] of [
      [lastCompleteYear(), null],
      [2004, '2005-06-01T00:00:00Z'],
    ] as const) {
      const hold = it.hold('acquire');
      const runId = await it.trigger({}, logicalDate);
      const acquire = await hold;
      t.is(acquire.manifest.metadata.labels['delaywatch/year'], String(year));
      t.is((await it.run(runId)).state, 'running');
      await it.airflow.call('PATCH', `/dags/flight_delays/dagRuns/${encodeURIComponent(runId)}`, { state: 'failed' });
      it.release(acquire);
    }
  },
);

test.serial('a run keeps its image while another is deployed, until it is begun anew', async (t) => {
  const { image } = defaultDagSettings;
  const deployed = 'delaywatch:deployed-meanwhile';
  const imageOf = (task: string) => it.pods(task, 2013).at(-1)?.manifest.spec.containers[0].image;
  const hold = it.hold('migrate');
  const runId = await it.trigger({ year: 2013 });
  const migrate = await hold;
  await it.change({ image: deployed });
  it.release(migrate);
  t.is((await it.ended(runId)).state, 'success');
  for (const task of ['migrate', 'acquire', 'detect', 'load', 'render', 'publish', 'tell'])
    t.is(imageOf(task), image, task);
  t.regex(
    it.log(runId, 'detect'),
    /keeps to the image of its first task. For delaywatch:deployed-meanwhile clear migrate/,
  );
  await it.airflow.call('POST', '/dags/flight_delays/clearTaskInstances', {
    dag_run_id: runId,
    task_ids: ['migrate'],
    include_downstream: true,
    only_failed: false,
    dry_run: false,
  });
  await until(async () => (await it.run(runId)).state === 'running');
  t.is((await it.ended(runId)).state, 'success');
  for (const task of ['migrate', 'detect', 'render']) t.is(imageOf(task), deployed, task);
});

test.serial('a year that never comes is a failure in the end', async (t) => {
  await it.change({ missing_year: { again_hours: 1 / 3600, give_up_days: 0 } });
  const runId = await it.trigger({ year: thisYear + 1 });
  t.is((await it.ended(runId)).state, 'failed');
  t.regex(it.log(runId, 'acquire'), /The year has not been published since/);
});

test.serial('a pod that cannot start is removed', async (t) => {
  await it.change({
    config_map: 'not-there',
    start_minutes: 0.05,
    retry: { times: 0, first_minutes: 0, longest_minutes: 0 },
  });
  const runId = await it.trigger({ year: 1998 });
  t.is((await it.ended(runId)).state, 'failed');
  t.deepEqual(it.pods('migrate', 1998), []);
  t.regex(it.log(runId, 'migrate'), /configmap \\"not-there\\" not found/);
});

test.serial('ten years at once keep to the limits', async (t) => {
  t.timeout(170_000);
  // Pods that do nothing.
  it.cluster.entrypoint = ['sh', '-c', 'sleep 0.3'];
  await it.change({ ...defaultDagSettings, first_year: thisYear });
  await it.airflow.call('PATCH', '/dags/flight_delays', { is_paused: false });
  await it.airflow.call('POST', '/backfills', {
    dag_id: 'flight_delays',
    from_date: '1988-01-01T00:00:00Z',
    to_date: '1997-12-31T00:00:00Z',
    max_active_runs: 10,
    run_backwards: false,
  });
  const years = Array.from({ length: 10 }, (_, index) => 1988 + index);
  const pods = (task: string) => years.flatMap((year) => it.pods(task, year));
  await until(async () => {
    const { dag_runs } = await it.airflow.call('GET', '/dags/flight_delays/dagRuns?run_type=backfill&state=success');
    return years.every((year) => dag_runs.some(({ logical_date }: any) => logical_date.startsWith(`${year}-`)));
  });
  for (const [task, { at_once }] of Object.entries(defaultDagSettings.tasks)) {
    for (const year of years) t.true(it.pods(task, year).length >= (task === 'render' ? 2 : 1), `${task} ${year}`);
    const most = mostAtOnce(pods(task));
    t.true(most <= at_once, `${most} pods of ${task} at once`);
  }
});

/** How many pods ran at the same time. */
function mostAtOnce(pods: Pod[]): number {
  const ends = pods.flatMap(({ state }) => ('terminated' in state ? [state.terminated] : []));
  return Math.max(
    ...ends.map(
      ({ startedAt }) => ends.filter((end) => end.startedAt <= startedAt && end.finishedAt > startedAt).length,
    ),
  );
}
