import type { ColumnDefinition, Table, TableColumn } from '../io/table.ts';

type Value = number | boolean | string | null | readonly string[];

/** A column and where its values are found in a row. NaN stands for null, a date is days since 1970-01-01. */
export interface RowColumn<Row> extends ColumnDefinition {
  value(row: Row): Value;
}

/** Rows as a table in columns. */
export function tableOfRows<Row>(name: string, columns: readonly RowColumn<Row>[], rows: readonly Row[]): Table {
  return {
    name,
    rows: rows.length,
    columns: columns.map(({ value, ...definition }) => {
      const values = rows.map((row) => value(row));
      return { ...definition, values: definition.type === 'flag' ? values.map(Number) : values } as TableColumn;
    }),
  };
}
