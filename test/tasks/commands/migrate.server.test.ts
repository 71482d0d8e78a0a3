import { readFileSync } from 'node:fs';
import test from 'ava';
import { columnName, columns } from '../../../tasks/summary/columns.ts';
import { runCommand, startCommand } from '../../support/run-command.ts';
import { startTestDatabase, type TestDatabase } from '../../support/test-database.ts';

let database: TestDatabase;

test.before(async () => {
  database = await startTestDatabase();
});

test.after.always(() => database?.stop());

test.serial('two at once make the schema once', async (t) => {
  const both = await Promise.all([1, 2].map(() => runCommand(['migrate', '--year', '2013'], database.environment)));
  for (const { code, log } of both) t.is(code, 0, log);
  t.is(both.filter(({ log }) => log.includes('migrations_run=0')).length, 1);
  const { rows } = await database.client.query('SELECT name FROM schema_versions ORDER BY name');
  t.deepEqual(
    rows.map(({ name }) => name),
    [
      '0001_airport-days',
      '0002_airports',
      '0003_runs',
      '0004_viewer',
      '0005_anomalies',
      '0006_dashboard',
      '0007_numbered-flights',
      '0008_summaries',
      '0009_faster-hashes',
      '0010_missing',
    ],
  );
});

test.serial('again it changes nothing, and the airports are there once', async (t) => {
  const { code, log } = await runCommand(['migrate'], database.environment);
  t.is(code, 0, log);
  t.regex(log, /migrations_run=0 airports=2154/);
  const { rows } = await database.client.query(`SELECT * FROM airports WHERE airport = 'JFK'`);
  t.deepEqual(rows, [
    {
      airport: 'JFK',
      name: 'John F Kennedy Intl',
      city: 'New York',
      latitude: 40.639751,
      longitude: -73.778925,
      time_zone: 'America/New_York',
    },
  ]);
});

