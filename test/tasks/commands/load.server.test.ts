import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { isoDate } from '../../../charts/dates.ts';
import { yearEvents } from '../../../tasks/detect/year-events.ts';
import { readKnownEvents } from '../../../tasks/known-events/known-events.ts';
import { airportRows } from '../../../tasks/summary/airport-days.ts';
import { type Column, columnName, columns } from '../../../tasks/summary/columns.ts';
import { decodeSummary } from '../../../tasks/summary/summary-file.ts';
import { startFlakyProxy } from '../../support/flaky-proxy.ts';
import { runCommand, startCommand } from '../../support/run-command.ts';
import { writeGeneratedYear } from '../../support/sample-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { until } from '../../support/until.ts';

const folder = temporaryFolder();
let database: TestDatabase;
let environment: Record<string, string>;

const load = (year: number, more: Record<string, string> = {}) =>
  startCommand(['load', '--year', String(year)], { ...environment, ...more });

const summary = () => decodeSummary(readFileSync(join(folder, 'bucket', 'summaries', '2013.arrow')), 'summary');

/** NaN stands for null. */
const orNull = (value: number) => (Number.isNaN(value) ? null : value);

/** What the database holds, as one value to compare. */
async function contents(): Promise<string> {
  const found: string[] = [];
  for (const table of ['airport_days', 'events', 'contributors', 'segment_anomalies']) {
    const { rows } = await database.client.query(
      `SELECT count(*) || ' ' || md5(string_agg(t::text, chr(10) ORDER BY t::text)) AS all FROM ${table} t`,
    );
    found.push(`${table} ${rows[0].all}`);
  }
  return found.join(', ');
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
    await writeGeneratedYear(folder, { year, flights: 60_000, airports: 20, seed: year });
    await runCommand(['detect', '--year', String(year)], environment);
  }
});

test.after.always(() => database?.stop());

test.serial('the rows of the summary are the rows of the year, to the last digit', async (t) => {
  for (const year of [2012, 2013]) t.is((await load(year).ended).code, 0);
  const { days } = summary();
  const { rows } = await database.client.query(
    `SELECT flight_date::text AS date, * FROM airport_days WHERE flight_date >= '2013-01-01' ORDER BY airport, flight_date`,
  );
  t.is(rows.length, days.dayOfYear.length);
  const fromSummary = ({ property, type }: Column, row: number) => {
    if (type === 'text') return days[property][row];
    if (type === 'flag') return days[property][row] === 1;
    return orNull(days[property][row]);
  };
  rows.forEach((row, index) => {
    const expected = columns.map((column) => [columnName(column), fromSummary(column, index)]);
    for (const [name, value] of expected) t.is(row[String(name)], value, `${row.airport} ${row.date} ${name}`);
  });
  t.true(
    rows.some((row) => row.mean_departure_delay === null),
    'a day without departures is among them',
  );
});

test.serial('the events of the year are those of its rows', async (t) => {
  const { rows } = await database.client.query(
    `SELECT *, first_date::text, last_date::text FROM events WHERE year = 2013 ORDER BY event_id`,
  );
  t.true(rows.length > 5);
  const events = yearEvents(summary().days, await readKnownEvents());
  t.deepEqual(
    rows,
    events.map((event) => ({
      year: 2013,
      event_id: event.eventId,
      first_date: isoDate(2013, event.firstDay),
      last_date: isoDate(2013, event.lastDay),
      airports: event.airports,
      airport_days: event.airportDays,
      flights: event.flights,
      cancelled: event.cancelled,
      minutes_lost: event.minutesLost,
      main_cause: event.mainCause,
      title: event.title,
    })),
  );
  const { rows: sums } = await database.client.query(
    `SELECT e.event_id FROM events e JOIN airport_days a
       ON a.event_id = e.event_id AND a.flight_date BETWEEN make_date(e.year, 1, 1) AND make_date(e.year, 12, 31)
     GROUP BY e.year, e.event_id, e.flights, e.cancelled, e.airport_days, e.first_date, e.last_date
     HAVING sum(a.flights) <> e.flights OR sum(a.cancelled) <> e.cancelled OR count(*) <> e.airport_days
       OR min(flight_date) <> e.first_date OR max(flight_date) <> e.last_date`,
  );
  t.deepEqual(sums, [], 'the database itself adds up to them');
});

