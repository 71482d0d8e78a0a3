import test from 'ava';
import { howLate } from '../../../tasks/detect/how-late.ts';
import { lateSteps } from '../../../tasks/summary/lateness.ts';
import { bundleFiles } from '../../support/dashboard-bundle.ts';
import { runCommand } from '../../support/run-command.ts';
import { startTestDatabase, type TestDatabase } from '../../support/test-database.ts';

let database: TestDatabase;

test.before(async () => {
  database = await startTestDatabase();
  const { code, log } = await runCommand(['migrate'], database.environment);
  if (code !== 0) throw new Error(log);
});

test.after.always(() => database?.stop());

test('every dataset, column and metric can be asked for, in the schema that the migrations make, by the viewer', async (t) => {
  const viewer = await database.postgres.connect('viewer');
  try {
    for (const { table_name, sql, columns, metrics } of bundleFiles('datasets')) {
      const names = columns.map(({ column_name }: any) => column_name);
      const { fields } = await viewer.query(`SELECT * FROM (${sql}) AS virtual_table`);
      t.deepEqual(fields.map(({ name }) => name).sort(), [...names].sort(), table_name);
      for (const { expression } of metrics) {
        await t.notThrowsAsync(
          viewer.query(`SELECT ${expression} FROM (${sql}) AS virtual_table`),
          `${table_name}: ${expression}`,
        );
      }
    }
  } finally {
    await viewer.end();
  }
});

test('a year is compared only with the year before it, if there is one', async (t) => {
  const { sql, metrics } = bundleFiles('datasets').find(({ table_name }) => table_name === 'Years');
  const names = ['total_flights', 'total_anomalous_days', 'total_events', 'share_cancelled'];
  const asked = names.map((name) => metrics.find(({ metric_name }: any) => metric_name === name).expression);
  // 2016 is not loaded. AAA ends in 2015 and BBB starts in 2018; CCC flies in all years, without a bad day in 2017.
  await database.client.query(`
    INSERT INTO airport_years (year, airport, flights, cancelled, anomalous_days) VALUES
      (2014, 'AAA', 100, 10, 3), (2015, 'AAA', 200, 0, 0),
      (2014, 'CCC', 300, 3, 1), (2015, 'CCC', 300, 6, 2), (2017, 'CCC', 310, 0, 0), (2018, 'CCC', 320, 32, 4),
      (2018, 'BBB', 50, 1, 1);
    CREATE TABLE airport_days_2014 PARTITION OF airport_days FOR VALUES FROM ('2014-01-01') TO ('2015-01-01');
    CREATE TABLE airport_days_2015 PARTITION OF airport_days FOR VALUES FROM ('2015-01-01') TO ('2016-01-01');
    CREATE TABLE airport_days_2018 PARTITION OF airport_days FOR VALUES FROM ('2018-01-01') TO ('2019-01-01');
    INSERT INTO airport_days (airport, flight_date, event_id, anomaly_kind, is_anomaly, is_outlier, flights, numbered_flights, departures)
      SELECT airport, date::date, event, kind, true, false, 9, 9, 9 FROM (VALUES
        ('AAA', '2014-02-01', 1, 'delays'), ('AAA', '2014-02-02', 1, 'delays'), ('AAA', '2014-02-03', 1, 'delays'),
        ('CCC', '2014-02-01', 1, 'both'), ('CCC', '2015-02-01', 1, 'delays'), ('CCC', '2015-02-02', 1, 'both'),
        ('BBB', '2018-02-03', 1, 'delays'), ('CCC', '2018-02-01', 1, 'both'), ('CCC', '2018-02-02', 1, 'delays'),
        ('CCC', '2018-02-03', 1, 'delays'), ('CCC', '2018-03-01', 2, 'delays')) AS days (airport, date, event, kind)`);
  const years = async (chosen: number, airports: string[], kinds?: string[]) => {
    const text = `SELECT extract(year FROM period)::integer, ${asked.map((expression) => `(${expression})::float`)}
      FROM (${sql}) AS virtual_table WHERE year = $1 AND airport = ANY ($2) AND ($3::text[] IS NULL OR anomaly_kind = ANY ($3))
      GROUP BY period ORDER BY period`;
    return (await database.client.query({ text, values: [chosen, airports, kinds], rowMode: 'array' })).rows;
  };
  const nothing = [null, null, null, null];
  t.deepEqual(await years(2015, ['AAA', 'CCC']), [
    [2014, 400, 4, 1, 13 / 400],
    [2015, 500, 2, 1, 6 / 500],
  ]);
  t.deepEqual(
    await years(2017, ['CCC']),
    [
      [2014, 300, 1, 1, 0.01],
      [2015, 300, 2, 1, 0.02],
      [2016, ...nothing],
      [2017, 310, 0, 0, 0],
    ],
    'the year before is not loaded',
  );
  t.deepEqual(
    (await years(2018, ['CCC'])).slice(3),
    [
      [2017, 310, null, null, null],
      [2018, 320, 4, 2, 0.1],
    ],
    'nothing is no number to compare with',
  );
  t.deepEqual((await years(2018, ['BBB'])).slice(3), [
    [2017, ...nothing],
    [2018, 50, 1, 1, 0.02],
  ]);
  t.deepEqual((await years(2018, ['AAA'])).slice(3), [
    [2017, ...nothing],
    [2018, 0, 0, 0, 0],
  ]);
  const daysAndEvents = async (chosen: number, kinds: string[]) =>
    (await years(chosen, ['AAA', 'BBB', 'CCC'], kinds)).map(([year, , days, events]) => [year, days, events]);
  t.deepEqual(
    await daysAndEvents(2018, ['delays']),
    [
      [2014, 3, 1],
      [2015, 1, 1],
      [2017, null, null],
      [2018, 4, 2],
    ],
    'of a kind: its days, and the events that have one',
  );
  t.deepEqual(await daysAndEvents(2018, ['cancellations', 'both']), [
    [2014, 1, 1],
    [2015, 1, 1],
    [2017, null, null],
    [2018, 1, 1],
  ]);
  t.deepEqual((await daysAndEvents(2018, ['cancellations'])).at(-1), [2018, 0, 0], 'a kind that no day has');
});

