// More months: npx ava --timeout 30m test/dags/replay.airflow.test.ts -- --months 24
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { yearInWords } from '../../charts/year-so-far.ts';
import { btsName } from '../../tasks/acquire/bts-name.ts';
import { digestsOf, faultsOfDigests, faultsOfNotes } from '../support/digest-reader.ts';
import { type Publisher, publishedYear, startPublisher } from '../support/publisher.ts';
import { startTestAirflow, type TestAirflow } from '../support/test-airflow.ts';
import { until } from '../support/until.ts';
import { hold, startWebhook, type WebhookServer } from '../support/webhook-server.ts';

const airports = 2;
const day = 24 * 3_600_000;
/** The runs of 25 March to 25 May of this year are over, and what it lacks may still come. */
const year = new Date(Date.now() - 146 * day).getUTCFullYear();
const specialMonths = 3;
const asked = Number(/--months (\d+)/.exec(process.argv.join(' '))?.[1] ?? specialMonths);
/** Further months of the year, and months of the years before it: together with the first three as many as are asked for. */
const later = Array.from({ length: Math.max(0, Math.min(newestMonthOf(year), asked) - specialMonths) }, (_, index) => ({
  year,
  month: specialMonths + 1 + index,
}));
const earlier = monthsBefore(year, asked - specialMonths - later.length);
const folder = 'PREZIP/';
const nameOf = (month: number, of = year) => `${folder}${btsName(of, month)}`;

let publisher: Publisher;
let webhook: WebhookServer;
const whole = new Map<string, Buffer>();
let corrected: Map<string, Buffer>;
let it: TestAirflow;
let soFar: ReturnType<TestAirflow['runsOf']>;

interface Month {
  year: number;
  /** 1 to 12. */
  month: number;
}

/** The last month of the year that a run before the last 25th was for; the run of the last one is the schedule's own. */
function newestMonthOf(year: number): number {
  const now = new Date();
  const isBefore25th = now.getUTCDate() < 26;
  const date = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 3 - Number(isBefore25th), 1));
  return date.getUTCFullYear() > year ? 12 : date.getUTCMonth() + 1;
}

function monthsBefore(year: number, count: number): Month[] {
  return Array.from({ length: count }, (_, index) => {
    const date = new Date(Date.UTC(year, index - count, 1));
    return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1 };
  });
}

const publish = (month: number, from = whole, of = year) =>
  publisher.files.set(nameOf(month, of), from.get(nameOf(month, of))!);

/** What is there once the months from January on are taken: all airports, up to the last day of the last month. */
const monthsThrough = (month: number, of = year) => ({
  airports,
  until: new Date(Date.UTC(of, month, 0)).toISOString().slice(0, 10),
  months: month,
  acquired: month,
  charts: airports,
  isOnItsPage: true,
});

/** What database, folder, charts and page have of a year. */
async function shown(year: number) {
  const { rows } = await it.database.client.query(
    `SELECT count(DISTINCT origin)::integer AS airports, max(date)::text AS until,
       (SELECT months FROM runs WHERE year = $1 ORDER BY finished_at DESC LIMIT 1) AS months
     FROM dep_delay WHERE extract(year FROM date) = $1`,
    [year],
  );
  const { months } = JSON.parse(readFileSync(join(it.bucket, 'flights', String(year), 'manifest.json'), 'utf8'));
  const page = readFileSync(join(it.bucket, 'reports', `${year}.html`), 'utf8');
  return {
    ...rows[0],
    acquired: months.length,
    charts: readdirSync(join(it.bucket, 'plots', String(year))).length,
    isOnItsPage: page.includes(`<h1>${yearInWords(year, rows[0].months)}`),
  };
}

/** Whether the digests tell the year as the database has it, each event once, and each has been delivered once. */
async function checkDigests(t: ExecutionContext, of = year): Promise<void> {
  t.deepEqual(await faultsOfDigests(it.database.client, of), []);
  await checkNotes(t, of);
}

/** The same of a digest of more events than are told in full. */
async function checkNotes(t: ExecutionContext, of = year): Promise<void> {
  const { client } = it.database;
  t.deepEqual(await faultsOfNotes(client, of), []);
  const { rows } = await client.query('SELECT delivered_at FROM deliveries');
  t.true(rows.every(({ delivered_at }) => delivered_at));
  const years = new Set([...earlier.map((month) => month.year), year]);
  let digests = 0;
  for (const each of years) digests += (await digestsOf(client, each)).length;
  t.is(webhook.taken.length, digests);
}

