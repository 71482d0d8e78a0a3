import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import test from 'ava';
import { parse } from 'csv-parse/sync';
import { isoDate } from '../../../charts/dates.ts';
import { airportRows } from '../../../tasks/summary/airport-days.ts';
import { decodeSummary } from '../../../tasks/summary/summary-file.ts';
import { type Ended, runCommand } from '../../support/run-command.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestDatabase, type TestDatabase } from '../../support/test-database.ts';

const samples = new URL('../../../samples/', import.meta.url);
const fixtures = new URL('../../fixtures/', import.meta.url);
const bucket = join(temporaryFolder(), 'bucket');
let database: TestDatabase;
let first: Ended;

const run = () =>
  runCommand(['run', '--year', '2013'], {
    ...database.environment,
    FLIGHTS_URI: `${samples.href}flights-{year}.csv.zst`,
    OUTPUT_URI: pathToFileURL(bucket).href,
  });

test.before(async () => {
  database = await startTestDatabase();
  first = await run();
});

test.after.always(() => database?.stop());

test.serial('the flights of 2013 come to what the reference makes of them, to 1e-9', async (t) => {
  t.is(first.code, 0, first.log);
  const reference = parse(gunzipSync(readFileSync(new URL('nyc2013_reference.csv.gz', fixtures))), { columns: true });
  const { rows } = await database.client.query(
    'SELECT origin, date::text, num_flights, dep_delay, del_scaled, outlier FROM dep_delay ORDER BY origin, date',
  );
  const close = (actual: number | null, expected: string) =>
    expected === ''
      ? actual === null
      : actual !== null && Math.abs(actual - Number(expected)) <= 1e-9 * Math.max(1, Math.abs(Number(expected)));
  t.is(rows.length, reference.length);
  (reference as Record<string, string>[]).forEach((expected, index) => {
    const row = rows[index];
    const where = `${expected.origin} ${expected.date}`;
    t.is(`${row.origin} ${row.date}`, where);
    t.is(row.num_flights, Number(expected.num_flights), where);
    t.is(row.outlier, Number(expected.outlier), where);
    t.true(
      close(row.dep_delay, expected.dep_delay),
      `${where}: delay ${row.dep_delay}, expected ${expected.dep_delay}`,
    );
    t.true(
      close(row.del_scaled, expected.del_scaled),
      `${where}: z ${row.del_scaled}, expected ${expected.del_scaled}`,
    );
  });
  t.is(rows.filter(({ outlier }) => outlier === 1).length, 17);
});

test.serial(
  'the detector by profile comes to what its plain version makes of the flights of 2013, to 1e-9',
  async (t) => {
    const expected = parse(gunzipSync(readFileSync(new URL('nyc2013_profile.csv.gz', fixtures))), {
      columns: true,
    }) as Record<string, string>[];
    const { days } = decodeSummary(readFileSync(join(bucket, 'summaries', '2013.arrow')), 'summary');
    const found = airportRows(days).flatMap(({ airport, start, end }) =>
      Array.from({ length: end - start }, (_, offset) => ({
        name: `${airport} ${isoDate(2013, days.dayOfYear[start + offset])}`,
        score: days.anomalyScore[start + offset],
        flag: days.isAnomaly[start + offset],
        step: Number.isNaN(days.lateBy[start + offset]) ? 'cancelled' : `${days.lateBy[start + offset]}`,
        shares: [days.lateShare[start + offset], days.usualLateShare[start + offset]],
      })),
    );
    t.deepEqual(
      found.map(({ name }) => name),
      expected.map(({ airport, date }) => `${airport} ${date}`),
    );
    expected.forEach(({ anomaly_score, is_anomaly, late_share, usual_late_share, step }, row) => {
      const { name, score, shares, flag } = found[row];
      [anomaly_score, late_share, usual_late_share].map(Number).forEach((wanted, which) => {
        const value = [score, ...shares][which];
        t.true(Math.abs(value - wanted) <= 1e-9, `${name}: ${value}, expected ${wanted}`);
      });
      t.is(flag, Number(is_anomaly), name);
      t.is(found[row].step, step, name);
    });
    const anomalies = found.filter(({ flag }) => flag === 1).map(({ name }) => name);
    t.is(anomalies.length, 63);
    const nemo = ['EWR', 'JFK', 'LGA'].flatMap((airport) => [`${airport} 2013-02-08`, `${airport} 2013-02-09`]);
    t.deepEqual(
      nemo.filter((day) => !anomalies.includes(day)),
      [],
      'the six days of blizzard Nemo',
    );
    const { rows } = await database.client.query(
      `SELECT airport || ' ' || flight_date AS name FROM airport_days WHERE is_anomaly ORDER BY airport, flight_date`,
    );
    t.deepEqual(
      rows.map(({ name }) => name),
      anomalies,
    );
  },
);

test.serial('blizzard Nemo is one event of three airports and two days', async (t) => {
  const { rows } = await database.client.query(
    `SELECT first_date::text, last_date::text, airports, airport_days FROM events
     WHERE first_date <= '2013-02-08' AND last_date >= '2013-02-08'`,
  );
  t.is(rows.length, 1);
  t.like(rows[0], { first_date: '2013-02-08', last_date: '2013-02-09', airport_days: 6 });
  t.deepEqual(rows[0].airports.sort(), ['EWR', 'JFK', 'LGA']);
});

test.serial('a second run replaces, and duplicates nothing', async (t) => {
  const contents = async () =>
    (
      await database.client.query(
        `SELECT md5(string_agg(a::text, ',' ORDER BY airport, flight_date)) AS hash FROM airport_days a`,
      )
    ).rows[0].hash;
  const before = await contents();
  const chart = readFileSync(join(bucket, 'plots', '2013', 'JFK.png'));
  const { code, log } = await run();
  t.is(code, 0, log);
  t.is(await contents(), before);
  t.deepEqual(readFileSync(join(bucket, 'plots', '2013', 'JFK.png')), chart);
  const { rows } = await database.client.query('SELECT count(*)::int AS runs FROM runs');
  t.is(rows[0].runs, 2);
});