test('ordinary days have a range where one airport is looked at, also when another one does not fly each day', async (t) => {
  const { metrics } = bundleFiles('datasets').find(({ table_name }) => table_name === 'Airport days');
  const [low, high] = ['lower', 'upper'].map(
    (end) => metrics.find(({ metric_name }: any) => metric_name === `mean_delay__yhat_${end}`).expression,
  );
  const ranges = async (airports: string[]) => {
    const text = `SELECT day, ${low}, ${high}
      FROM (VALUES (4, 'AAA', -2, 30), (5, 'AAA', -3, 20), (4, 'BBB', 1, 9)) AS days (day, airport, expected_low, expected_high)
      WHERE airport = ANY ($1) GROUP BY day ORDER BY day`;
    return (await database.client.query({ text, values: [airports], rowMode: 'array' })).rows;
  };
  t.deepEqual(await ranges(['AAA']), [
    [4, -2, 30],
    [5, -3, 20],
  ]);
  t.deepEqual(await ranges(['AAA', 'BBB']), [
    [4, null, null],
    [5, null, null],
  ]);
});

test.serial('a segment that was in trouble has the words of the report', async (t) => {
  const { sql } = bundleFiles('datasets').find(({ table_name }) => table_name === 'Segment anomalies');
  const lateness = [...lateSteps, null];
  for (const [index, late] of lateness.entries()) {
    await database.client.query(
      `INSERT INTO segment_anomalies VALUES (1999, 'carrier', 'JFK', 'MQ', '1999-01-01'::date + $1::int, 9, 1, 5, 4, $2, 0.125, 0.005, 1)`,
      [index, late],
    );
  }
  await database.client.query(
    `INSERT INTO segment_anomalies VALUES
       (1999, 'carrier', '10397', 'ZZ', '1999-02-01', 9, 9, NULL, 4, NULL, 1, 0.01, NULL),
       (1999, 'destination', 'BOS', NULL, '1999-02-02', 9, 9, NULL, 4, NULL, 1, 0.01, NULL),
       (1999, 'destination', '10397', NULL, '1999-02-03', 9, 9, NULL, 4, NULL, 1, 0.01, NULL)`,
  );
  await database.client.query(
    `INSERT INTO events (year, event_id, first_date, last_date, airports, airport_days, flights, cancelled, minutes_lost, title)
     VALUES (1999, 1, '1999-01-01', '1999-01-09', '{JFK}', 1, 1, 1, 1, 'a storm')`,
  );
  const { rows } = await database.client.query({
    text: `SELECT who, out_of_line, event FROM (${sql}) AS virtual_table WHERE year = 1999 ORDER BY flight_date`,
    rowMode: 'array',
  });
  t.deepEqual(rows, [
    ...lateness.map((late) => ['Envoy (MQ) at JFK', `13 % ${howLate(late ?? NaN)}, usual 1 %`, 'a storm']),
    ['ZZ at 10397', '100 % did not leave, usual 1 %', ''],
    ['Flights to Boston (BOS)', '100 % did not leave, usual 1 %', ''],
    ['Flights to 10397', '100 % did not leave, usual 1 %', ''],
  ]);
});