test.serial('the contributors of the year are those of the summary, to the last digit', async (t) => {
  const { days, contributors } = summary();
  const { rows } = await database.client.query(
    `SELECT c.*, c.flight_date::text FROM contributors c WHERE year = 2013
     ORDER BY airport, c.flight_date, array_position('{carrier,destination,hours}', dimension), share DESC, value COLLATE "C"`,
  );
  t.true(rows.length > 100);
  t.is(rows.length, contributors.length);
  const airports = airportRows(days);
  contributors.forEach((contributor, index) => {
    t.deepEqual(rows[index], {
      year: 2013,
      airport: airports.find(({ start, end }) => start <= contributor.row && contributor.row < end)!.airport,
      flight_date: isoDate(2013, days.dayOfYear[contributor.row]),
      dimension: contributor.dimension,
      value: contributor.value,
      flights: contributor.flights,
      cancelled: contributor.cancelled,
      lost_minutes: contributor.lostMinutes,
      excess_minutes: contributor.excessMinutes,
      share: contributor.share,
      stands_out: contributor.standsOut,
    });
  });
  const { rows: strays } = await database.client.query(
    `SELECT FROM contributors LEFT JOIN airport_days USING (year, airport, flight_date) WHERE is_anomaly IS NOT TRUE`,
  );
  t.is(strays.length, 0, 'each belongs to an anomalous day');
});

test.serial('the segment anomalies of the year are those of the summary, to the last digit', async (t) => {
  const { segmentAnomalies } = summary();
  const { rows } = await database.client.query(
    `SELECT s.*, s.flight_date::text FROM segment_anomalies s WHERE year = 2013
     ORDER BY anomaly_score DESC, s.flight_date, kind, airport, carrier`,
  );
  t.true(rows.length > 0);
  t.is(rows.length, segmentAnomalies.length);
  segmentAnomalies.forEach((segment, index) => {
    t.deepEqual(rows[index], {
      year: 2013,
      kind: segment.kind,
      airport: segment.airport,
      carrier: segment.carrier,
      flight_date: isoDate(2013, segment.dayOfYear),
      flights: segment.flights,
      cancelled: segment.cancelled,
      mean_departure_delay: orNull(segment.meanDepartureDelay),
      anomaly_score: segment.anomalyScore,
      late_by: orNull(segment.lateBy),
      late_share: segment.lateShare,
      usual_late_share: segment.usualLateShare,
      event_id: orNull(segment.eventId),
    });
  });
});

test.serial('loading again, twice at once or beside another year changes nothing', async (t) => {
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
    await waiting('DROP TABLE');
    running.child.kill(signal);
    const ended = await running.ended;
    await other.query('ROLLBACK');
    await other.end();
    t.is(ended.code, code);
    if (signal === 'SIGTERM') t.regex(ended.lastLine, /stopped by SIGTERM/);
    t.is(await contents(), before);
  });
}

/** Until a statement of a `load` that has these words waits for a lock. */
async function waiting(words: string): Promise<void> {
  for (;;) {
    const { rows } = await database.client.query(
      `SELECT 1 FROM pg_stat_activity WHERE application_name = 'delaywatch' AND wait_event_type = 'Lock' AND query LIKE $1`,
      [`%${words}%`],
    );
    if (rows.length > 0) return;
    await sleep(20);
  }
}

