import fc from 'fast-check';
import type { ColumnDefinition, Table, TableColumn } from '../../tasks/io/table.ts';

const values = (type: ColumnDefinition['type'], text: fc.Arbitrary<string>): fc.Arbitrary<unknown> =>
  ({
    integer: fc.oneof(fc.integer(), fc.constant(NaN)),
    number: fc.double({ noDefaultInfinity: true }),
    flag: fc.constantFrom(0, 1),
    date: fc.integer({ min: 6_209, max: 40_000 }),
    text: fc.option(text),
    texts: fc.array(fc.stringMatching(/^[A-Z0-9]{2,5}$/)),
  })[type];

export const columnTypes = ['integer', 'number', 'flag', 'date', 'text', 'texts'] as const;

/** Tables with a column of each type and any values in them; −0 is left out, since texts do not tell it from 0. */
export function randomTable(text: fc.Arbitrary<string>): fc.Arbitrary<Table> {
  const row = fc.tuple(...columnTypes.map((type) => values(type, text)));
  return fc.array(row).map((rows) => ({
    name: 'any',
    rows: rows.length,
    columns: columnTypes.map(
      (type, index) =>
        ({
          name: type,
          type,
          meaning: '',
          ...(['integer', 'number', 'text'].includes(type) && { nullMeans: '' }),
          values: rows.map((cells) => (cells[index] === 0 ? 0 : cells[index])),
        }) as TableColumn,
    ),
  }));
}

/** A table of one column. */
export function tableOf(type: ColumnDefinition['type'], values: unknown[], more: Partial<TableColumn> = {}): Table {
  const column = { name: 'column', type, meaning: '', ...more, values } as TableColumn;
  return { name: 'table', rows: values.length, columns: [column] };
}