test.serial('contributors have names; what the files of a year do not tell is a value of its own', async (t) => {
  const { sql } = bundleFiles('datasets').find(({ table_name }) => table_name === 'Contributors');
  await database.client.query(`
    CREATE TABLE airport_days_1998 PARTITION OF airport_days FOR VALUES FROM ('1998-01-01') TO ('1999-01-01');
    INSERT INTO airport_days (airport, flight_date, flights, numbered_flights, departures, is_outlier, is_anomaly, anomaly_kind,
        lost_minutes, excess_minutes)
      VALUES ('JFK', '1998-01-01', 10, 10, 8, false, true, 'both', 900, 800),
        ('JFK', '1998-01-02', 10, 10, 8, false, true, 'delays', 300, -5), ('JFK', '1998-01-03', 10, 10, 8, false, false, NULL, 9, 9);
    INSERT INTO contributors VALUES
      (1998, 'JFK', '1998-01-01', 'carrier', 'MQ', 5, 2, 700, 600, 0.75, true),
      (1998, 'JFK', '1998-01-01', 'carrier', 'ZZ', 5, 0, 200, 200, 0.25, false),
      (1998, 'JFK', '1998-01-01', 'destination', 'BOS', 9, 2, 900, 800, 1, false)`);
  const { rows } = await database.client.query({
    text: `SELECT airport_day, anomaly_kind, dimension, label, flights, cancelled, excess_minutes, stands_out
      FROM (${sql}) AS virtual_table WHERE year = 1998 ORDER BY airport_day, dimension, label`,
    rowMode: 'array',
  });
  t.deepEqual(rows, [
    ['1998-01-01 JFK', 'both', 'carrier', 'Envoy (MQ)', 5, 2, 600, true],
    ['1998-01-01 JFK', 'both', 'carrier', 'ZZ', 5, 0, 200, false],
    ['1998-01-01 JFK', 'both', 'destination', 'Boston (BOS)', 9, 2, 800, false],
    ['1998-01-01 JFK', 'both', 'hours', 'not in this file', 10, 2, 800, false],
    ['1998-01-02 JFK', 'delays', 'hours', 'not in this file', 10, 2, 0, false],
  ]);
  const { sql: days } = bundleFiles('datasets').find(({ table_name }) => table_name === 'Anomalous days');
  const { rows: written } = await database.client.query(
    `SELECT airport_day FROM (${days}) AS virtual_table WHERE year = 1998 ORDER BY 1`,
  );
  t.deepEqual(
    written.map(({ airport_day }) => airport_day),
    ['1998-01-01 JFK', '1998-01-02 JFK'],
    'a click on a day chooses it in both datasets',
  );
});

test.serial('quality facts have their units, and what is not known is empty', async (t) => {
  const { sql } = bundleFiles('datasets').find(({ table_name }) => table_name === 'Quality facts');
  await database.client.query(`
    INSERT INTO runs (year, started_at, finished_at, flights_read, rows_loaded, charts, anomalies, code_version, months)
      VALUES (1996, '2026-01-01', '2026-01-02', 1, 1, 1, 0, '', 12);
    INSERT INTO quality_facts (year, started_at, place, fact, unit, value, before, names, warning) VALUES
      (1996, '2026-01-01', 1, 'flights', 'flights', 1234567, 1000000, '{}', '23.5 % more flights than in 1995'),
      (1996, '2026-01-01', 2, 'cancelled', 'share', 0.0213, 0.03, '{}', NULL),
      (1996, '2026-01-01', 3, 'airports that appeared', 'airports', 2, NULL, '{AAA,BBB}', NULL),
      (1996, '2026-01-01', 4, 'airports that vanished', 'airports', NULL, NULL, '{}', NULL)`);
  const { rows } = await database.client.query({
    text: `SELECT fact, value, before, change, names, warning FROM (${sql}) AS virtual_table WHERE year = 1996 ORDER BY place`,
    rowMode: 'array',
  });
  t.deepEqual(rows, [
    ['flights', '1,234,567', '1,000,000', '+23.5 %', '', '23.5 % more flights than in 1995'],
    ['cancelled', '2.1 %', '3.0 %', '-0.9 points', '', null],
    ['airports that appeared', '2', null, null, 'AAA, BBB', null],
    ['airports that vanished', null, null, null, '', null],
  ]);
});

