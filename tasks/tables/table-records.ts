import { dateText, type Table, type TableColumn } from '../io/table.ts';

/** The rows of a table as objects, as Postgres' `json_populate_recordset` takes them. */
export function tableRecords({ columns, rows }: Table): Record<string, unknown>[] {
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(columns.map((column) => [column.name, valueAt(column, row)])),
  );
}

function valueAt({ type, values }: TableColumn, row: number): unknown {
  if (type === 'flag') return values[row] === 1;
  if (type === 'date') return dateText(values[row]);
  return values[row];
}
