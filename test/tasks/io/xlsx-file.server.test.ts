import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import type { Table } from '../../../tasks/io/table.ts';
import { xlsxFile } from '../../../tasks/io/xlsx-file.ts';
import { randomTable, tableOf } from '../../support/random-table.ts';
import { readTable } from '../../support/read-table.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const properties = { title: 'A title & more', custom: { 'made of': '<this>' } };

async function written(tables: Table[], rowsOfSheet?: number) {
  const path = join(temporaryFolder(), 'book.xlsx');
  await writeFile(path, xlsxFile(tables, properties, rowsOfSheet));
  return readTable('xlsx', path);
}

/** As openpyxl gives what stands for null, a flag, a list or a date in memory. */
function plain(type: string, value: unknown): unknown {
  if (Number.isNaN(value)) return null;
  if (type === 'flag') return value === 1;
  if (type === 'texts') return (value as string[]).join(' ') || null;
  return type === 'date' ? new Date((value as number) * 86_400_000).toISOString().slice(0, 10) : value;
}

test('any value is read as it was written', async (t) => {
  // openpyxl leaves the numbers in which control characters are written as they are, and takes an empty text for none.
  const text = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .filter((text) => !/\p{Cc}|_x[0-9A-Fa-f]{4}_|[\ufffe\uffff]/u.test(text));
  const table = fc.sample(randomTable(text), 200).reduce((most, next) => (next.rows > most.rows ? next : most));
  const { rows } = await written([table]);
  t.true(table.rows > 5);
  t.is(rows.length, table.rows);
  for (const [index, { type, values }] of table.columns.entries()) {
    t.deepEqual(
      // Whether an empty text of a list is read as a text or as none depends on what else the column holds.
      rows.map((row) => (row[index] === '' ? null : row[index])),
      Array.from(values as ArrayLike<unknown>, (value) => plain(type, value)),
    );
  }
});

test('spaces and line ends of a text stay, and a formula is a text', async (t) => {
  const texts = [' before', 'after ', 'two\nlines', '=1+1', '<b>&amp;</b>'];
  const { rows } = await written([tableOf('text', texts)]);
  t.deepEqual(rows.flat(), texts);
});

test('a sheet has its header in view, a filter, wide columns, and dates that are dates', async (t) => {
  const table: Table = {
    name: 'first',
    rows: 2,
    columns: [
      { name: 'date', type: 'date', meaning: '', values: [15_745, 15_746] },
      { name: 'a text', type: 'text', meaning: '', values: ['x'.repeat(40), null] },
    ],
  };
  const book = await written([table, { ...tableOf('integer', []), name: 'second' }]);
  t.deepEqual(book.header, ['date', 'a text']);
  t.deepEqual(book.rows, [
    ['2013-02-09', 'x'.repeat(40)],
    ['2013-02-10', null],
  ]);
  t.deepEqual(Object.keys(book.sheets), ['first', 'second']);
  t.deepEqual(book.sheets.first, {
    size: 'A1:B3',
    frozen: 'A2',
    filter: 'A1:B3',
    widths: [10, 40],
    formats: ['yyyy\\-mm\\-dd', 'General'],
  });
  t.like(book, { title: 'A title & more', properties: { 'made of': '<this>' } });
});

test('a table that is longer than a sheet goes on in the next one', async (t) => {
  const book = await written([tableOf('integer', [1, 2, 3, 4, 5])], 3);
  t.deepEqual(Object.keys(book.sheets), ['table', 'table 2', 'table 3']);
  t.deepEqual(book.rows, [[1], [2]]);
  t.deepEqual(book.last_sheet, [['column'], [5]]);
});

test('the addresses of a wide table are those of Excel', async (t) => {
  const [column] = tableOf('integer', [1]).columns;
  const columns = Array.from({ length: 703 }, (_, index) => ({ ...column, name: `c${index}` }));
  const { sheets } = await written([{ name: 'wide', rows: 1, columns }]);
  t.is(sheets.wide.size, 'A1:AAA2');
});
