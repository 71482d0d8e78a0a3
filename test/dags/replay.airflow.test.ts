import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { btsName } from '../../samples/bts-months.ts';
import { digestsOf, faultsOfDigests, faultsOfNotes } from '../support/digest-reader.ts';
import { type Publisher, publishedYear, startPublisher } from '../support/publisher.ts';
import { startTestAirflow, type TestAirflow } from '../support/test-airflow.ts';
import { until } from '../support/until.ts';
import { hold, startWebhook, type WebhookServer } from '../support/webhook-server.ts';

const airports = 2;
const day = 24 * 3_600_000;
/** The runs of 25 March to 25 May of this year are over, and what it lacks may still come. */
const year = new Date(Date.now() - 146 * day).getUTCFullYear();
const folder = 'PREZIP/';
const nameOf = (month: number) => `${folder}${btsName(year, month)}`;

let publisher: Publisher;
let webhook: WebhookServer;
let whole: Map<string, Buffer>;
let corrected: Map<string, Buffer>;
let it: TestAirflow;
let soFar: ReturnType<TestAirflow['runsOf']>;

const publish = (month: number, from = whole) => publisher.files.set(nameOf(month), from.get(nameOf(month))!);

/** What is there once the months from January on are taken: all airports, up to the last day of the last month. */
const monthsThrough = (month: number) => ({
  airports,
  until: new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10),
  months: month,
  acquired: month,
});

/** What the database and the folder have of the year. */
async function shown() {
  const { rows } = await it.database.client.query(
    `SELECT count(DISTINCT origin)::integer AS airports, max(date)::text AS until,
       (SELECT months FROM runs WHERE year = $1 ORDER BY finished_at DESC LIMIT 1) AS months
     FROM dep_delay WHERE extract(year FROM date) = $1`,
    [year],
  );
  const { months } = JSON.parse(readFileSync(join(it.bucket, 'flights', String(year), 'manifest.json'), 'utf8'));
  return { ...rows[0], acquired: months.length };
}

/** Whether the digests tell the year as the database has it, each event once, and each has been delivered once. */
async function checkDigests(t: ExecutionContext): Promise<void> {
  t.deepEqual(await faultsOfDigests(it.database.client, year), []);
  await checkNotes(t);
}

/** The same of a digest of more events than are told in full. */
async function checkNotes(t: ExecutionContext): Promise<void> {
  const { client } = it.database;
  t.deepEqual(await faultsOfNotes(client, year), []);
  const { rows } = await client.query('SELECT delivered_at FROM deliveries');
  t.true(rows.every(({ delivered_at }) => delivered_at));
  t.is(webhook.taken.length, (await digestsOf(client, year)).length);
}

/** Start the run that the schedule makes on the 25th of a month. */
async function runOf(month: number): Promise<string> {
  const date = new Date(Date.UTC(year, month - 1, 25, 6)).toISOString();
  // Airflow takes one backfill at a time, and notices a while later that the last one has ended.
  await until(async () => {
    const { backfills } = await it.airflow.call('GET', '/backfills?dag_id=flight_delays_so_far');
    return backfills.every(({ completed_at }: any) => completed_at);
  });
  await it.airflow.call('POST', '/backfills', {
    dag_id: 'flight_delays_so_far',
    from_date: date,
    to_date: date,
    max_active_runs: 1,
    run_backwards: false,
  });
  return until(async () => {
    const { dag_runs } = await it.airflow.call('GET', '/dags/flight_delays_so_far/dagRuns?run_type=backfill');
    return dag_runs.find(({ run_after }: any) => Date.parse(run_after) === Date.parse(date))?.dag_run_id;
  });
}

test.before(async () => {
  [publisher, webhook] = await Promise.all([startPublisher(), startWebhook()]);
  whole = await publishedYear(folder, { year, airports });
  corrected = await publishedYear(folder, { year, airports, seed: 2 });
  it = await startTestAirflow({
    first_year: new Date().getUTCFullYear(),
    source: `${publisher.url}${folder}${btsName(2013, 1).replace('2013_1.zip', '{year}_{month}.zip')}`,
  });
  Object.assign(it.cluster.configMaps.settings, { DIGEST_WEBHOOK: 'slack', DIGEST_WEBHOOK_URL: webhook.url });
  soFar = it.runsOf('flight_delays_so_far');
  for (const id of ['flight_delays_so_far', 'flight_delays']) {
    await until(async () => it.airflow.call('GET', `/dags/${id}`).catch(() => undefined));
    await it.airflow.call('PATCH', `/dags/${id}`, { is_paused: false });
  }
});

test.after.always(async () => {
  await it?.stop();
  await webhook?.stop();
  await publisher?.stop();
});

test.serial('a published month is taken', async (t) => {
  publish(1);
  t.is((await soFar.ended(await runOf(3))).state, 'success');
  t.deepEqual(await shown(), monthsThrough(1));
  await checkDigests(t);
});

test.serial(
  'a late month is taken when it comes, with a correction of the one before, though a pod is killed',
  async (t) => {
    const run = await runOf(4);
    await until(async () =>
      (await soFar.tasks(run)).find(({ task_id, state }) => task_id === 'acquire' && state === 'up_for_reschedule'),
    );
    t.deepEqual(await shown(), monthsThrough(1));
    const hold = it.hold('detect');
    publish(1, corrected);
    publish(2);
    (await hold).kill();
    t.is((await soFar.ended(run)).state, 'success');
    t.deepEqual(await shown(), monthsThrough(2));
    await checkDigests(t);
    const [detect] = (await soFar.tasks(run)).filter(({ task_id }) => task_id === 'detect');
    t.is(detect.try_number, 2);
    const fetched = publisher.requests.filter(({ headers }) => headers.range !== 'bytes=0-0').map(({ path }) => path);
    t.deepEqual(fetched, [1, 1, 2].map(nameOf));
  },
);

test.serial('two runs that overlap end with one correct year so far, told once though a pod is killed', async (t) => {
  publish(3);
  webhook.misbehave(hold);
  const held = webhook.held();
  const runs = [await runOf(5), await soFar.trigger({ year }, null)];
  // It has sent its digest, and waits for the answer.
  await Promise.race([held, soFar.ended(runs[0])]);
  for (const pod of it.pods('tell', year)) if (!pod.hasEnded) pod.kill();
  const ended = await Promise.all(runs.map((run) => soFar.ended(run)));
  t.true(ended.some(({ state }) => state === 'success'));
  t.deepEqual(await shown(), monthsThrough(3));
  await checkDigests(t);
});

test.serial('the yearly run leaves nothing provisional', async (t) => {
  for (let month = 1; month <= 12; month++) publish(month);
  t.is((await it.ended(await it.trigger({ year }))).state, 'success');
  t.deepEqual(await shown(), monthsThrough(12));
  await checkNotes(t);
});
