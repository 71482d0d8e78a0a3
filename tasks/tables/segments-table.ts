import type { Table } from '../io/table.ts';
import { epochDay } from '../summary/calendar.ts';
import type { SegmentAnomaly } from '../summary/segment-anomalies.ts';
import { type RowColumn, tableOfRows } from './row-columns.ts';
import type { TableDefinition } from './table-definition.ts';

type Row = SegmentAnomaly & { year: number };

const columns: readonly RowColumn<Row>[] = [
  { name: 'year', type: 'integer', meaning: 'Year of flight_date', value: ({ year }) => year },
  {
    name: 'kind',
    type: 'text',
    meaning: 'carrier: its flights from an airport; destination: the flights of all carriers to it',
    value: ({ kind }) => kind,
  },
  {
    name: 'airport',
    type: 'text',
    meaning: 'Code of the airport that the carrier’s flights leave, or of the destination',
    value: ({ airport }) => airport,
  },
  {
    name: 'carrier',
    type: 'text',
    meaning: 'Code of the carrier',
    nullMeans: 'The row is about a destination',
    value: ({ carrier }) => carrier,
  },
  {
    name: 'flight_date',
    type: 'date',
    meaning: 'Local date of the scheduled departures',
    value: ({ year, dayOfYear }) => epochDay(year, dayOfYear),
  },
  { name: 'flights', type: 'integer', unit: 'flights', meaning: 'Scheduled flights', value: ({ flights }) => flights },
  {
    name: 'cancelled',
    type: 'integer',
    unit: 'flights',
    meaning: 'Cancelled flights',
    value: ({ cancelled }) => cancelled,
  },
  {
    name: 'mean_departure_delay',
    type: 'number',
    unit: 'minutes',
    meaning: 'Mean departure delay; below 0 where flights left early',
    nullMeans: 'No flight departed',
    value: ({ meanDepartureDelay }) => meanDepartureDelay,
  },
  {
    name: 'anomaly_score',
    type: 'number',
    meaning: 'How far the shares of late and cancelled flights are out of line: the root of their deviance',
    value: ({ anomalyScore }) => anomalyScore,
  },
  {
    name: 'late_by',
    type: 'integer',
    unit: 'minutes',
    meaning: 'The lateness whose share of flights was furthest out of line',
    nullMeans: 'The share of cancelled flights was furthest out of line',
    value: ({ lateBy }) => lateBy,
  },
  {
    name: 'late_share',
    type: 'number',
    unit: 'share from 0 to 1',
    meaning: 'Share of the day’s flights that left at least late_by minutes late, or were cancelled',
    value: ({ lateShare }) => lateShare,
  },
  {
    name: 'usual_late_share',
    type: 'number',
    unit: 'share from 0 to 1',
    meaning: 'The usual late_share of these flights at this time of the year',
    value: ({ usualLateShare }) => usualLateShare,
  },
  {
    name: 'event_id',
    type: 'integer',
    meaning: 'The event of that day at or near the airport, see events',
    nullMeans: 'There is none',
    value: ({ eventId }) => eventId,
  },
];

export const segmentsDefinition: TableDefinition = {
  name: 'segment_anomalies',
  file: 'segments',
  about: 'Carriers at an airport, and destinations, in trouble on a day on which their airport as a whole was not',
  columns,
};

/** The table of the year's carriers and destinations that were in trouble by themselves. */
export function segmentsTable(year: number, segments: readonly SegmentAnomaly[]): Table {
  return tableOfRows(
    segmentsDefinition.name,
    columns,
    segments.map((segment) => ({ ...segment, year })),
  );
}
