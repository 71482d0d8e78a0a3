import test from 'ava';
import fc from 'fast-check';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { codecs } from '../../../tasks/io/parquet-codecs.ts';
import { parquetFile } from '../../../tasks/io/parquet-file.ts';
import type { Table } from '../../../tasks/io/table.ts';
import { randomTable, tableOf } from '../../support/random-table.ts';

function fileOf(table: Table, metadata = {}): ArrayBuffer {
  const bytes = Buffer.concat([...parquetFile(table, metadata)]);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
}

/** As the reader gives what stands for null, a flag or a date in memory. */
function plain(type: string, value: unknown): unknown {
  if (Number.isNaN(value)) return null;
  if (type === 'flag') return value === 1;
  return type === 'date' ? new Date((value as number) * 86_400_000) : value;
}

test('any value is read as it was written', async (t) => {
  await fc.assert(
    fc.asyncProperty(randomTable(fc.string({ unit: 'grapheme' })), async (table) => {
      const rows = await parquetReadObjects({ file: fileOf(table), compressors: codecs });
      t.is(rows.length, table.rows);
      for (const { name, type, values } of table.columns) {
        const found = rows.map((row) => row[name]);
        const written = Array.from(values as ArrayLike<unknown>, (value) => plain(type, value));
        t.deepEqual(found, written);
      }
    }),
  );
});

test('a long table has groups of rows, each row once and in order', async (t) => {
  const numbers = [...Array(100_000).keys()];
  const file = fileOf(tableOf('integer', numbers));
  t.true(parquetMetadata(file).row_groups.length > 1);
  const rows = await parquetReadObjects({ file, compressors: codecs });
  t.deepEqual(
    rows.map(({ column }) => column),
    numbers,
  );
});

test('a column that is never null is required, and a null in it is refused', (t) => {
  const schemaOf = (table: Table) => parquetMetadata(fileOf(table)).schema[1].repetition_type;
  t.is(schemaOf(tableOf('number', [1])), 'REQUIRED');
  t.is(schemaOf(tableOf('number', [1], { nullMeans: 'Unknown' })), 'OPTIONAL');
  for (const type of ['number', 'integer'] as const) t.throws(() => fileOf(tableOf(type, [1, NaN])));
  t.throws(() => fileOf(tableOf('text', ['a', null])));
});

test('the file says of what it was made', (t) => {
  const { key_value_metadata } = parquetMetadata(fileOf(tableOf('integer', [1]), { 'made of': 'this' }));
  t.deepEqual(key_value_metadata, [{ key: 'made of', value: 'this' }]);
});
