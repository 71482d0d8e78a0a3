import test from 'ava';
import fc from 'fast-check';
import { copyRows, copyStatement } from '../../../tasks/io/copy-rows.ts';
import { dateText, type Table, type TableColumn } from '../../../tasks/io/table.ts';

/** Takes fields of a byte string one by one. */
class Fields {
  at = 0;
  readonly bytes: Buffer;
  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
  take(length: number): Buffer {
    return this.bytes.subarray(this.at, (this.at += length));
  }
  int(): number {
    return this.take(4).readInt32BE();
  }
}

/** Reads the binary format back, field by field, by its description in Postgres' manual. */
function read(table: Table): (Buffer | null)[][] {
  // A chunk's memory must not be used again before the server has it.
  const fields = new Fields(Buffer.concat([...copyRows(table)]));
  const signature = fields.take(11).toString('latin1');
  if (signature !== 'PGCOPY\n\xff\r\n\0') throw new Error(`signature ${JSON.stringify(signature)}`);
  if (fields.int() !== 0 || fields.int() !== 0) throw new Error('flags or an extension');
  const rows: (Buffer | null)[][] = [];
  for (;;) {
    const count = fields.take(2).readInt16BE();
    if (count === -1) break;
    rows.push(
      Array.from({ length: count }, () => {
        const length = fields.int();
        return length === -1 ? null : fields.take(length);
      }),
    );
  }
  if (fields.at !== fields.bytes.length) throw new Error('bytes behind the end');
  return rows;
}

const bytesOf = { integer: 4, date: 4, number: 8, flag: 1 };

function valueIn(field: Buffer | null, type: TableColumn['type']): unknown {
  if (field === null) return null;
  if (type === 'text') return field.toString();
  if (type === 'texts') return listIn(new Fields(field));
  if (field.length !== bytesOf[type]) throw new Error(`${field.length} bytes for ${type}`);
  if (type === 'number') return field.readDoubleBE();
  if (type === 'flag') return field.readInt8();
  if (type === 'integer') return field.readInt32BE();
  return new Date(Date.UTC(2000, 0, 1 + field.readInt32BE())).toISOString().slice(0, 10);
}

function listIn(list: Fields): string[] {
  const [dimensions, hasNulls, type] = [list.int(), list.int(), list.int()];
  if (hasNulls !== 0 || type !== 25) throw new Error('not a list of texts');
  const [length, first] = dimensions === 0 ? [0, 1] : [list.int(), list.int()];
  if (first !== 1) throw new Error(`a list that begins at ${first}`);
  const values = Array.from({ length }, () => list.take(list.int()).toString());
  if (list.at !== list.bytes.length) throw new Error('bytes behind the list');
  return values;
}

const tableOf = (columns: Pick<TableColumn, 'name' | 'type' | 'values'>[]): Table => ({
  name: 'examples',
  rows: columns[0].values.length,
  columns: columns.map((column) => ({ ...column, meaning: 'An example' }) as TableColumn),
});

/** The rows that are read, each as a list of its values. */
const readValues = (table: Table) =>
  read(table).map((row) => row.map((field, index) => valueIn(field, table.columns[index].type)));

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('', '’', '–', '\t"\\N\n', 'é'.repeat(300), '飛'.repeat(30_000), 'x'.repeat(200_000)),
);
/** What each type may hold; NaN is null in columns of numbers. */
const arbitraryOf: Record<TableColumn['type'], fc.Arbitrary<unknown>> = {
  integer: fc.oneof(fc.integer(), fc.constant(NaN)),
  date: fc.oneof(fc.integer({ min: -10_000, max: 40_000 }), fc.constant(NaN)),
  number: fc.oneof(fc.double({ noNaN: true }), fc.constant(NaN)),
  flag: fc.constantFrom(0, 1),
  text: fc.option(text),
  texts: fc.array(text, { maxLength: 5 }),
};

test('a table of every type is the same when it is read', (t) => {
  const table = fc.integer({ min: 1, max: 6 }).chain((rows) =>
    fc
      .array(
        fc
          .constantFrom<TableColumn['type']>('integer', 'date', 'number', 'flag', 'text', 'texts')
          .chain((type) =>
            fc
              .array(arbitraryOf[type], { minLength: rows, maxLength: rows })
              .map((values) => ({ name: type, type, values: values as never })),
          ),
        { minLength: 1, maxLength: 8 },
      )
      .map(tableOf),
  );
  fc.assert(
    fc.property(table, (one) => {
      const expected = Array.from({ length: one.rows }, (_, row) =>
        one.columns.map(({ type, values }) => {
          const value = values[row];
          if (Number.isNaN(value)) return null;
          return type === 'date' ? dateText(value as number) : value;
        }),
      );
      t.deepEqual(readValues(one), expected);
    }),
  );
});

test('a number is the same to the last bit', (t) => {
  const values = [0.1 + 0.2, -0, 5e-324, Number.MAX_VALUE, -1.5];
  const rows = readValues(tableOf([{ name: 'delay', type: 'number', values }]));
  t.true(rows.every(([value], row) => Object.is(value, values[row])));
});

test('the command names the columns in the order of the fields', (t) => {
  const table = tableOf([
    { name: 'airport', type: 'text', values: ['JFK'] },
    { name: 'flights', type: 'integer', values: [1] },
  ]);
  t.is(copyStatement('a_2013', table), 'COPY a_2013 (airport, flights) FROM STDIN (FORMAT binary)');
});

test('many rows come in many chunks, each once and in order, and the progress is reported', (t) => {
  const rows = Array.from({ length: 5_000 }, (_, row) => row);
  const explanation = `LGA, 1 Jan 2013: ${'mean delay 50 min instead of −1 to 20, '.repeat(5)}`;
  const table = tableOf([
    { name: 'flights', type: 'integer', values: rows },
    { name: 'explanation', type: 'text', values: rows.map((row) => (row % 3 === 0 ? explanation : null)) },
  ]);
  const told: number[] = [];
  const chunks = [...copyRows(table, (count) => told.push(count))];
  t.true(chunks.length > 5);
  t.deepEqual(
    readValues(table).map(([flights]) => flights),
    rows,
  );
  t.true(told.length > 3);
  t.deepEqual(
    told,
    told.toSorted((a, b) => a - b),
  );
  t.true(told.at(-1)! <= rows.length);
});
