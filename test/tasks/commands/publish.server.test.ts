import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { columnName, columns } from '../../../tasks/summary/columns.ts';
import { bundleFiles } from '../../support/dashboard-bundle.ts';
import { runCommand, startCommand } from '../../support/run-command.ts';
import { writeGeneratedYear } from '../../support/sample-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestDatabase, type TestDatabase } from '../../support/test-database.ts';

const folder = temporaryFolder();
const bucket = join(folder, 'bucket');
let database: TestDatabase;
let environment: Record<string, string>;

const command = (name: string, year = 2013, more = {}, options: string[] = []) =>
  runCommand([name, '--year', String(year), ...options], { ...environment, ...more });

function flipBit(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] ^= 1;
  writeFileSync(path, bytes);
}

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
  // Another summary's run that was written at the same moment.
  await database.client.query(`UPDATE runs SET sha256 = 'another', charts = 1`);
  t.is((await command('publish')).code, 0);
  const { rows } = await database.client.query(
    'SELECT runs.*, runs.sha256 = summaries.sha256 AS "isOfSummary" FROM runs LEFT JOIN summaries USING (year)',
  );
  t.is(rows.length, 1);
  t.like(rows[0], { isOfSummary: true, year: 2013, flights_read: 8_000, charts: 4, code_version: '0.1.0' });
  t.true(rows[0].finished_at >= rows[0].started_at);
  const { rows: loaded } = await database.client.query('SELECT count(*)::int AS rows FROM airport_days');
  t.is(rows[0].rows_loaded, loaded[0].rows);
  t.deepEqual(readdirSync(join(bucket, 'reports')).sort(), [
    '2013.html',
    'airports',
    'assets',
    'compare.html',
    'data',
    'feed.xml',
    'index.html',
  ]);
  t.deepEqual(readdirSync(join(bucket, 'exports')).sort(), ['2013', 'README.md']);
  const exported = readFileSync(join(bucket, 'exports', '2013', 'airport-days.csv'), 'utf8');
  t.is(exported.trimEnd().split('\n').length, 1 + loaded[0].rows);
});

test.serial('the list of reports has every year', async (t) => {
  t.is((await command('run', 2012)).code, 0);
  const index = readFileSync(join(bucket, 'reports', 'index.html'), 'utf8');
  t.regex(index, /href="2013\.html"><b>2013<[\s\S]*href="2012\.html"><b>2012</);
});

test.serial('a missing chart is named, and report and exports stay as they were', async (t) => {
  const report = join(bucket, 'reports', '2013.html');
  const exported = join(bucket, 'exports', '2013', 'events.csv');
  writeFileSync(report, 'the report before');
  writeFileSync(exported, 'the events before');
  rmSync(join(bucket, 'plots', '2013', 'ATL.png'));
  const { code, lastLine } = await command('publish');
  t.is(code, 65);
  t.regex(lastLine, /1 of 4 charts are missing or wrong \(ATL is missing\); run `render`/);
  t.is(readFileSync(report, 'utf8'), 'the report before');
  t.is(readFileSync(exported, 'utf8'), 'the events before');
  t.is((await command('render')).code, 0);
  t.is((await command('publish')).code, 0);
  t.regex(readFileSync(report, 'utf8'), /^<!doctype html>/);
  t.regex(readFileSync(exported, 'utf8'), /^year,event_id,/);
});

