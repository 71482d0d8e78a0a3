import { rmSync, writeFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import test from 'ava';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { checkFlights } from '../../../tasks/acquire/check-flights.ts';
import { InputError } from '../../../tasks/errors.ts';
import { kindOf } from '../../../tasks/io/archive.ts';
import { findInput } from '../../../tasks/io/input.ts';
import { type RejectedRow, readYear, type YearRead } from '../../../tasks/read/read-year.ts';
import { airportRows } from '../../../tasks/summary/airport-days.ts';
import { anyCase, type Case, type Written, writeCase, year } from '../../support/flight-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

// Each year is read by threads of its own, which start sooner with code that is compiled.
enableCompileCache();

// More: npx ava test/tasks/reading/read-year.test.ts -- --runs 5000 --seed 7
const { values: options } = parseArgs({
  options: { runs: { type: 'string', default: '60' }, seed: { type: 'string', default: '2018' } },
  strict: false,
});

/** What is counted of an airport's day: rows, with a number, cancelled, with a delay, and the delay's mean. */
type Counts = Record<string, [number, number, number, number, number]>;

/** The same by csv-parse and a loop. */
function countPlainly(files: Written['files']): Counts {
  const counts: Record<string, { flights: number; numbered: number; cancelled: number; delays: number[] }> = {};
  for (const { text, columns } of files) {
    const [, ...rows] = parse(text, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      record_delimiter: ['\r\n', '\n'],
      relax_column_count: true,
    }) as string[][];
    for (const row of rows) {
      const value = (...roles: string[]) => {
        const field = row[columns.roles.findIndex((role) => roles.includes(role))] ?? '';
        return field === 'NA' || field === '\\N' ? '' : field;
      };
      const day = Number(
        value('dayofmonth') || /^\d+-\d+-(\d+)|^\d+\/(\d+)\//.exec(value('iso', 'us'))!.slice(1).join(''),
      );
      const count = (counts[`${value('origin')} ${day}`] ??= { flights: 0, numbered: 0, cancelled: 0, delays: [] });
      const flag = value('cancelled', 'flag');
      const isCancelled = flag === 'True' || Number(flag) === 1;
      count.flights++;
      if (value('number') !== '') count.numbered++;
      count.cancelled += flag === '' ? NaN : Number(isCancelled);
      const delay = value('delay');
      // A delay of 0 of a cancelled flight is a blank that was filled.
      if (delay !== '' && !(isCancelled && Number(delay) === 0)) count.delays.push(Number(delay));
    }
  }
  const means = Object.entries(counts).map(([day, { flights, numbered, cancelled, delays }]) => {
    const mean = delays.reduce((sum, delay) => sum + delay, 0) / delays.length;
    return [day, [flights, numbered, cancelled, delays.length, mean]];
  });
  return Object.fromEntries(means);
}

function countsOf({ days }: YearRead): Counts {
  const counts: Counts = {};
  for (const { airport, start, end } of airportRows(days)) {
    for (let row = start; row < end; row++) {
      counts[`${airport} ${days.dayOfYear[row] + 1}`] = [
        days.flights[row],
        days.numberedFlights[row],
        days.cancelled[row],
        days.departures[row],
        days.meanDepartureDelay[row],
      ];
    }
  }
  return counts;
}

async function read(
  address: string,
  maxBadRows: number,
  signal = new AbortController().signal,
): Promise<YearRead | Error> {
  try {
    return await readYear({
      input: await findInput(address, year, false),
      year,
      ofYearOnly: true,
      maxBadRows,
      signal,
      onProgress: () => {},
    });
  } catch (error) {
    return error as Error;
  }
}

/** Flights as `acquire` counts them while they arrive. */
async function countOnArrival(address: string): Promise<number> {
  const { storage, objects } = await findInput(address, year, false);
  let flights = 0;
  for (const object of objects) {
    const bytes = storage.stream(object, { start: 0, end: object.size });
    const expected = { name: object.key, kind: kindOf(object.key)!, year, months: [1] };
    flights += (await checkFlights(bytes, expected)).rows;
  }
  return flights;
}

