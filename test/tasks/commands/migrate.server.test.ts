import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { tableFromIPC, tableToIPC } from '@uwdata/flechette';
import test from 'ava';
import { runner } from 'node-pg-migrate';
import { carrierName } from '../../../tasks/detect/carrier-names.ts';
import { columnName, columns } from '../../../tasks/summary/columns.ts';
import { runCommand, startCommand } from '../../support/run-command.ts';
import { writeGeneratedYear } from '../../support/sample-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestDatabase, type TestDatabase } from '../../support/test-database.ts';

/** Their names, in their order. */
const allMigrations = readdirSync(new URL('../../../tasks/migrations', import.meta.url))
  .map((file) => file.replace('.sql', ''))
  .sort();
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
    allMigrations,
  );
});

test.serial('a second migrate changes nothing, and the airports are there once', async (t) => {
  const { code, log } = await runCommand(['migrate'], database.environment);
  t.is(code, 0, log);
  t.regex(log, /migrations_run=0 airports=2154 carriers=32/);
  const { rows } = await database.client.query(`SELECT * FROM airports WHERE airport = 'JFK'`);
  t.deepEqual(rows, [
    {
      airport: 'JFK',
      name: 'John F. Kennedy International Airport',
      city: 'New York',
      latitude: 40.639751,
      longitude: -73.778925,
      time_zone: 'America/New_York',
    },
  ]);
  const { rows: carriers } = await database.client.query('SELECT * FROM carriers ORDER BY carrier COLLATE "C"');
  t.is(carriers.length, 32);
  t.deepEqual(
    carriers.find(({ carrier }) => carrier === 'MQ'),
    { carrier: 'MQ', name: carrierName('MQ') },
  );
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
      'carriers',
      'runs',
      'events',
      'contributors',
      'segment_anomalies',
      'summaries',
      'quality_facts',
      'digests',
      'noted_events',
      'deliveries',
      'feed',
      'dep_delay',
      'run_quality',
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
  t.regex(log, new RegExp(`migrations_run=${allMigrations.length - 2} `));
});

test.serial('a database with ten years of the state before is upgraded, and asks for its years anew', async (t) => {
  const folder = temporaryFolder();
  const bucket = join(folder, 'bucket');
  const environment = {
    ...database.environment,
    FLIGHTS_URI: `${pathToFileURL(folder).href}/{year}.csv`,
    OUTPUT_URI: pathToFileURL(bucket).href,
  };
  const run = (command: string) => runCommand([command, '--year', '2013'], environment);
  await writeGeneratedYear(folder, { year: 2013, flights: 8_000, airports: 4 });
  await loadTheStateBefore();
  const counts = `SELECT count(*)::int AS days, sum(flights)::int AS flights, sum(anomaly_score)::float AS score FROM airport_days`;
  const { rows: before } = await database.client.query(counts);
  t.is(before[0].days, 3 * 3_652);

  const { code, log } = await runCommand(['migrate'], environment);
  t.is(code, 0, log);
  t.regex(log, new RegExp(`migrations_run=${allMigrations.length - 10} `));
  t.deepEqual((await database.client.query(counts)).rows, before, 'the days are still there');
  const { rows: names } = await database.client.query('SELECT * FROM airport_days LIMIT 1');
  t.false('later_than_share' in names[0] || 'worst_carriers' in names[0]);
  t.is(names[0].late_share, null);

  // A summary whose tables were taken out no longer has the content that its hash is of.
  t.is((await run('detect')).code, 0);
  const summary = join(bucket, 'summaries', '2013.arrow');
  const written = readFileSync(summary);
  const table = tableFromIPC(written);
  table.schema.metadata!.delete('delaywatch_contributors');
  table.schema.metadata!.delete('delaywatch_segment_anomalies');
  writeFileSync(summary, tableToIPC(table, { format: 'file' })!);
  for (const command of ['load', 'publish']) {
    const { code, lastLine } = await run(command);
    t.is(code, 65, command);
    t.regex(lastLine, /2013\.arrow is damaged: .*; run `detect` for the year again/, command);
  }
  for (const command of ['detect', 'render']) t.is((await run(command)).code, 0, command);
  t.deepEqual(readFileSync(summary), written);
  const early = await run('publish');
  t.is(early.code, 65);
  t.regex(early.lastLine, /the rows in the database are of another summary; run `load`/);
  for (const command of ['load', 'publish']) t.is((await run(command)).code, 0, command);
  const { rows: after } = await database.client.query('SELECT count(late_share)::int AS new FROM airport_days');
  t.true(after[0].new > 0 && after[0].new < 3 * 3_652, 'the other nine years have not been loaded again');
});

