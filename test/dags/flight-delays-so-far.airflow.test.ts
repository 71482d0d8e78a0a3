import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startTestAirflow, type TestAirflow } from '../support/test-airflow.ts';
import { until } from '../support/until.ts';

const example = fileURLToPath(new URL('../../dags/examples/after_a_year.py', import.meta.url));
const dashboard = 'https://delays.example.com/';
const published = temporaryFolder();
/** Stands for the image: it finds the years published whose name is a file, and says what the commands say. */
const command = `
if [ "$1" = acquire ] && [ ! -e "${published}/$3" ]; then echo "ERROR not there exit=75"; exit 75; fi
echo "2026-04-10T06:00:00.000Z INFO $3 January to March: published command=$1 year=$3 anomalies=7 report=https://delays.example.com/files/reports/$3.html"
echo "2026-04-10T06:00:00.000Z INFO done command=$1 year=$3 seconds=0.1"
`;
const dag = '/dags/flight_delays_so_far';
const allGreen = ['acquire', 'detect', 'load', 'migrate', 'publish', 'render', 'tell'].map((task) => `${task} success`);
/** The year of the newest month that may be out. */
const newest = new Date(Date.now() - 70 * 24 * 3_600_000).getUTCFullYear();
let it: TestAirflow;
let soFar: ReturnType<TestAirflow['runsOf']>;

const publish = (year: number) => writeFileSync(join(published, String(year)), '');

test.before(async () => {
  it = await startTestAirflow({ first_year: new Date().getUTCFullYear(), dashboard_url: dashboard });
  it.cluster.entrypoint = ['sh', '-c', command, 'delaywatch'];
  soFar = it.runsOf('flight_delays_so_far');
  await it.addDag(example);
  for (const id of ['flight_delays_so_far', 'flight_delays', 'after_a_year']) {
    await until(async () => it.airflow.call('GET', `/dags/${id}`).catch(() => undefined));
    await it.airflow.call('PATCH', `/dags/${id}`, { is_paused: false });
  }
});

test.after.always(() => it?.stop());

test.serial('a run that waits for its months needs no worker, and a run of another year passes it', async (t) => {
  t.is((await it.airflow.call('GET', '/importErrors')).total_entries, 0);
  const waiting = await soFar.trigger({});
  await until(async () =>
    (await soFar.tasks(waiting)).find(({ task_id, state }) => task_id === 'acquire' && state === 'up_for_reschedule'),
  );
  publish(2013);
  const passing = await soFar.trigger({ year: 2013 }, null);
  t.is((await soFar.ended(passing)).state, 'success');
  t.deepEqual(await soFar.states(passing), allGreen);
  t.is((await soFar.run(waiting)).state, 'running');
  publish(newest);
  t.is((await soFar.ended(waiting)).state, 'success');
  t.true(it.pods('acquire', newest).length >= 2);
});

test.serial('only acquire and detect get --so-far', (t) => {
  for (const task of ['migrate', 'acquire', 'detect', 'load', 'render', 'publish', 'tell']) {
    const [{ args }] = it.pods(task, 2013)[0].manifest.spec.containers;
    t.is(args.includes('--so-far=yes'), ['acquire', 'detect'].includes(task), task);
  }
});

test.serial('an event carries the year to other DAGs, and starts the example', async (t) => {
  const { asset_events: events } = await it.airflow.call('GET', `/assets/events?source_dag_id=flight_delays_so_far`);
  t.deepEqual(events.map(({ extra }: any) => extra.year).sort(), [2013, newest].sort());
  t.like(events[0].extra, { command: 'publish', anomalies: 7 });
  const told = it.runsOf('after_a_year');
  const said = await until(async () => {
    const { dag_runs } = await it.airflow.call('GET', '/dags/after_a_year/dagRuns?state=success');
    const logs = dag_runs.map(({ dag_run_id }: any) => told.log(dag_run_id, 'tell')).join('');
    return logs.includes(`: ${newest} `) && logs.includes(': 2013 ') && logs;
  });
  t.regex(said, /flight_delays_so_far: 2013 has 7 anomalous days/);
});

test.serial('a run shows its year, and publish links to the results', async (t) => {
  const { dag_runs } = await it.airflow.call('GET', `${dag}/dagRuns`);
  const run = dag_runs.find(({ conf }: any) => conf.year === 2013).dag_run_id;
  const shards = (await soFar.tasks(run)).filter(({ task_id }) => task_id === 'render');
  t.deepEqual(shards.map(({ rendered_map_index }) => rendered_map_index).sort(), ['2013, 1/2', '2013, 2/2']);
  const at = `${dag}/dagRuns/${encodeURIComponent(run)}/taskInstances`;
  t.deepEqual((await it.airflow.call('GET', `${at}/publish/links`)).extra_links, {
    Dashboard: dashboard,
    'Report and charts': 'https://delays.example.com/files/reports/2013.html',
  });
  t.deepEqual((await it.airflow.call('GET', dag)).owners, ['delaywatch']);
});

test.serial('the yearly DAG has an event of its own, and its commands get no --so-far', async (t) => {
  publish(2012);
  const run = await it.trigger({ year: 2012 });
  t.is((await it.ended(run)).state, 'success');
  t.false(it.pods('acquire', 2012)[0].manifest.spec.containers[0].args.includes('--so-far=yes'));
  const { asset_events: events } = await it.airflow.call('GET', '/assets/events?source_dag_id=flight_delays');
  t.deepEqual(
    events.map(({ extra, name }: any) => [name, extra.year]),
    [['flight_delays', 2012]],
  );
});

test.serial('a parameter that does not exist is refused before anything is done', async (t) => {
  for (const [runs, id] of [
    [soFar, 'flight_delays_so_far'],
    [it, 'flight_delays'],
  ] as const) {
    const run = await runs.trigger({ yaer: 2013 });
    t.is((await runs.ended(run)).state, 'failed');
    const [migrate] = (await runs.tasks(run)).filter(({ task_id }) => task_id === 'migrate');
    t.like(migrate, { state: 'failed', try_number: 1 });
    t.regex(
      runs.log(run, 'migrate'),
      new RegExp(`${id} has no parameter yaer; there are allow_partial, max_bad_rows, year\\.`),
    );
  }
});

test.serial('a run has one pod at a time, and a third run waits for its turn', async (t) => {
  for (const year of [2014, 2015, 2016]) publish(year);
  const hold = it.hold('migrate');
  const held = await soFar.trigger({ year: 2014 });
  const pod = await hold;
  const holdNext = it.hold('migrate');
  const beside = await soFar.trigger({ year: 2015 });
  // Its limit over all runs is one pod: the second run waits for the first one's.
  const third = await soFar.trigger({ year: 2016 });
  await until(async () => (await soFar.run(beside)).state === 'running');
  t.is((await soFar.run(third)).state, 'queued');
  it.release(pod);
  it.release(await holdNext);
  for (const run of [held, beside, third]) t.is((await soFar.ended(run)).state, 'success');
  for (const year of [2014, 2015, 2016]) {
    const shards = it.pods('render', year).map(({ state }) => 'terminated' in state && state.terminated);
    t.is(shards.length, 2);
    const [first, second] = shards.map((end) => (end ? [end.startedAt, end.finishedAt] : []));
    t.true(first[1]! <= second[0]! || second[1]! <= first[0]!, `${year}: ${first} ${second}`);
  }
});