/** How a case ends; throws when that is not right. */
async function check(folder: string, one: Case): Promise<'read' | 'refused' | 'read but for bad rows'> {
  const { address, files, faults } = await writeCase(folder, one);
  const rowsOnly = faults.length > 0 && faults.every(({ row }) => row);
  const lenient = one.lenient && rowsOnly;
  const found = await read(address, lenient ? faults.length : 0);
  if (found instanceof Error) {
    // Without its bad rows the year may have no flights at all.
    if (lenient && Object.keys(countPlainly(files)).length === 0) return 'refused';
    const isExpected = found instanceof InputError && faults.some(({ where }) => found.message.startsWith(where));
    if (!isExpected) throw new Error(`expected ${JSON.stringify(faults)}`, { cause: found });
    return 'refused';
  }
  if (faults.length > 0 && !lenient) throw new Error(`read despite ${JSON.stringify(faults)}`);
  const rejected = found.rejectedRows.map(({ file, line }: RejectedRow) => ({ file, line }));
  const expected = lenient ? faults.map(({ row }) => row!) : [];
  assertSame(rejected, expected);
  assertSame(sorted(countsOf(found)), sorted(countPlainly(files)));
  if (lenient) return 'read but for bad rows';
  assertSame(await countOnArrival(address), found.rows);
  return 'read';
}

const sorted = (counts: Counts) => Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));

function assertSame(found: unknown, expected: unknown): void {
  const text = (value: unknown) =>
    JSON.stringify(value, (_, each) =>
      typeof each === 'number' ? (Number.isNaN(each) ? 'NaN' : Number(each.toPrecision(12))) : each,
    );
  if (text(found) !== text(expected)) throw new Error(`found ${text(found)}; expected ${text(expected)}`);
}

test('files of all shapes are counted as csv-parse counts them, or refused with file and line', async (t) => {
  t.timeout(3_600_000);
  const folder = temporaryFolder();
  const ends: Record<string, number> = {};
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(anyCase, async (one) => {
      const of = join(folder, String(runs++));
      const end = await check(of, one);
      ends[end] = (ends[end] ?? 0) + 1;
      rmSync(of, { recursive: true });
    }),
    { seed: Number(options.seed), numRuns: Number(options.runs), includeErrorInReport: true },
  );
  t.log(`seed ${options.seed}:`, ends);
  t.true(ends.read > runs / 4);
  t.true(ends.refused > runs / 8);
  t.true(ends['read but for bad rows'] > 0);
});

test('minutes by cause are known in the months in which all files have them', async (t) => {
  const folder = temporaryFolder();
  const file = (name: string, text: string) => writeFileSync(join(folder, name), text);
  file('a.csv', 'FL_DATE,ORIGIN,DEP_DELAY,WEATHER_DELAY\n2018-01-01,JFK,30,30\n2018-02-01,JFK,20,20\n');
  file('b.csv', 'FL_DATE,ORIGIN,DEP_DELAY\n2018-02-02,JFK,90\n2018-03-01,JFK,90\n');
  const found = await read(`${pathToFileURL(folder).href}/`, 0);
  t.deepEqual([...(found as YearRead).days.weatherMinutes], [30, NaN, NaN, NaN]);
});

test('a file without a flight is named, whatever the others hold', async (t) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'a.csv'), 'FL_DATE,ORIGIN,DEP_DELAY\n2018-01-01,JFK,30\n');
  writeFileSync(join(folder, 'b.csv'), 'FL_DATE,ORIGIN,DEP_DELAY\n\n \n');
  t.regex(((await read(`${pathToFileURL(folder).href}/`, 0)) as Error).message, /b\.csv holds a header and no flights/);
});

test('a reading that was stopped before its threads begin does not begin', async (t) => {
  const file = join(temporaryFolder(), 'flights.csv');
  writeFileSync(file, 'FL_DATE,ORIGIN,DEP_DELAY\n2018-01-01,JFK,30\n');
  const stopped = new Error('stopped by SIGTERM');
  t.is(await read(pathToFileURL(file).href, 0, AbortSignal.abort(stopped)), stopped);
});