/** Run so many of the migrations that are still to be run. */
async function migrations(count: number): Promise<void> {
  await runner({
    dbClient: database.client,
    dir: fileURLToPath(new URL('../../../tasks/migrations', import.meta.url)),
    direction: 'up',
    count,
    migrationsTable: 'schema_versions',
    singleTransaction: false,
    log: () => {},
  });
}

/** The years 2009 to 2018 of three airports, as the version before migration 0011 loaded them. */
async function loadTheStateBefore(): Promise<void> {
  await database.client.query(
    'DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO viewer',
  );
  await migrations(10);
  for (let year = 2009; year <= 2018; year++) {
    await database.client.query(`
      CREATE TABLE airport_days_${year} PARTITION OF airport_days FOR VALUES FROM ('${year}-01-01') TO ('${year + 1}-01-01');
      ALTER TABLE airport_days_${year} ADD CHECK (year = ${year});
      INSERT INTO airport_days (airport, flight_date, flights, numbered_flights, departures, cancelled, mean_departure_delay,
          z_score, is_outlier, anomaly_score, is_anomaly, anomaly_kind, later_than_share, worst_carriers, explanation, event_id)
        SELECT airport, day, 100, 100, 99, 1, 9.5, 0.5, false, 4, true, 'delays', 0.9, 'AA', 'was bad', 1
        FROM unnest('{ATL,ORD,DEN}'::text[]) AS airport,
          generate_series('${year}-01-01'::date, '${year}-12-31', '1 day') AS day;
      INSERT INTO events VALUES (${year}, 1, '${year}-01-01', '${year}-12-31', '{ATL,ORD,DEN}', 1, 1, 1, 1, NULL, 'a bad year');
      SELECT refresh_airport_years(${year});
      INSERT INTO summaries SELECT ${year}, repeat('a', 64), '0.1.0', 3.5, hashes_of_year(${year})`);
  }
}

test.serial('an unreachable database is reported after some attempts', async (t) => {
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
    const { client } = database;
    await client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO viewer');
    await migrations(8);
    await client.query(`
    INSERT INTO events VALUES (2013, 1, '2013-01-01', '2013-01-01', '{JFK}', 1, 1, 1, 1, NULL, 'an event');
    INSERT INTO summaries SELECT year, 'x', '1', 3.5, hashes_of_year(year) FROM unnest('{2012, 2013}'::int[]) AS year;
    UPDATE events SET title = 'another title';
    CREATE TABLE airport_days_2012 PARTITION OF airport_days FOR VALUES FROM ('2012-01-01') TO ('2013-01-01');
    INSERT INTO airport_days (airport, flight_date, flights, numbered_flights, departures, is_outlier, is_anomaly)
      VALUES ('JFK', '2012-02-29', 1, 1, 1, false, false);
    UPDATE summaries SET hashes = hashes_of_year(2012) WHERE year = 2012`);
    await migrations(1);
    const { rows } = await client.query(
      'SELECT year, hashes = hashes_of_year(year) AS right FROM summaries ORDER BY year',
    );
    t.deepEqual(rows, [
      { year: 2012, right: true },
      { year: 2013, right: false },
    ]);
    t.is((await runCommand(['migrate'], database.environment)).code, 0);
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