for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
  test.serial(
    `${signal} between the rows and the events leaves all as they were, and a next load replaces all`,
    async (t) => {
      const right = await contents();
      await database.client.query(
        `UPDATE events SET title = 'before' WHERE year = 2013;
         INSERT INTO events SELECT year, 9999, first_date, last_date, airports, 1, 1, 1, 1, NULL, 'stale' FROM events
           WHERE year = 2013 AND event_id = 1;
         UPDATE contributors SET share = 0 WHERE year = 2013;
         INSERT INTO contributors VALUES (2013, 'ATL', '2013-01-01', 'carrier', 'stale', 1, 1, 1, 1, 1, true);
         UPDATE segment_anomalies SET anomaly_score = 0 WHERE year = 2013;
         INSERT INTO segment_anomalies VALUES (2013, 'carrier', 'ATL', 'stale', '2013-01-01', 1, 1, 1, 1, 1, 1, 1, NULL);
         UPDATE airport_days SET explanation = 'before' WHERE flight_date >= '2013-01-01'`,
      );
      const before = await contents();
      const other = await database.postgres.connect('pipeline');
      await other.query('BEGIN; LOCK TABLE events IN ACCESS EXCLUSIVE MODE');
      const running = load(2013);
      await waiting('DELETE FROM events');
      running.child.kill(signal);
      await running.ended;
      await other.query('ROLLBACK');
      await other.end();
      t.is(await contents(), before);
      t.is((await load(2013).ended).code, 0);
      t.is(await contents(), right);
    },
  );
}

for (const table of ['events', 'contributors', 'segment_anomalies']) {
  test.serial(`a load of a year leaves the ${table} of others`, async (t) => {
    const of2012 = async () =>
      (await database.client.query(`SELECT t::text FROM ${table} t WHERE year = 2012 ORDER BY 1`)).rows;
    const before = await of2012();
    t.true(before.length > 0);
    await database.client.query(`DELETE FROM ${table} WHERE year = 2013`);
    t.is((await load(2013).ended).code, 0);
    t.deepEqual(await of2012(), before);
  });
}

test.serial("the sums of an airport's year are those of its days, also after the year has lost airports", async (t) => {
  const asked = async (table: string, sums: string) =>
    (await database.client.query(`SELECT year, airport, ${sums} FROM ${table} GROUP BY 1, 2 ORDER BY 1, 2`)).rows;
  const right = async () => {
    const kept = await asked('airport_years', 'sum(flights) f, sum(cancelled) c, sum(anomalous_days) a');
    const days =
      'sum(flights) f, sum(coalesce(cancelled, flights - departures)) c, count(*) FILTER (WHERE is_anomaly) a';
    t.deepEqual(kept, await asked('airport_days', days));
    return kept.filter(({ year }) => year === 2014).length;
  };
  for (const airports of [12, 8]) {
    await writeGeneratedYear(folder, { year: 2014, flights: 20_000, airports, seed: 2014 });
    t.is((await runCommand(['detect', '--year', '2014'], environment)).code, 0);
    t.is((await load(2014).ended).code, 0);
    t.is(await right(), airports);
  }
});

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

test.serial(
  'a session that holds on to the table is named, and the load ends without blocking its readers for long',
  async (t) => {
    // A role sees since when its own sessions run, and of others only their names.
    const reader = await database.postgres.connect('pipeline');
    try {
      await reader.query(`SET application_name = 'a slow reader'`);
      await reader.query('BEGIN; SELECT count(*) FROM airport_days');
      const running = startCommand(['load', '--year', '2013'], environment);
      await running.logged(/another session is in the way/);
      const { rows } = await database.client.query('SELECT count(*)::int AS days FROM airport_days');
      t.true(rows[0].days > 0);
      const { code, log, lastLine } = await running.ended;
      t.is(code, 69, log);
      t.regex(log, /WARN another session is in the way .* pid=\d+ application="a slow reader" since=20/);
      t.regex(
        lastLine,
        /other sessions held their locks for too long, 6 times \(pid \d+, application a slow reader, since 20.*\); end them/,
      );
    } finally {
      await reader.query('ROLLBACK');
      await reader.end();
    }
    t.is((await runCommand(['load', '--year', '2013'], environment)).code, 0);
  },
);

