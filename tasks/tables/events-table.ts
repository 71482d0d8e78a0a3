import type { YearEvent } from '../detect/year-events.ts';
import type { Table } from '../io/table.ts';
import { epochDay } from '../summary/calendar.ts';
import { type RowColumn, tableOfRows } from './row-columns.ts';
import type { TableDefinition } from './table-definition.ts';

type Row = YearEvent & { year: number };

const columns: readonly RowColumn<Row>[] = [
  { name: 'year', type: 'integer', meaning: 'Year of the event', value: ({ year }) => year },
  {
    name: 'event_id',
    type: 'integer',
    meaning: 'Number of the event in its year, from 1, the worst first',
    value: ({ eventId }) => eventId,
  },
  {
    name: 'first_date',
    type: 'date',
    meaning: 'Date of the first anomalous day',
    value: ({ year, firstDay }) => epochDay(year, firstDay),
  },
  {
    name: 'last_date',
    type: 'date',
    meaning: 'Date of the last anomalous day',
    value: ({ year, lastDay }) => epochDay(year, lastDay),
  },
  {
    name: 'airports',
    type: 'texts',
    meaning: 'Codes of the airports, those with the most flights first',
    value: ({ airports }) => airports,
  },
  {
    name: 'airport_days',
    type: 'integer',
    unit: 'airport-days',
    meaning: 'Anomalous airport-days of the event',
    value: ({ airportDays }) => airportDays,
  },
  {
    name: 'flights',
    type: 'integer',
    unit: 'flights',
    meaning: 'Scheduled flights of these airport-days',
    value: ({ flights }) => flights,
  },
  {
    name: 'cancelled',
    type: 'integer',
    unit: 'flights',
    meaning: 'Cancelled flights; where the source does not say, flights that did not depart',
    value: ({ cancelled }) => cancelled,
  },
  {
    name: 'minutes_lost',
    type: 'number',
    unit: 'minutes',
    meaning: 'Sum of the departure delays of the flights that departed',
    value: ({ minutesLost }) => minutesLost,
  },
  {
    name: 'main_cause',
    type: 'text',
    meaning: 'The cause of most of the delay and of the cancellations',
    nullMeans: 'The source does not say',
    value: ({ mainCause }) => mainCause,
  },
  { name: 'title', type: 'text', meaning: 'The event in a sentence', value: ({ title }) => title },
];

export const eventsDefinition: TableDefinition = {
  name: 'events',
  file: 'events',
  about: 'Anomalous airport-days that belong together',
  columns,
};

/** The table of the year's events, worst first. */
export function eventsTable(year: number, events: readonly YearEvent[]): Table {
  return tableOfRows(
    eventsDefinition.name,
    columns,
    events.map((event) => ({ ...event, year })),
  );
}
