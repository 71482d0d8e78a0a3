import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import test from 'ava';
import fc from 'fast-check';
import { type BasicType, type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';
import { InputError } from '../../../tasks/errors.ts';
import type { Source } from '../../../tasks/io/archive.ts';
import type { ByteRange, Storage } from '../../../tasks/io/storage.ts';
import { linesOfRowGroup } from '../../../tasks/read/parquet-lines.ts';
import { parquetParts } from '../../../tasks/read/parquet-parts.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/parquet/', import.meta.url));
const writers = readdirSync(fixtures).filter((name) => name.endsWith('.parquet'));

/** The lines of a file, and what was read of it. */
async function linesOf(file: Uint8Array) {
  const ranges: ByteRange[] = [];
  const stream = async function* (_: unknown, { start, end }: ByteRange) {
    ranges.push({ start, end });
    yield file.subarray(start, end);
  };
  const object = { key: 'f.parquet', size: file.length, modified: new Date(0), version: '1' };
  const source: Source = { object, kind: 'parquet', name: 'f.parquet' };
  const storage = { stream } as Partial<Storage> as Storage;
  const { dialect, rowGroups } = await parquetParts(storage, source);
  let text = '';
  for (const rowGroup of rowGroups) {
    for await (const chunk of linesOfRowGroup(rowGroup, source.name, (range) => stream(object, range))) {
      text += Buffer.from(chunk).toString();
    }
  }
  return { names: dialect.names, lines: text.trimEnd().split('\n'), ranges };
}

const names = ['FL_DATE', 'ORIGIN', 'DEP_DELAY', 'OP_CARRIER_FL_NUM', 'OP_CARRIER', 'DEST', 'WEATHER_DELAY'];
type Value = string | number | null;
const flight: fc.Arbitrary<Value[]> = fc.tuple(
  fc.integer({ min: 1, max: 28 }).map((day) => `2018-02-${String(day).padStart(2, '0')}`),
  fc.constantFrom('JFK', 'LGA'),
  fc.option(fc.integer({ min: -60, max: 1_500 })),
  fc.option(fc.integer({ min: 1, max: 9_999 })),
  fc.constantFrom('AA', 'WN', 'Air, "Wisconsin"', 'New\nYork', null),
  fc.option(fc.string({ unit: 'grapheme', maxLength: 30 })),
  fc.option(fc.integer({ min: 0, max: 300 })),
);
const texts: { type: BasicType; of(value: string): unknown }[] = [{ type: 'STRING', of: (value) => value }];
const dates: typeof texts = [...texts, { type: 'TIMESTAMP', of: (value) => new Date(`${value}T00:00:00Z`) }];
const numbers: { type: BasicType; of(value: number): unknown }[] = [
  { type: 'STRING', of: String },
  { type: 'DOUBLE', of: Number },
  { type: 'FLOAT', of: Number },
  { type: 'INT32', of: Number },
  { type: 'INT64', of: BigInt },
];
const choices = [dates, texts, numbers, numbers, texts, texts, numbers];
const shape = fc.record({
  turn: fc.nat({ max: 20 }),
  codec: fc.constantFrom('SNAPPY' as const, 'UNCOMPRESSED' as const),
  rowGroupSize: fc.integer({ min: 1, max: 400 }),
  pageSize: fc.integer({ min: 1, max: 400 }),
});

/** As the values stand in a CSV file. */
function field(value: Value): string {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""').replaceAll(/[\r\n]/g, ' ')}"` : text;
}

test('rows become the lines that a CSV file has, however they are written', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(flight, { minLength: 1, maxLength: 300 }), shape, async (flights, written) => {
      const { turn, ...options } = written;
      const columnData = names.map((name, column) => {
        const { type, of } = choices[column][(turn + column) % choices[column].length];
        const data = flights.map((row) => (row[column] === null ? null : of(row[column] as never)));
        return { name, data, type, nullable: true } as ColumnSource;
      });
      const file = new Uint8Array(parquetWriteBuffer({ columnData, ...options }));
      const found = await linesOf(file);
      t.deepEqual(found.names, names);
      t.deepEqual(
        found.lines,
        flights.map((row) => row.map(field).join(',')),
      );
    }),
    { numRuns: 60, seed: 2018 },
  );
});

test('pages of more rows than are taken at once, and of none that say anything, are read', async (t) => {
  const rows = 20_000;
  const of = (value: (row: number) => unknown) => Array.from({ length: rows }, (_, row) => value(row));
  const columnData: ColumnSource[] = [
    { name: 'FL_DATE', data: of(() => '2018-01-01'), type: 'STRING' },
    { name: 'ORIGIN', data: of(() => 'JFK'), type: 'STRING' },
    { name: 'DEP_DELAY', data: of((row) => (row % 9_000 < 4_500 ? null : row)), type: 'INT32', nullable: true },
    { name: 'OP_CARRIER_FL_NUM', data: of((row) => BigInt(row) * 1_000_003n), type: 'INT64' },
    { name: 'WEATHER_DELAY', data: of(() => null), type: 'DOUBLE', nullable: true },
  ];
  const { lines } = await linesOf(new Uint8Array(parquetWriteBuffer({ columnData })));
  t.deepEqual(
    lines,
    of((row) => `2018-01-01,JFK,${(row as number) % 9_000 < 4_500 ? '' : row},${(row as number) * 1_000_003},`),
  );
});

