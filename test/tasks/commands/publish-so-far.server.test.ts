import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { asyncBufferFromFile, parquetMetadataAsync } from 'hyparquet';
import { runCommand } from '../../support/run-command.ts';
import { writeGeneratedYear } from '../../support/sample-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestDatabase, type TestDatabase } from '../../support/test-database.ts';

const folder = temporaryFolder();
const bucket = join(folder, 'bucket');
let database: TestDatabase;
let environment: Record<string, string>;

const command = (name: string, year: number, options: string[] = []) =>
  runCommand([name, '--year', String(year), ...options], environment);
const output = (...path: string[]) => readFileSync(join(bucket, ...path), 'utf8');

/** Text of a year's file without its flights of some airports, and of some months. */
function part(text: string, keep: (row: { month: number; origin: string }) => boolean): string {
  const [header, ...rows] = text.trimEnd().split('\n');
  const kept = rows.filter((row) => {
    const [date, , , origin] = row.split(',');
    return keep({ month: Number(date.slice(5, 7)), origin });
  });
  return `${[header, ...kept].join('\n')}\n`;
}

/** The facts of the last run of a year that a test is about. */
async function facts(year: number, names: string[]) {
  const { rows } = await database.client.query(
    'SELECT fact, value, before, names, warning FROM run_quality WHERE year = $1 AND fact = ANY ($2) ORDER BY place',
    [year, names],
  );
  return rows;
}

let whole: string;

test.before(async (t) => {
  database = await startTestDatabase();
  const flights = join(folder, 'flights');
  mkdirSync(flights);
  environment = {
    ...database.environment,
    FLIGHTS_URI: `${pathToFileURL(flights).href}/{year}.csv`,
    OUTPUT_URI: pathToFileURL(bucket).href,
  };
  const before = await writeGeneratedYear(flights, { year: 2012, flights: 8_000, airports: 3, seed: 2 });
  // What was there a year ago in the same months only: neither ATL, nor half of the flights.
  writeFileSync(
    join(flights, '2012.csv'),
    part(before, ({ month, origin }) => month > 3 || origin !== 'ATL'),
  );
  whole = await writeGeneratedYear(flights, { year: 2013, flights: 8_000, airports: 3, seed: 3 });
  writeFileSync(
    join(flights, '2013.csv'),
    part(whole, ({ month }) => month <= 3),
  );
  const { code, log } = await command('run', 2012);
  t.is(code, 0, log);
});

test.after.always(() => database?.stop());

test.serial('a year so far is published, and all that is made of it says so', async (t) => {
  const refused = await command('run', 2013);
  t.is(refused.code, 65);
  t.regex(refused.lastLine, /2013 looks incomplete: .*, take January to March with --so-far/);
  const { code, log } = await command('run', 2013, ['--so-far']);
  t.is(code, 0, log);
  t.regex(log, /INFO loaded 2013 so far, January to March /);
  t.regex(
    log,
    /INFO 2013 so far, January to March: published, provisional until the year is complete .*anomalies=\d+ .*report=/,
  );
  const { rows: runs } = await database.client.query('SELECT year, months, missing FROM runs ORDER BY year');
  t.deepEqual(runs, [
    { year: 2012, months: 12, missing: [] },
    { year: 2013, months: 3, missing: [] },
  ]);
  const { rows: summaries } = await database.client.query('SELECT year, months FROM summaries ORDER BY year');
  t.deepEqual(summaries, [
    { year: 2012, months: 12 },
    { year: 2013, months: 3 },
  ]);
  t.regex(output('reports', '2013.html'), /<h1>2013 so far, January to March: /);
  t.regex(output('reports', '2013.html'), /on January to March 2012</);
  t.regex(output('reports', 'index.html'), /January to March; provisional until the year is complete/);
  t.regex(output('reports', 'airports', 'ORD.html'), />2013 so far, January to March<\/option>/);
  t.notRegex(output('reports', '2012.html'), /provisional/);
  const exported = await asyncBufferFromFile(join(bucket, 'exports', '2013', 'airport-days.parquet'));
  const { key_value_metadata } = await parquetMetadataAsync(exported);
  t.is(key_value_metadata!.find(({ key }) => key === 'delaywatch.months')?.value, '3');
});

test.serial(
  'a year so far is checked against the same months of the year before, and large differences are reported',
  async (t) => {
    const { rows: counted } = await database.client.query(`
    SELECT sum(flights)::int AS flights, sum(cancelled)::int AS cancelled FROM airport_days
    WHERE flight_date < make_date(year, 4, 1) GROUP BY year ORDER BY year`);
    const [before, now] = counted;
    const found = await facts(2013, ['flights', 'cancelled', 'airports that appeared', 'airports that vanished']);
    t.deepEqual(
      found.map(({ fact, value, before }) => [fact, value, before]),
      [
        ['flights', now.flights, before.flights],
        ['cancelled', now.cancelled / now.flights, before.cancelled / before.flights],
        ['airports that appeared', 1, null],
        ['airports that vanished', 0, null],
      ],
    );
    const [flights, , appeared] = found;
    t.regex(flights.warning, /^\d+\.\d % more flights than in 2012$/);
    t.is(appeared.names, 'ATL');
    t.is(appeared.warning, '1 airport appeared against 2 in 2012');
    const { code, log } = await command('publish', 2013);
    t.is(code, 0);
    t.true(log.includes(`WARN ${flights.warning}`), log);
    t.regex(log, /WARN 1 airport appeared against 2 in 2012 .*airports=ATL/);
    const { rows } = await database.client.query(
      'SELECT count(*)::int AS rows, count(DISTINCT fact)::int AS facts FROM quality_facts WHERE year = 2013',
    );
    t.is(rows[0].rows, rows[0].facts, 'publish again keeps one set of facts');
    const page = output('reports', '2013.html');
    const [, table] = /aria-label="What was checked">([\s\S]*?)<\/table>/.exec(page)!;
    t.regex(
      table,
      /<td class="" >airports that appeared<\/td>[\s\S]*?<b>1 airport appeared against 2 in 2012<\/b>: ATL/,
    );
  },
);

test.serial('without the year before, a year is checked alone', async (t) => {
  const found = await facts(2012, [
    'rows read',
    'rows rejected',
    'flights',
    'airports that vanished',
    'blank: carrier',
  ]);
  t.deepEqual(
    found.map(({ fact, before, warning }) => [fact, before, warning]),
    [
      ['rows read', null, null],
      ['rows rejected', null, null],
      ['blank: carrier', null, null],
      ['flights', null, null],
      ['airports that vanished', null, null],
    ],
  );
  t.is(found[2].value, 0);
  t.is(found[4].value, null);
});

test.serial('when the year is whole, nothing is provisional any more', async (t) => {
  writeFileSync(join(folder, 'flights', '2013.csv'), whole);
  const { code, log } = await command('run', 2013, ['--so-far']);
  t.is(code, 0, log);
  t.regex(log, /INFO published /);
  t.notRegex(log, /provisional|so far/);
  for (const page of ['2013.html', 'index.html', 'airports/ORD.html']) {
    t.notRegex(output('reports', page), /provisional|so far/, page);
  }
  const { rows } = await database.client.query('SELECT months FROM runs WHERE year = 2013 ORDER BY started_at');
  t.deepEqual(rows, [{ months: 3 }, { months: 12 }]);
  const { rows: summaries } = await database.client.query('SELECT months FROM summaries WHERE year = 2013');
  t.deepEqual(summaries, [{ months: 12 }]);
});
