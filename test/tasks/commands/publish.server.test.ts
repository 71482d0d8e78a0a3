import { readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { runCommand } from '../../support/run-command.ts';
import { writeGeneratedYear } from '../../support/sample-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestDatabase, type TestDatabase } from '../../support/test-database.ts';

const folder = temporaryFolder();
const bucket = join(folder, 'bucket');
let database: TestDatabase;
let environment: Record<string, string>;

const command = (name: string, year = 2013, more = {}, options: string[] = []) =>
  runCommand([name, '--year', String(year), ...options], { ...environment, ...more });

test.before(async (t) => {
  database = await startTestDatabase();
  environment = {
    ...database.environment,
    FLIGHTS_URI: `${pathToFileURL(folder).href}/{year}.csv`,
    OUTPUT_URI: pathToFileURL(bucket).href,
  };
  for (const year of [2012, 2013]) await writeGeneratedYear(folder, { year, flights: 8_000, airports: 4, seed: year });
  const { code, log } = await command('run');
  t.is(code, 0, log);
});

test.after.always(() => database?.stop());

test.serial('a complete year is published, and again gives one row for the run', async (t) => {
  t.is((await command('publish')).code, 0);
  const { rows } = await database.client.query('SELECT * FROM runs');
  t.is(rows.length, 1);
  t.like(rows[0], { year: 2013, flights_read: 8_000, charts: 4, code_version: '0.1.0' });
  t.true(rows[0].finished_at >= rows[0].started_at);
  const { rows: loaded } = await database.client.query('SELECT count(*)::int AS rows FROM airport_days');
  t.is(rows[0].rows_loaded, loaded[0].rows);
  t.deepEqual(readdirSync(join(bucket, 'reports')).sort(), ['2013.html', 'index.html']);
});

test.serial('the list of reports has every year', async (t) => {
  t.is((await command('run', 2012)).code, 0);
  const index = readFileSync(join(bucket, 'reports', 'index.html'), 'utf8');
  t.regex(index, /href="2013\.html">2013<.*href="2012\.html">2012</);
});

test.serial('a missing chart is named, and the report stays as it was', async (t) => {
  const report = join(bucket, 'reports', '2013.html');
  writeFileSync(report, 'the report before');
  rmSync(join(bucket, 'plots', '2013', 'ATL.png'));
  const { code, lastLine } = await command('publish');
  t.is(code, 65);
  t.regex(lastLine, /1 of 4 charts are missing or older than the summary \(ATL\); run `render`/);
  t.is(readFileSync(report, 'utf8'), 'the report before');
  t.is((await command('render')).code, 0);
  t.is((await command('publish')).code, 0);
  t.regex(readFileSync(report, 'utf8'), /^<!doctype html>/);
});

test.serial('a chart that is older than the summary counts as missing', async (t) => {
  const chart = join(bucket, 'plots', '2013', 'ORD.png');
  utimesSync(chart, new Date('2020-01-01'), new Date('2020-01-01'));
  const { code, lastLine } = await command('publish');
  t.is(code, 65);
  t.regex(lastLine, /\(ORD\)/);
  utimesSync(chart, new Date(), new Date());
});

test.serial('rows that do not agree with the summary are told', async (t) => {
  await database.client.query(`DELETE FROM airport_days WHERE airport = 'ATL' AND flight_date = '2013-03-04'`);
  const fewer = await command('publish');
  t.is(fewer.code, 65);
  t.regex(fewer.lastLine, /table airport_days has \d+ rows instead of \d+, \d+ flights instead of \d+.*run `load`/);
  t.is((await command('load')).code, 0);
  await database.client.query(
    `UPDATE airport_days SET flights = flights + 1 WHERE airport = 'ATL' AND flight_date = '2013-03-04'`,
  );
  const other = await command('publish');
  t.is(other.code, 65);
  t.regex(other.lastLine, /\d+ flights instead of/);
  t.is((await command('load')).code, 0);
  t.is((await command('publish')).code, 0);
});

test.serial('anomalies and events that do not agree with the summary are told', async (t) => {
  const counts = async () =>
    (
      await database.client.query(
        `SELECT (SELECT count(*) FROM airport_days WHERE is_anomaly AND flight_date >= '2013-01-01')::int AS anomalies,
           (SELECT count(*) FROM events WHERE year = 2013)::int AS events`,
      )
    ).rows[0];
  const { anomalies, events } = await counts();
  t.true(anomalies > 0 && events > 1);
  for (const [change, message] of [
    [
      `UPDATE airport_days SET is_anomaly = false WHERE event_id = 1 AND flight_date >= '2013-01-01'`,
      new RegExp(`table airport_days has \\d+ anomalies instead of ${anomalies}; run \`load\``),
    ],
    [
      `DELETE FROM events WHERE year = 2013 AND event_id = 1`,
      new RegExp(`${events - 1} events instead of ${events}; run \`load\``),
    ],
    [`UPDATE events SET year = 2010 WHERE year = 2013`, new RegExp(`0 events instead of ${events}`)],
  ] as const) {
    await database.client.query(change);
    const { code, lastLine } = await command('publish');
    t.is(code, 65);
    t.regex(lastLine, message);
    t.is((await command('load')).code, 0);
  }
  await database.client.query('DELETE FROM events WHERE year = 2010');
  t.is((await command('publish')).code, 0);
});

test.serial('the run is recorded with its anomalies, and the log tells them', async (t) => {
  const { log } = await command('publish');
  const { rows } = await database.client.query(
    `SELECT anomalies, (SELECT count(*) FROM airport_days WHERE is_anomaly AND flight_date >= '2013-01-01')::int AS found
     FROM runs WHERE year = 2013`,
  );
  t.is(rows.length, 1);
  t.true(rows[0].found > 0);
  t.is(rows[0].anomalies, rows[0].found);
  t.regex(log, new RegExp(`INFO published .*anomalies=${rows[0].found} events=\\d+ `));
  t.regex(log, /INFO [A-Z]{3}, \d+ \w{3} 2013: .*worse than every other day of the year.* score=\d+\.\d/);
});

test.serial('the report tells that the year is not complete', async (t) => {
  const flights = join(folder, '2013.csv');
  const whole = readFileSync(flights, 'utf8');
  try {
    writeFileSync(flights, whole.replaceAll(/^2013-11.*\n/gm, ''));
    t.is((await command('run', 2013, {}, ['--allow-partial'])).code, 0);
    const report = readFileSync(join(bucket, 'reports', '2013.html'), 'utf8');
    t.regex(report, /<p class="note">This year is not complete: no flights in November\.<\/p>/);
  } finally {
    writeFileSync(flights, whole);
  }
  t.is((await command('run')).code, 0);
  t.notRegex(readFileSync(join(bucket, 'reports', '2013.html'), 'utf8'), /not complete/);
});

test.serial('links go to the public address where there is one', async (t) => {
  const { log } = await command('publish', 2013, { PUBLIC_BASE_URL: 'https://delays.example.org/' });
  t.regex(log, /report=https:\/\/delays\.example\.org\/reports\/2013\.html/);
});

test.serial('without a database nothing is published', async (t) => {
  const report = join(bucket, 'reports', '2013.html');
  const before = readFileSync(report);
  const { code } = await command('publish', 2013, { DATABASE_URL: 'postgres://pipeline@127.0.0.1:1/flights' });
  t.is(code, 69);
  t.deepEqual(readFileSync(report), before);
});