test('NaN says nothing', async (t) => {
  const columnData: ColumnSource[] = [
    { name: 'FL_DATE', data: ['2018-01-01', '2018-01-01'], type: 'STRING' },
    { name: 'ORIGIN', data: ['JFK', 'LGA'], type: 'STRING' },
    { name: 'DEP_DELAY', data: [NaN, -0.5], type: 'DOUBLE' },
  ];
  const { lines } = await linesOf(new Uint8Array(parquetWriteBuffer({ columnData })));
  t.deepEqual(lines, ['2018-01-01,JFK,', '2018-01-01,LGA,-0.5']);
});

test('only the columns of flights are read', async (t) => {
  const rows = 50_000;
  const data = Array.from({ length: rows }, (_, row) => `N${row}`);
  const same = (value: string) => data.map(() => value);
  const columnData: ColumnSource[] = [
    { name: 'FL_DATE', data: same('2018-01-01'), type: 'STRING' },
    { name: 'TAIL_NUM', data, type: 'STRING' },
    { name: 'ORIGIN', data: same('JFK'), type: 'STRING' },
    { name: 'DEP_DELAY', data: same('5'), type: 'STRING' },
  ];
  const file = new Uint8Array(parquetWriteBuffer({ columnData, codec: 'UNCOMPRESSED' }));
  const { lines, ranges } = await linesOf(file);
  t.is(lines.length, rows);
  t.true(file.length > 400_000);
  t.true(ranges.reduce((sum, { start, end }) => sum + end - start, 0) < 100_000);
});

for (const name of ['delta.parquet', 'duckdb.parquet', 'polars-lz4.parquet', 'pandas.parquet']) {
  test(`a byte of ${name} that is flipped is refused, or says something else, but breaks nothing`, async (t) => {
    const file = readFileSync(`${fixtures}${name}`);
    let refused = 0;
    const footer = file.readUInt32LE(file.length - 8) + 8;
    const step = (at: number) => (at < file.length - footer ? 61 : 11);
    for (let at = 0; at < file.length; at += step(at)) {
      const flipped = Buffer.from(file);
      flipped[at] ^= 1 << (at % 8);
      const error = await linesOf(flipped).then(
        () => undefined,
        (error) => error,
      );
      if (error === undefined) continue;
      if (!(error instanceof InputError)) t.fail(`byte ${at}: ${error.stack}`);
      if (!error.message.startsWith('f.parquet')) t.fail(`byte ${at}: ${error.message}`);
      refused++;
    }
    t.true(refused > 20);
  });
}

test('a file that is cut off anywhere is refused', async (t) => {
  const file = readFileSync(`${fixtures}pandas.parquet`);
  for (let length = 0; length < file.length; length += 1 + (length % 113)) {
    const error = await t.throwsAsync(linesOf(file.subarray(0, length)), { instanceOf: InputError });
    t.regex(error!.message, /^f\.parquet is (?:empty|truncated|not a Parquet file|damaged)/);
  }
  t.is(writers.length, 11);
});

test('a page whose checksum is wrong is refused with its column and row group', async (t) => {
  const file = readFileSync(`${fixtures}delta.parquet`);
  const clean = await linesOf(file);
  // Behind the header of a column's first page.
  const { start, end } = clean.ranges.at(-1)!;
  const flipped = Buffer.from(file);
  flipped[end - 3] ^= 4;
  t.not(crc32(flipped.subarray(start, end)), crc32(file.subarray(start, end)));
  await t.throwsAsync(linesOf(flipped), {
    instanceOf: InputError,
    message:
      'f.parquet is damaged (column LATE_AIRCRAFT_DELAY, row group 1: the checksum of a page does not match); ' +
      'copy the file again from where it came from',
  });
});

test('a codec that nobody knows is refused with its column and row group', async (t) => {
  const columnData: ColumnSource[] = [
    { name: 'FL_DATE', data: ['2018-01-01'], type: 'STRING' },
    { name: 'ORIGIN', data: ['JFK'], type: 'STRING' },
    { name: 'DEP_DELAY', data: ['5'], type: 'STRING' },
  ];
  const file = new Uint8Array(
    parquetWriteBuffer({ columnData, codec: 'LZO', compressors: { LZO: (bytes: Uint8Array) => bytes } as any }),
  );
  await t.throwsAsync(linesOf(file), {
    instanceOf: InputError,
    message:
      'f.parquet: column FL_DATE, row group 1 is compressed with LZO; expected Snappy, Zstandard, gzip, Brotli, LZ4 or no ' +
      'compression: write the file again',
  });
});
