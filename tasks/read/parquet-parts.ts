import { InputError } from '../errors.ts';
import type { Source } from '../io/archive.ts';
import { openParquet } from '../io/open-parquet.ts';
import type { Storage } from '../io/storage.ts';
import { type ColumnRoles, columnsOf, type Dialect } from './dialect.ts';
import type { RowGroup } from './parquet-lines.ts';
import { formatOf, type Role } from './parquet-values.ts';

/** How to read a Parquet file of flights. */
export interface ParquetParts {
  /** Which of the columns that are read holds what. */
  dialect: Dialect;
  /** The row groups, at least one; a file without rows has one without columns. */
  rowGroups: RowGroup[];
}

/**
 * Read what a Parquet file says of itself, and choose the columns of flights.
 * @throws InputError when it is damaged or no file of flights, or when a column's type does not fit
 */
export async function parquetParts(storage: Storage, { object, name }: Source): Promise<ParquetParts> {
  const read = (range: { start: number; end: number }) => storage.stream(object, range);
  const file = await openParquet({ size: object.size, name, read });
  const all = columnsOf(
    file.columns.map((column) => column.name),
    name,
  );
  const chosen: { column: number; role: Role }[] = [];
  const choose = (role: Role) => (column: number) => {
    const format = formatOf(file.columns[column], role);
    if (typeof format === 'string') throw new InputError(`${name}: column ${file.columns[column].name} ${format}`);
    return chosen.push({ column, role }) - 1;
  };
  const roles = rolesOf(all, choose);
  const names = chosen.map(({ column }) => file.columns[column].name);
  const rowGroups = file.rowGroups.flatMap(({ rows }, index) => {
    const columns = () => chosen.map(({ column, role }) => ({ ...file.chunk(index, column), role }));
    return rows > 0 ? [{ number: index + 1, rows, columns: columns() }] : [];
  });
  return {
    dialect: { ...roles, fieldCount: names.length, endsInComma: false, names },
    rowGroups: rowGroups.length > 0 ? rowGroups : [{ number: 1, rows: 0, columns: [] }],
  };
}

/** The same roles in a table of the chosen columns only. Those of the causes stand together, as the reader likes them. */
function rolesOf(
  { date, causeMinutes, ...columns }: ColumnRoles,
  choose: (role: Role) => (column: number) => number,
): ColumnRoles {
  const role: Record<keyof typeof columns, Role> = {
    origin: 'code',
    departureDelay: 'number',
    cancelled: 'flag',
    flightNumber: 'code',
    carrier: 'code',
    destination: 'code',
    scheduledDeparture: 'time',
    cancellationCode: 'code',
  };
  const chosenDate = date.map(choose(date.length === 1 ? 'date' : 'number')) as ColumnRoles['date'];
  const others = Object.entries(columns).map(([name, column]) => [
    name,
    choose(role[name as keyof typeof role])(column),
  ]);
  const minutes = causeMinutes.map((column) => (column < 0 ? column : choose('number')(column)));
  return { date: chosenDate, ...Object.fromEntries(others), causeMinutes: minutes };
}