/** What somebody may do to the outputs of a year, and what `publish` says of it. */
const chart = (airport: string, year = 2013) => join(bucket, 'plots', String(year), `${airport}.png`);
const summaryFile = (year: number) => join(bucket, 'summaries', `${year}.arrow`);
/** The columns of airport_days that are written; the database derives the year. */
const written = ['airport', 'flight_date', ...columns.map(columnName)].join(', ');
const tampered: [what: string, tamper: () => unknown, message: RegExp][] = [
  [
    'a chart of zero bytes',
    () => writeFileSync(chart('ORD'), ''),
    /ORD is not a chart of this version\); run `render`/,
  ],
  ['a page under a chart’s name', () => writeFileSync(chart('ORD'), '<!doctype html>'.repeat(9)), /ORD is not a chart/],
  ['another airport’s chart', () => copyFileSync(chart('ATL'), chart('ORD')), /ORD is the chart of ATL in 2013/],
  ['another year’s chart', () => copyFileSync(chart('ORD', 2012), chart('ORD')), /ORD is the chart of ORD in 2012/],
  ['a flipped bit in a chart', () => flipBit(chart('ORD'), 5_000), /ORD is damaged/],
  ['a flipped bit in the summary', () => flipBit(summaryFile(2013), 3_000), /2013\.arrow is (?:damaged|not a summary)/],
  [
    'another year’s summary',
    () => copyFileSync(summaryFile(2012), summaryFile(2013)),
    /2013\.arrow is the summary of 2012, not of 2013; run `detect --year 2013` again/,
  ],
  ...(
    [
      [
        'a missing day',
        `DELETE FROM airport_days WHERE airport = 'ATL' AND flight_date = '2013-03-04'`,
        'airport_days',
      ],
      [
        'a row that is there once more, for another airport',
        `CREATE TEMP TABLE copied AS SELECT * FROM airport_days WHERE airport = 'ATL' AND flight_date = '2013-03-06';
         UPDATE copied SET airport = 'XXX';
         INSERT INTO airport_days (${written}) SELECT ${written} FROM copied`,
        'airport_days',
      ],
      [
        'scores of two airports that have changed places',
        `UPDATE airport_days a SET anomaly_score = b.anomaly_score FROM airport_days b
         WHERE a.flight_date = b.flight_date AND a.year = 2013
           AND (a.airport, b.airport) IN (('ATL', 'ORD'), ('ORD', 'ATL'))`,
        'airport_days',
      ],
      ['doubled scores', `UPDATE airport_days SET anomaly_score = 2 * anomaly_score WHERE year = 2013`, 'airport_days'],
      ['emptied causes', `UPDATE airport_days SET carrier_minutes = NULL WHERE year = 2013`, 'airport_days'],
      [
        'a day that was moved',
        `DELETE FROM airport_days WHERE airport = 'ATL' AND flight_date = '2013-03-05';
         UPDATE airport_days SET flight_date = '2013-03-05' WHERE airport = 'ATL' AND flight_date = '2013-03-04'`,
        'airport_days',
      ],
      [
        'a renamed airport',
        `UPDATE airport_days SET airport = 'XXX' WHERE airport = 'ATL' AND year = 2013`,
        'airport_days',
      ],
      ['a lost event', `DELETE FROM events WHERE year = 2013 AND event_id = 1`, 'events'],
      ['another title of an event', `UPDATE events SET title = 'x' WHERE year = 2013 AND event_id = 1`, 'events'],
      ['another share of a contributor', `UPDATE contributors SET share = 0.9 WHERE year = 2013`, 'contributors'],
      ['lost contributors', `DELETE FROM contributors WHERE year = 2013 AND dimension = 'hours'`, 'contributors'],
      [
        'another carrier in trouble',
        `UPDATE segment_anomalies SET carrier = 'XX' WHERE year = 2013`,
        'segment_anomalies',
      ],
      ['lost carriers and destinations', `DELETE FROM segment_anomalies WHERE year = 2013`, 'segment_anomalies'],
      ['empty sums of airports', `DELETE FROM airport_years WHERE year = 2013`, 'airport_years'],
      ['wrong sums of airports', `UPDATE airport_years SET flights = flights + 1 WHERE year = 2013`, 'airport_years'],
    ] as const
  ).map(([what, sql, table]): (typeof tampered)[number] => [
    what,
    () => database.client.query(sql),
    new RegExp(`rows of ${table} have changed since they were loaded; run \`load\``),
  ]),
  [
    'an empty table of airports',
    () => database.client.query('DELETE FROM airports'),
    /\d+ rows of table airports .*`migrate`/,
  ],
  [
    'another name of a carrier',
    () => database.client.query(`UPDATE carriers SET name = 'x' WHERE carrier = 'AA'`),
    /2 rows of table carriers are not those of this version; run `migrate`/,
  ],
  [
    'rows that were never loaded',
    () => database.client.query('DELETE FROM summaries WHERE year = 2013'),
    /no rows of 2013; run `load`/,
  ],
];

