import test from 'ava';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { csvFile } from '../../../tasks/io/csv-file.ts';
import { dateText, type Table, type TableColumn } from '../../../tasks/io/table.ts';
import { columnTypes, randomTable, tableOf } from '../../support/random-table.ts';

const textOf = (table: Table) => Buffer.concat([...csvFile(table)]).toString();
const fieldsOf = (table: Table) => parse(textOf(table)).slice(1) as string[][];

/** What a reader makes of a field that it knows the type of. */
const read: Record<TableColumn['type'], (field: string) => unknown> = {
  integer: (field) => (field === '' ? NaN : Number(field)),
  number: (field) => (field === '' ? NaN : Number(field)),
  flag: (field) => ({ true: 1, false: 0 })[field],
  date: (field) => Date.parse(field) / 86_400_000,
  text: (field) => (field === '' ? null : field),
  texts: (field) => (field === '' ? [] : field.split(' ')),
};

test('any value is read as it was written', (t) => {
  // An empty text is written like null; formulas are another test's.
  const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/^[=+\-@\t\r＝＋－＠]/.test(text));
  fc.assert(
    fc.property(randomTable(text), (table) => {
      const rows = fieldsOf(table);
      t.is(rows.length, table.rows);
      for (const [index, { type, values }] of table.columns.entries()) {
        const found = rows.map((fields) => read[type](fields[index]));
        t.deepEqual(found, Array.from(values as ArrayLike<unknown>));
      }
    }),
  );
});

test('the first row has the names', (t) => {
  const [table] = fc.sample(randomTable(fc.constant('text')), 1);
  t.deepEqual(parse(textOf(table))[0], [...columnTypes]);
});

test('no text begins as a formula, and a number below 0 stays a number', (t) => {
  const formulas = [
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '＝1',
    '＋1',
    '－1',
    '＠A1',
    '=HYPERLINK("http://a,b")',
  ];
  const fields = fieldsOf(tableOf('text', formulas)).map(([field]) => field);
  t.deepEqual(
    fields,
    formulas.map((formula) => `'${formula}`),
  );
  t.is(textOf(tableOf('texts', [['=A1', 'B']])), "column\n'=A1 B\n");
  t.is(textOf(tableOf('number', [-1.5, 1e-7])), 'column\n-1.5\n1e-7\n');
});

test('a long table comes in chunks, each row once and in order', (t) => {
  const table = tableOf('integer', [...Array(100_000).keys()]);
  t.true([...csvFile(table)].length > 1);
  t.deepEqual(
    fieldsOf(table).map(([field]) => Number(field)),
    [...Array(100_000).keys()],
  );
});

test('a date is written as people write it for programs', (t) => {
  t.is(dateText(15_745), '2013-02-09');
  t.is(textOf(tableOf('date', [15_745, 15_745])), 'column\n2013-02-09\n2013-02-09\n');
});
