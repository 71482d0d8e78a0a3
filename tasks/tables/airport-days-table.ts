import type { ColumnDefinition, Table, TableColumn } from '../io/table.ts';
import { type AirportDays, airportRows } from '../summary/airport-days.ts';
import { epochDay } from '../summary/calendar.ts';
import { columnName, columns } from '../summary/columns.ts';
import type { TableDefinition } from './table-definition.ts';

const airport = { name: 'airport', type: 'text', meaning: 'Code of the airport that the flights leave' } as const;
const flightDate = { name: 'flight_date', type: 'date', meaning: 'Local date of the scheduled departures' } as const;
const year = { name: 'year', type: 'integer', meaning: 'Year of flight_date' } as const;

const definitions = columns.map((column): ColumnDefinition => {
  const { property: _, ...definition } = column;
  return { name: columnName(column), ...definition };
});

export const airportDaysDefinition: TableDefinition = {
  name: 'airport_days',
  file: 'airport-days',
  about: 'Departures of an airport on a day with scheduled flights',
  columns: [airport, flightDate, year, ...definitions],
};

/** The table of the year's airport-days, sorted by airport and date. */
export function airportDaysTable(days: AirportDays): Table {
  const rows = days.dayOfYear.length;
  const firstDay = epochDay(days.year, 0);
  const airports = airportRows(days).flatMap((rowsOf) => Array<string>(rowsOf.end - rowsOf.start).fill(rowsOf.airport));
  return {
    name: airportDaysDefinition.name,
    rows,
    columns: [
      { ...airport, values: airports },
      { ...flightDate, values: Int32Array.from(days.dayOfYear, (day) => firstDay + day) },
      { ...year, values: new Int32Array(rows).fill(days.year) },
      ...columns.map(({ property }, index) => ({ ...definitions[index], values: days[property] }) as TableColumn),
    ],
  };
}
