import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import test from 'ava';
import { ZipFile } from 'yazl';
import { InputError } from '../../../tasks/errors.ts';
import { findInput } from '../../../tasks/io/input.ts';
import { readYear, type YearRead } from '../../../tasks/read/read-year.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

// Each year is read by threads of its own, which start sooner with code that is compiled.
enableCompileCache();

const year = 2018;
const fixtures = fileURLToPath(new URL('../../fixtures/parquet/', import.meta.url));

const read = async (path: string, { maxBadRows = 0 } = {}): Promise<YearRead> => {
  const address = pathToFileURL(path).href;
  const isFile = /\.(?:csv|parquet|zip)$/.test(path);
  const input = await findInput(isFile ? address : `${address}/`, year, false);
  const { signal } = new AbortController();
  return await readYear({ input, year, ofYearOnly: true, maxBadRows, signal, onProgress: () => {} });
};

/** All that is counted, as it can be compared: each thread has tallies of its own, in an order of its own. */
function counted({ days, tallies, buckets, lostMinutes, carrierDays, rows, filledDelays, rejectedCount }: YearRead) {
  const tallied = Object.entries(tallies).map(([dimension, { values, visit }]) => {
    const found = new Map<string, number[]>();
    for (let row = 0; row < days.dayOfYear.length; row++) {
      visit(row, (value, ...counts) => {
        const key = `${row} ${values[value]}`;
        found.set(
          key,
          counts.map((count, at) => count + (found.get(key)?.[at] ?? 0)),
        );
      });
    }
    return [dimension, Object.fromEntries([...found].sort())];
  });
  const segments = carrierDays.segments.map(({ airport, carrier }) => `${airport} ${carrier}`).sort();
  return { days, tallied, buckets, lostMinutes, segments, rows, filledDelays, rejectedCount };
}

const csv = read(join(fixtures, 'flights.csv')).then(counted);

const written = readdirSync(fixtures).filter((name) => name.endsWith('.parquet') || name === 'spark');
for (const name of written) {
  test.serial(`${name} counts as the same flights in a CSV file`, async (t) => {
    t.deepEqual(counted(await read(join(fixtures, name))), await csv);
  });
}

test.serial('files of all writers are tried', (t) => {
  t.deepEqual(written, [
    'blanks.parquet',
    'combined.parquet',
    'delta.parquet',
    'duckdb-v2.parquet',
    'duckdb.parquet',
    'pandas.parquet',
    'parted.parquet',
    'plain.parquet',
    'polars-lz4.parquet',
    'polars.parquet',
    'spark',
    'texts.parquet',
  ]);
});

test.serial('a folder may hold parts of a year in Parquet and in CSV', async (t) => {
  const folder = temporaryFolder();
  const [header, ...lines] = readFileSync(join(fixtures, 'flights.csv'), 'utf8').trimEnd().split('\n');
  writeFileSync(join(folder, 'part-1.csv'), [header, ...lines.slice(120)].join('\n'));
  const [first] = readdirSync(join(fixtures, 'spark')).filter((name) => name.startsWith('part-00000'));
  cpSync(join(fixtures, 'spark', first), join(folder, first));
  t.deepEqual(counted(await read(folder)), await csv);
});

test.serial('the same flights in Parquet and in CSV are noticed', async (t) => {
  const folder = temporaryFolder();
  for (const name of ['flights.csv', 'pandas.parquet']) cpSync(join(fixtures, name), join(folder, name));
  await t.throwsAsync(read(folder), {
    instanceOf: InputError,
    message: /flights\.csv and .*pandas\.parquet hold the same flights: 239 of the 239 flights/,
  });
});

const bad = (name: string) => pathToFileURL(join(fixtures, 'bad', name)).href;
for (const [name, message] of Object.entries({
  'no-rows.parquet': 'holds no rows; expected flights',
  'list.parquet': ': column DEP_DELAY is a list, a map or a struct; expected numbers or text',
  'boolean-delay.parquet': ': column DEP_DELAY is of type BOOLEAN; expected numbers or text',
  'words.parquet':
    ': row 14 (row group 2): column DEP_DELAY: "late" is not a delay; expected whole minutes, or nothing, NA or \\N; ' +
    'correct the file, or let a few bad rows through with --max-bad-rows',
  'instants.parquet':
    ': row 1 (row group 1): column FL_DATE: "2018-01-01T05:00Z" is not a date; expected one like 2018-01-31 or ' +
    '1/31/2018; correct the file, or let a few bad rows through with --max-bad-rows',
  'encrypted.parquet': 'is encrypted; write it again without encryption',
  'encrypted-column.parquet':
    ': column DEP_DELAY, row group 1: the column is encrypted; write the file again without encryption',
})) {
  test.serial(`${name} is refused`, async (t) => {
    const error = await t.throwsAsync(read(join(fixtures, 'bad', name)), { instanceOf: InputError });
    t.is(error!.message, `${bad(name)}${message.startsWith(':') ? '' : ' '}${message}`);
  });
}

test.serial('accepted bad rows are reported with row and row group', async (t) => {
  const { rejectedRows, rows } = await read(join(fixtures, 'bad/words.parquet'), { maxBadRows: 7 });
  t.is(rows, 13);
  t.is(rejectedRows.length, 7);
  const [{ line, rowGroup, column, text }] = rejectedRows;
  t.like({ line, rowGroup, column }, { line: 14, rowGroup: 2, column: 'DEP_DELAY' });
  t.regex(text, /^2018-02-02,[A-Z]{3},late,[01],\d+$/);
});

test.serial('Parquet files in a zip are refused', async (t) => {
  const path = join(temporaryFolder(), 'flights.zip');
  const zip = new ZipFile();
  zip.addFile(join(fixtures, 'pandas.parquet'), 'pandas.parquet');
  zip.end();
  writeFileSync(path, await Array.fromAsync(zip.outputStream as AsyncIterable<Buffer>).then(Buffer.concat));
  await t.throwsAsync(read(path), {
    instanceOf: InputError,
    message: `${pathToFileURL(path).href}#pandas.parquet: Parquet files are not read from a zip; unpack it`,
  });
});