/** Start the run that the schedule makes on the 25th of a month. */
async function runOf(month: number, year: number): Promise<string> {
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
    // A backfill ignores the year, since each of its runs has a month of its own.
    dag_run_conf: { year: 1999 },
  });
  return until(async () => {
    const { dag_runs } = await it.airflow.call('GET', '/dags/flight_delays_so_far/dagRuns?run_type=backfill');
    return dag_runs.find(({ run_after }: any) => Date.parse(run_after) === Date.parse(date))?.dag_run_id;
  });
}

test.before(async () => {
  [publisher, webhook] = await Promise.all([startPublisher(), startWebhook()]);
  for (const each of new Set([...earlier.map((month) => month.year), year])) {
    for (const [name, content] of await publishedYear(folder, { year: each, airports })) {
      whole.set(name, content);
    }
  }
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

if (earlier.length > 0) {
  test.serial('months of earlier years are taken one by one', async (t) => {
    t.timeout(900_000);
    for (const [index, { year: of, month }] of earlier.entries()) {
      for (let each = index === 0 ? 1 : month; each <= month; each++) publish(each, whole, of);
      t.is((await soFar.ended(await runOf(month + 2, of))).state, 'success', `${of}-${month}`);
      t.deepEqual(await shown(of), monthsThrough(month, of));
      // The first digest has more events than are told in full.
      await (of === earlier[0].year ? checkNotes(t, of) : checkDigests(t, of));
    }
  });
}

test.serial('a published month is taken', async (t) => {
  publish(1);
  t.is((await soFar.ended(await runOf(3, year))).state, 'success');
  t.deepEqual(await shown(year), monthsThrough(1));
  await checkDigests(t);
});

test.serial(
  'a late month is taken when it comes, with a correction of the one before, though a pod is killed',
  async (t) => {
    const run = await runOf(4, year);
    await until(async () =>
      (await soFar.tasks(run)).find(({ task_id, state }) => task_id === 'acquire' && state === 'up_for_reschedule'),
    );
    t.deepEqual(await shown(year), monthsThrough(1));
    const hold = it.hold('detect');
    publish(1, corrected);
    publish(2);
    (await hold).kill();
    t.is((await soFar.ended(run)).state, 'success');
    t.deepEqual(await shown(year), monthsThrough(2));
    await checkDigests(t);
    const [detect] = (await soFar.tasks(run)).filter(({ task_id }) => task_id === 'detect');
    t.is(detect.try_number, 2);
    const names = [1, 2].map((month) => nameOf(month));
    const fetched = publisher.requests
      .filter(({ path, headers }) => names.includes(path) && headers.range !== 'bytes=0-0')
      .map(({ path }) => path);
    t.deepEqual(fetched, [names[0], ...names]);
  },
);

test.serial('two runs that overlap end with one correct year so far, told once though a pod is killed', async (t) => {
  publish(3);
  webhook.misbehave(hold);
  const held = webhook.held();
  const runs = [await runOf(5, year), await soFar.trigger({ year }, null)];
  // It has sent its digest, and waits for the answer.
  await Promise.race([held, soFar.ended(runs[0])]);
  for (const pod of it.pods('tell', year)) if (!pod.hasEnded) pod.kill();
  const ended = await Promise.all(runs.map((run) => soFar.ended(run)));
  t.true(ended.some(({ state }) => state === 'success'));
  t.deepEqual(await shown(year), monthsThrough(3));
  await checkDigests(t);
});

if (later.length > 0) {
  test.serial('further months of the year are taken one by one', async (t) => {
    t.timeout(900_000);
    for (const { month } of later) {
      publish(month);
      t.is((await soFar.ended(await runOf(month + 2, year))).state, 'success', `month ${month}`);
      t.deepEqual(await shown(year), monthsThrough(month));
      await checkDigests(t);
    }
  });
}

test.serial('the yearly run leaves nothing provisional', async (t) => {
  for (let month = 1; month <= 12; month++) publish(month);
  t.is((await it.ended(await it.trigger({ year }))).state, 'success');
  t.deepEqual(await shown(year), monthsThrough(12));
  await checkNotes(t);
});
