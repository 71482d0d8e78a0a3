import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { decodeSummary } from '../../../tasks/flights/summary-file.ts';
import { startFlakyProxy } from '../../support/flaky-proxy.ts';
import { runCommand, startCommand } from '../../support/run-command.ts';
import { writeGeneratedYear } from '../../support/sample-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestDatabase, type TestDatabase } from '../../support/test-database.ts';

const folder = temporaryFolder();
let database: TestDatabase;
let environment: Record<string, string>;

const load = (year: number, more: Record<string, string> = {}) =>
  startCommand(['load', '--year', String(year)], { ...environment, ...more });

/** What the database holds, as one value to compare. */
async function contents(): Promise<string> {
  const { rows } = await database.client.query(
    'SELECT md5(string_agg(a::text, chr(10) ORDER BY airport, flight_date)) AS hash, count(*)::int AS rows FROM airport_days a',
  );
  return `${rows[0].rows} ${rows[0].hash}`;
}

test.before(async () => {
  database = await startTestDatabase();
  environment = {
    ...database.environment,
    FLIGHTS_URI: `${pathToFileURL(folder).href}/{year}.csv`,
    OUTPUT_URI: `${pathToFileURL(folder).href}/bucket`,
  };
  await runCommand(['migrate'], environment);
  for (const year of [2012, 2013]) {
    await writeGeneratedYear(folder, { year, flights: 60_000, airports: 100, seed: year });
    await runCommand(['detect', '--year', String(year)], environment);
  }
});

test.after.always(() => database?.stop());

test.serial('the rows of the summary are the rows of the year, to the last digit', async (t) => {
  for (const year of [2012, 2013]) t.is((await load(year).ended).code, 0);
  const { days } = decodeSummary(readFileSync(join(folder, 'bucket', 'summaries', '2013.arrow')), 'summary');
  const { rows } = await database.client.query(
    `SELECT flight_date::text AS date, * FROM airport_days WHERE flight_date >= '2013-01-01' ORDER BY airport, flight_date`,
  );
  t.is(rows.length, days.dayOfYear.length);
  const orNull = (value: number) => (Number.isNaN(value) ? null : value);
  rows.forEach((row, index) => {
    t.is(row.flights, days.flights[index]);
    t.is(row.departures, days.departures[index]);
    t.is(row.cancelled, days.cancelled![index]);
    t.is(row.mean_departure_delay, orNull(days.meanDepartureDelay[index]));
    t.is(row.z_score, orNull(days.zScore[index]));
    t.is(row.is_outlier, days.isOutlier[index] === 1);
  });
  t.true(
    rows.some((row) => row.mean_departure_delay === null),
    'a day without departures is among them',
  );
});

test.serial('again, twice at once, and beside another year, nothing changes', async (t) => {
  const before = await contents();
  const ended = await Promise.all([2013, 2013, 2012].map((year) => load(year).ended));
  for (const { code, log } of ended) t.is(code, 0, log);
  t.is(await contents(), before);
});

test.serial('killed at any moment it leaves the year as it was, and runs again', async (t) => {
  const before = await contents();
  for (const milliseconds of [0, 100, 150, 200, 250, 300, 350, 400, 500]) {
    const running = load(2013);
    await Promise.race([sleep(milliseconds), running.ended]);
    running.child.kill('SIGKILL');
    await running.ended;
    t.is(await contents(), before, `killed after ${milliseconds} ms`);
  }
  t.is((await load(2013).ended).code, 0);
  t.is(await contents(), before);
});

for (const [signal, code] of [
  ['SIGKILL', null],
  ['SIGTERM', 143],
] as const) {
  test.serial(`${signal} in the middle of its transaction leaves the year as it was`, async (t) => {
    const before = await contents();
    const other = await database.postgres.connect('pipeline');
    await other.query('BEGIN');
    await other.query(`SELECT * FROM airport_days WHERE airport = 'ATL' AND flight_date >= '2013-01-01' FOR UPDATE`);
    const running = load(2013);
    await waiting();
    running.child.kill(signal);
    const ended = await running.ended;
    await other.query('ROLLBACK');
    await other.end();
    t.is(ended.code, code);
    if (signal === 'SIGTERM') t.regex(ended.lastLine, /stopped by SIGTERM/);
    t.is(await contents(), before);
  });
}

/** Until a statement of a `load` waits for a lock. */
async function waiting(): Promise<void> {
  for (;;) {
    const { rows } = await database.client.query(
      `SELECT 1 FROM pg_stat_activity WHERE application_name = 'delaywatch' AND wait_event_type = 'Lock' AND query LIKE '%DROP TABLE%'`,
    );
    if (rows.length > 0) return;
    await sleep(20);
  }
}

test.serial('a connection that breaks in the middle is made again', async (t) => {
  const before = await contents();
  const proxy = await startFlakyProxy(Number(new URL(environment.DATABASE_URL).port));
  const through = {
    DATABASE_URL: environment.DATABASE_URL.replace(/:\d+\//, `:${proxy.port}/`),
    PGPASSFILE: anyPort(),
  };
  for (const bytes of [100, 400, 500]) {
    proxy.cutAfter(bytes, 2);
    const { code, log } = await load(2013, through).ended;
    t.is(code, 0, log);
    t.is(await contents(), before);
  }
  proxy.cut();
  const { code, lastLine } = await load(2013, through).ended;
  t.is(code, 69);
  t.regex(lastLine, /did not answer after 6 attempts/);
  t.is(await contents(), before);
  await proxy.stop();
});

/** The password file names the port of the server, not of the proxy. */
function anyPort(): string {
  const file = join(folder, 'pgpass');
  const text = readFileSync(environment.PGPASSFILE, 'utf8').replaceAll(/^127\.0\.0\.1:\d+/gm, '127.0.0.1:*');
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

test.serial('without a summary it says what to run', async (t) => {
  const { code, lastLine } = await load(2011).ended;
  t.is(code, 65);
  t.regex(lastLine, /summaries\/2011\.arrow is not there; run `detect --year 2011` first/);
});