for (const [what, lock] of [
  ['a migration of another process', 'SELECT pg_advisory_xact_lock(19871001)'],
  ['a session that holds on to a table', 'LOCK TABLE airports IN SHARE MODE'],
]) {
  test.serial(`${what} is waited for, and named when it does not end`, async (t) => {
    const other = await database.postgres.connect('pipeline');
    try {
      await other.query(`SET application_name = 'another one'`);
      await other.query(`BEGIN; ${lock}`);
      const patient = startCommand(['migrate'], database.environment);
      await patient.logged(/another session is in the way/);
      await other.query('ROLLBACK');
      const ended = await patient.ended;
      t.is(ended.code, 0, ended.log);

      await other.query(`BEGIN; ${lock}`);
      const { code, log, lastLine } = await runCommand(['migrate'], database.environment);
      t.is(code, 69, log);
      t.regex(log, /WARN another session is in the way .*pid=\d+ application="another one" since=20/);
      t.regex(lastLine, /other sessions held their locks for too long, 6 times \(pid \d+, application another one/);
    } finally {
      await other.end();
    }
  });
}

test.serial('table airport_days has the columns of a summary, with their types, and the year', async (t) => {
  const { rows } = await database.client.query(
    `SELECT column_name AS name, data_type AS type, is_nullable = 'YES' AS nullable FROM information_schema.columns
     WHERE table_name = 'airport_days'`,
  );
  const types = { integer: 'integer', number: 'double precision', flag: 'boolean', text: 'text' };
  const always = ['airport', 'flight_date', 'flights', 'numbered_flights', 'departures', 'is_outlier', 'is_anomaly'];
  const expected = [
    ['airport', 'text'],
    ['flight_date', 'date'],
    ['year', 'integer'],
    ...columns.map((column) => [columnName(column), types[column.type]]),
  ].map(([name, type]) => ({ name, type, nullable: !always.includes(name) }));
  const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
  t.deepEqual(rows.sort(byName), expected.sort(byName));
});

test.serial('the viewer reads all tables, also those that come later, and writes none', async (t) => {
  await database.client.query('CREATE TABLE later (a int)');
  const viewer = await database.postgres.connect('viewer');
  try {
    for (const table of [
      'airport_days',
      'airport_years',
      'airports',
      'runs',
      'events',
      'summaries',
      'dep_delay',
      'later',
    ]) {
      await t.notThrowsAsync(viewer.query(`SELECT * FROM ${table}`), table);
    }
    await t.throwsAsync(viewer.query('DELETE FROM airport_days'), { message: /permission denied/ });
    await t.throwsAsync(viewer.query('CREATE TABLE mine (a int)'), { message: /permission denied/ });
  } finally {
    await viewer.end();
    await database.client.query('DROP TABLE later');
  }
});

test.serial('a migration that fails leaves the earlier ones and can be run again', async (t) => {
  await database.client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE runs (mine int)');
  const failed = await runCommand(['migrate'], database.environment);
  t.not(failed.code, 0);
  t.regex(failed.log, /relation "runs" already exists/);
  const { rows } = await database.client.query('SELECT count(*)::int AS done FROM schema_versions');
  t.is(rows[0].done, 2);
  await database.client.query('DROP TABLE runs');
  const { code, log } = await runCommand(['migrate'], database.environment);
  t.is(code, 0, log);
  t.regex(log, /migrations_run=7/);
});

test.serial('a database that is not there is told after some attempts', async (t) => {
  const { code, lastLine } = await runCommand(['migrate'], { DATABASE_URL: 'postgres://pipeline@127.0.0.1:1/flights' });
  t.is(code, 69);
  t.regex(lastLine, /database flights at 127\.0\.0\.1:1 did not answer after 6 attempts/);
});

test.serial('a wrong password is a wrong setting', async (t) => {
  const { code, lastLine } = await runCommand(['migrate'], {
    DATABASE_URL: database.postgres.url('pipeline').replace('@', ':wrong@'),
  });
  t.is(code, 78);
  t.regex(lastLine, /refuses pipeline \(password authentication failed/);
  t.notRegex(lastLine, /:wrong@/);
});

test.serial('a password that is in no file is asked for', async (t) => {
  const url = database.postgres.url('pipeline');
  const { code, lastLine } = await runCommand(['migrate'], { DATABASE_URL: url, PGPASSFILE: '/nowhere' });
  t.is(code, 78);
  t.regex(
    lastLine,
    /asks pipeline for a password; expected a line for [\w.]+:\d+:flights:pipeline in the file .* PGPASSFILE/,
  );
});

test.serial(
  'a year whose rows are as they were loaded stays so when their hashes are made in another way',
  async (t) => {
    const earlier = new URL('../../../tasks/migrations/0008_summaries.sql', import.meta.url);
    const [, before] = /(CREATE FUNCTION hashes_of_year[\s\S]*\$\$;?\s*$)/.exec(readFileSync(earlier, 'utf8'))!;
    const { client } = database;
    await client.query(`
    DROP FUNCTION hashes_of_year; ${before};
    DELETE FROM schema_versions WHERE name = '0009_faster-hashes';
    INSERT INTO events VALUES (2013, 1, '2013-01-01', '2013-01-01', '{JFK}', 1, 1, 1, 1, NULL, 'an event');
    INSERT INTO summaries SELECT year, 'x', '1', 3.5, hashes_of_year(year) FROM unnest('{2012, 2013}'::int[]) AS year;
    UPDATE events SET title = 'another title';
    CREATE TABLE airport_days_2012 PARTITION OF airport_days FOR VALUES FROM ('2012-01-01') TO ('2013-01-01');
    INSERT INTO airport_days (airport, flight_date, flights, numbered_flights, departures, is_outlier, is_anomaly)
      VALUES ('JFK', '2012-02-29', 1, 1, 1, false, false);
    UPDATE summaries SET hashes = hashes_of_year(2012) WHERE year = 2012`);
    const { code, log } = await runCommand(['migrate'], database.environment);
    t.is(code, 0, log);
    const { rows } = await client.query(
      'SELECT year, hashes = hashes_of_year(year) AS right FROM summaries ORDER BY year',
    );
    t.deepEqual(rows, [
      { year: 2012, right: true },
      { year: 2013, right: false },
    ]);
  },
);

test.serial('the hash of a year changes with a value of any column, with its place, and with a row', async (t) => {
  const { client } = database;
  const hash = async () => (await client.query('SELECT hashes_of_year(2012) AS of')).rows[0].of.airport_days;
  const values = { integer: '7', number: '0.25', flag: 'true', text: `'both'` };
  const changes = [
    `UPDATE airport_days SET airport = 'LGA'`,
    `UPDATE airport_days SET flight_date = '2012-03-01'`,
    ...columns.map((column) => `UPDATE airport_days SET ${columnName(column)} = ${values[column.type]}`),
    'DELETE FROM airport_days',
    `INSERT INTO airport_days (airport, flight_date, flights, numbered_flights, departures, is_outlier, is_anomaly)
       VALUES ('JFK', '2012-03-01', 1, 1, 1, false, false)`,
  ];
  const found = new Set([await hash()]);
  for (const change of changes) {
    await client.query(`BEGIN; ${change}`);
    found.add(await hash());
    await client.query('ROLLBACK');
  }
  t.is(found.size, 1 + changes.length, 'no two are the same');
  t.true(found.has(await hash()));
});