for (const [what, tamper, message] of tampered) {
  test.serial(`${what} is reported, and nothing is published`, async (t) => {
    const report = join(bucket, 'reports', '2013.html');
    const [whole, summary] = [readFileSync(report), readFileSync(summaryFile(2013))];
    await tamper();
    const { code, lastLine } = await command('publish');
    t.is(code, 65, lastLine);
    t.regex(lastLine, message);
    t.true(readFileSync(report).equals(whole));
    writeFileSync(summaryFile(2013), summary);
    for (const step of ['migrate', 'load', 'render', 'publish']) t.is((await command(step)).code, 0, step);
  });
}

test.serial('corrected flights that were not loaded are reported', async (t) => {
  const flights = join(folder, '2013.csv');
  const whole = readFileSync(flights, 'utf8');
  try {
    writeFileSync(flights, whole.replace(/\n2013-11[^\n]*/, ''));
    for (const step of ['detect', 'render']) t.is((await command(step)).code, 0);
    const { code, lastLine } = await command('publish');
    t.is(code, 65);
    t.regex(lastLine, /the rows in the database are of another summary; run `load`/);
    t.is((await command('load')).code, 0);
    t.is(await stateOnDashboard(2013), 'loaded again, not published since');
  } finally {
    writeFileSync(flights, whole);
  }
  for (const step of ['detect', 'load']) t.is((await command(step)).code, 0);
  const { lastLine } = await command('publish');
  t.regex(lastLine, /4 of 4 charts are missing or wrong \(.* is drawn from another summary/);
  for (const step of ['render', 'publish']) t.is((await command(step)).code, 0);
  t.is(await stateOnDashboard(2013), 'published');
  // The same rows again are still those that were published.
  t.is((await command('load')).code, 0);
  t.is(await stateOnDashboard(2013), 'published');
});

async function stateOnDashboard(year: number): Promise<string> {
  const { sql } = bundleFiles('datasets').find(({ table_name }) => table_name === 'Runs');
  const { rows } = await database.client.query(`SELECT state FROM (${sql}) AS runs WHERE year = $1`, [year]);
  return rows[0].state;
}

test.serial('a repeated detect leaves what was made of its summary valid', async (t) => {
  const before = readFileSync(summaryFile(2013));
  t.is((await command('detect')).code, 0);
  t.deepEqual(readFileSync(summaryFile(2013)), before);
  t.is((await command('publish')).code, 0);
});

test.serial('the run is recorded with its anomalies, and the log tells them', async (t) => {
  const { log } = await command('publish');
  const { rows } = await database.client.query(
    `SELECT anomalies, (SELECT count(*) FROM airport_days WHERE is_anomaly AND flight_date >= '2013-01-01')::int AS found
     FROM runs WHERE year = 2013 ORDER BY started_at DESC LIMIT 1`,
  );
  t.true(rows[0].found > 0);
  t.is(rows[0].anomalies, rows[0].found);
  t.regex(log, new RegExp(`INFO published .*anomalies=${rows[0].found} events=\\d+ `));
  t.regex(log, /INFO [A-Z]{3}, \d+ \w{3} 2013: .*worse than every other day of the year.* score=\d+\.\d/);
});

test.serial('log, report and the run’s row tell what the year lacks', async (t) => {
  const flights = join(folder, '2013.csv');
  const whole = readFileSync(flights, 'utf8');
  const lacking = ['no flights in November', 'no flights on 10 Jun to 12 Jun, 24 Dec'];
  const told = async () => {
    const { rows } = await database.client.query(
      'SELECT missing FROM runs WHERE year = 2013 ORDER BY started_at DESC LIMIT 1',
    );
    return {
      report: readFileSync(join(bucket, 'reports', '2013.html'), 'utf8').match(/This year is not complete: [^<]*/g),
      missing: rows[0].missing,
    };
  };
  try {
    writeFileSync(flights, whole.replaceAll(/^2013-(?:11|06-1[012]|12-24).*\n/gm, ''));
    const { code, log } = await command('run', 2013, {}, ['--allow-partial']);
    t.is(code, 0);
    for (const words of lacking) t.true(log.includes(`WARN the year looks incomplete: ${words}`), log);
    t.deepEqual(await told(), {
      report: lacking.map((words) => `This year is not complete: ${words}.`),
      missing: lacking,
    });
  } finally {
    writeFileSync(flights, whole);
  }
  const { code, log } = await command('run');
  t.is(code, 0);
  t.false(log.includes('incomplete'));
  t.deepEqual(await told(), { report: null, missing: [] });
});

test.serial('the report has the worst carriers and destinations in trouble, by their names', async (t) => {
  const report = readFileSync(join(bucket, 'reports', '2013.html'), 'utf8');
  const [, section] = /<h2>Carriers and destinations in trouble<\/h2>([\s\S]*?)<\/section>/.exec(report)!;
  const found = [
    ...section.matchAll(
      /<time datetime="(.*?)">[\s\S]*?<b>(.*?)<\/b>[\s\S]*?>(\d+) % (.*?), usual \d+ %[\s\S]*?data-value="([\d.]+)">[\d.]+<\/td><\/tr>/g,
    ),
  ].map(([, date, what, share, words, score]) => [date, what, share, words, Number(score)]);
  const { rows } = await database.client.query({
    text: `SELECT flight_date::text, coalesce(coalesce(name, carrier) || ' at ' || airport, 'Flights to ' || airport),
         round((100 * late_share)::numeric)::text,
         CASE late_by WHEN 1 THEN 'left a minute late or not at all' WHEN 15 THEN 'left 15 minutes late or not at all'
           WHEN 30 THEN 'left half an hour late or not at all' WHEN 60 THEN 'left an hour late or not at all'
           WHEN 120 THEN 'left two hours late or not at all' ELSE 'did not leave' END,
         round(anomaly_score::numeric, 2)::float8
       FROM segment_anomalies LEFT JOIN carriers USING (carrier) WHERE year = 2013
       ORDER BY anomaly_score DESC, flight_date, kind, airport, carrier LIMIT 100`,
    rowMode: 'array',
  });
  t.true(rows.length > 0);
  t.deepEqual(found, rows);
});

test.serial('links go to the public address where there is one', async (t) => {
  const { log } = await command('publish', 2013, { PUBLIC_BASE_URL: 'https://delays.example.org/' });
  t.regex(log, /report=https:\/\/delays\.example\.org\/reports\/2013\.html/);
});

for (const [what, lock] of [
  ['another run that writes the list of years', 'SELECT pg_advisory_xact_lock(19871002)'],
  ['another run that exports the year', 'SELECT pg_advisory_xact_lock(1988, 2013)'],
  ['a session that locks the rows', 'LOCK TABLE airport_days IN ACCESS EXCLUSIVE MODE'],
]) {
  test.serial(`${what} is waited for, and named when it does not end`, async (t) => {
    const publishing = ['publish', '--year', '2013'];
    const other = await database.postgres.connect('pipeline');
    try {
      await other.query(`SET application_name = 'another one'`);
      await other.query(`BEGIN; ${lock}`);
      const patient = startCommand(publishing, environment);
      await patient.logged(/another session is in the way/);
      await other.query('ROLLBACK');
      const ended = await patient.ended;
      t.is(ended.code, 0, ended.log);

      await other.query(`BEGIN; ${lock}`);
      const { code, log, lastLine } = await runCommand(publishing, environment);
      t.is(code, 69, log);
      t.regex(log, /WARN another session is in the way .*pid=\d+ application="another one" since=20/);
      t.regex(lastLine, /other sessions held their locks for too long, 6 times \(pid \d+, application another one/);
    } finally {
      await other.end();
    }
  });
}

test.serial('without a database nothing is published', async (t) => {
  const report = join(bucket, 'reports', '2013.html');
  const before = readFileSync(report);
  const { code } = await command('publish', 2013, { DATABASE_URL: 'postgres://pipeline@127.0.0.1:1/flights' });
  t.is(code, 69);
  t.true(readFileSync(report).equals(before));
});
