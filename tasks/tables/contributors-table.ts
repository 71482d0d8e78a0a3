import type { Table } from '../io/table.ts';
import { type AirportDays, airportRows } from '../summary/airport-days.ts';
import { epochDay } from '../summary/calendar.ts';
import type { Contributor } from '../summary/contributors.ts';
import { type RowColumn, tableOfRows } from './row-columns.ts';
import type { TableDefinition } from './table-definition.ts';

type Row = Contributor & { year: number; airport: string; day: number };

const columns: readonly RowColumn<Row>[] = [
  { name: 'year', type: 'integer', meaning: 'Year of flight_date', value: ({ year }) => year },
  {
    name: 'airport',
    type: 'text',
    meaning: 'Code of the airport that the flights leave',
    value: ({ airport }) => airport,
  },
  { name: 'flight_date', type: 'date', meaning: 'Local date of the scheduled departures', value: ({ day }) => day },
  {
    name: 'dimension',
    type: 'text',
    meaning: 'What the flights are divided by: carrier, destination or hours',
    value: ({ dimension }) => dimension,
  },
  {
    name: 'value',
    type: 'text',
    meaning:
      'Code of the carrier or of the destination, the state whose destinations were all in trouble, or hours of the scheduled departure',
    value: ({ value }) => value,
  },
  {
    name: 'flights',
    type: 'integer',
    unit: 'flights',
    meaning: 'Scheduled flights of this part',
    value: ({ flights }) => flights,
  },
  {
    name: 'cancelled',
    type: 'integer',
    unit: 'flights',
    meaning: 'Cancelled flights of this part',
    value: ({ cancelled }) => cancelled,
  },
  {
    name: 'lost_minutes',
    type: 'integer',
    unit: 'minutes',
    meaning: 'Departure delays, and 300 minutes for each cancelled flight',
    value: ({ lostMinutes }) => lostMinutes,
  },
  {
    name: 'excess_minutes',
    type: 'number',
    unit: 'minutes',
    meaning: 'Lost minutes beyond what as many flights of this part lose on days without an anomaly',
    value: ({ excessMinutes }) => excessMinutes,
  },
  {
    name: 'share',
    type: 'number',
    unit: 'share from 0 to 1',
    meaning: 'Share of all excess minutes of the dimension on that day',
    value: ({ share }) => share,
  },
  {
    name: 'stands_out',
    type: 'flag',
    meaning: 'Whether this part is among those that explain the day; false where all flights were affected alike',
    value: ({ standsOut }) => standsOut,
  },
];

export const contributorsDefinition: TableDefinition = {
  name: 'contributors',
  file: 'contributors',
  about: 'Parts of an anomalous airport-day’s flights, and what they contributed to the minutes lost beyond the usual',
  columns,
};

/** The table of what contributed to the year's anomalous airport-days. */
export function contributorsTable(days: AirportDays, contributors: readonly Contributor[]): Table {
  const { year } = days;
  const airports = airportRows(days);
  const rows = contributors.map((contributor) => ({
    ...contributor,
    year,
    airport: airports.findLast(({ start }) => start <= contributor.row)!.airport,
    day: epochDay(year, days.dayOfYear[contributor.row]),
  }));
  return tableOfRows(contributorsDefinition.name, columns, rows);
}