test.serial('an incomplete year is noted as provisional', async (t) => {
  const { sql } = bundleFiles('datasets').find(({ table_name }) => table_name === 'Runs');
  await database.client.query(`
    INSERT INTO airport_years (year, airport, flights, cancelled, anomalous_days)
      SELECT year, 'DDD', 1, 0, 0 FROM generate_series(2023, 2025) AS year;
    INSERT INTO summaries (year, sha256, code_version, threshold, months, hashes)
      VALUES (2023, '', '', 3.1, 12, '{}'), (2024, '', '', 3.1, 1, '{}'), (2025, '', '', 3.1, 3, '{}')`);
  const { rows } = await database.client.query(
    `SELECT year, note FROM (${sql}) AS virtual_table WHERE year > 2022 ORDER BY year`,
  );
  t.deepEqual(rows, [
    { year: 2023, note: null },
    { year: 2024, note: 'January: provisional until the year is complete' },
    { year: 2025, note: 'January to March: provisional until the year is complete' },
  ]);
});

test.serial('a day has its score in the colour of its worst airport’s anomaly', async (t) => {
  const { metrics } = bundleFiles('datasets').find(({ table_name }) => table_name === 'Airport days');
  const asked = ['ordinary', 'delays', 'cancellations', 'both'].map(
    (kind) => metrics.find(({ metric_name }: any) => metric_name === `worst_${kind}`).expression,
  );
  const { rows } = await database.client.query({
    text: `SELECT day, ${asked} FROM (VALUES
        (1, 2.5, false, NULL), (1, -1.0, false, NULL), (2, -0.5, false, NULL),
        (3, 5.0, true, 'delays'), (3, 7.0, true, 'both'), (3, 1.0, false, NULL), (4, 4.0, true, 'cancellations'))
        AS days (day, anomaly_score, is_anomaly, anomaly_kind)
      GROUP BY day ORDER BY day`,
    rowMode: 'array',
  });
  t.deepEqual(
    rows.map(([day, ...scores]) => [day, ...scores.map((score) => score && Number(score))]),
    [
      [1, 2.5, null, null, null],
      [2, 0, null, null, null],
      [3, null, null, null, 7],
      [4, null, null, 4, null],
    ],
  );
});

test.serial('an event of many airports counts once where the events are grouped', async (t) => {
  const { sql, metrics } = bundleFiles('datasets').find(({ table_name }) => table_name === 'Events');
  await database.client.query(
    `INSERT INTO events (year, event_id, first_date, last_date, airports, airport_days, flights, cancelled, minutes_lost, title)
     VALUES (1997, 1, '1997-01-01', '1997-01-03', '{JFK,EWR,LGA}', 7, 900, 10, 500, 'a storm'),
       (1997, 2, '1997-02-01', '1997-02-01', '{JFK}', 1, 90, 0, 4000, 'fog')`,
  );
  const worst = async (airport: string) => {
    const text = `SELECT title, days, airports, ${metrics[0].expression} FROM (${sql}) AS virtual_table
      WHERE year = 1997 AND airport LIKE $1 GROUP BY title, days, airports ORDER BY 4 DESC`;
    return (await database.client.query({ text, values: [airport], rowMode: 'array' })).rows;
  };
  t.deepEqual(await worst('%'), [
    ['fog', 1, 1, 4000],
    ['a storm', 3, 3, 3500],
  ]);
  t.deepEqual(await worst('EWR'), [['a storm', 3, 3, 3500]]);
});