test.serial('whatever holds the small tables up, readers of the days do not wait for it', async (t) => {
  const holder = await database.postgres.connect('pipeline');
  try {
    await holder.query('BEGIN; LOCK TABLE contributors IN SHARE MODE');
    const running = load(2013);
    const locksOn = async (table: string) => {
      const { rows } = await database.client.query(
        `SELECT count(*) FILTER (WHERE NOT granted)::int AS waiting,
           count(*) FILTER (WHERE granted AND mode = 'AccessExclusiveLock')::int AS exclusive
         FROM pg_locks WHERE relation = $1::regclass`,
        [table],
      );
      return rows[0] as { waiting: number; exclusive: number };
    };
    await until(async () => (await locksOn('contributors')).waiting > 0);
    t.is((await locksOn('airport_days')).exclusive, 0);
    await holder.query('ROLLBACK');
    const { code, log } = await running.ended;
    t.is(code, 0, log);
  } finally {
    await holder.end();
  }
});

test.serial(
  'a transaction in REPEATABLE READ that began before the load does not see the year; a new one does',
  async (t) => {
    const days = 'SELECT count(*)::int AS days FROM airport_days WHERE year = 2013';
    const reader = await database.postgres.connect('viewer');
    try {
      // It has its snapshot, and has not looked at the table: else the load would wait for its end.
      await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM runs');
      t.is((await load(2013).ended).code, 0);
      t.is((await reader.query(days)).rows[0].days, 0);
      await reader.query('COMMIT');
      t.true((await reader.query(days)).rows[0].days > 0);
    } finally {
      await reader.end();
    }
  },
);

test.serial('years that are loaded at the same time do not wait for each other in a circle', async (t) => {
  const deadlocks = async () =>
    (await database.client.query('SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()')).rows;
  const years = [2012, 2013, 2014, 2015];
  await writeGeneratedYear(folder, { year: 2015, flights: 20_000, airports: 20, seed: 2015 });
  t.is((await runCommand(['detect', '--year', '2015'], environment)).code, 0);
  const before = await deadlocks();
  for (let round = 0; round < 3; round++) {
    for (const { code, log } of await Promise.all(years.map((year) => load(year).ended))) t.is(code, 0, log);
  }
  t.deepEqual(await deadlocks(), before);
});

test.serial('a database without tables and a read-only one are reported', async (t) => {
  const address = await database.postgres.addDatabase('empty');
  const empty = await runCommand(['load', '--year', '2013'], { ...environment, DATABASE_URL: address });
  t.is(empty.code, 65, empty.log);
  t.regex(empty.lastLine, /database empty at .*: tables are not there yet; run `migrate`/);
  const readOnly = `${environment.DATABASE_URL}?options=-c%20default_transaction_read_only%3Don`;
  const standby = await runCommand(['load', '--year', '2013'], { ...environment, DATABASE_URL: readOnly });
  t.is(standby.code, 69, standby.log);
  t.regex(standby.lastLine, /it is read-only, as a standby is/);
});

test.serial('TLS that cannot be had or checked is a wrong setting', async (t) => {
  for (const [query, message] of [
    ['sslmode=verify-full', /offers no TLS; switch it on there/],
    ['sslmode=verify-full&sslrootcert=/nowhere.pem', /names the certificate \/nowhere\.pem, which is not there/],
  ] as const) {
    const DATABASE_URL = `${environment.DATABASE_URL}?${query}`;
    const { code, lastLine, log } = await runCommand(['load', '--year', '2013'], { ...environment, DATABASE_URL });
    t.is(code, 78, log);
    t.regex(lastLine, message);
  }
});
