import type { ExpectedRange } from '../detect/expected-range.ts';
import type { Explanations } from '../detect/explain.ts';
import type { Surprises } from '../detect/surprise.ts';
import type { ZScores } from '../detect/z-score.ts';
import type { cancelledColumns, minutesColumns } from './causes.ts';

/**
 * A year of airport-days in columns, sorted by airport and date: the rows of table `airport_days` and of
 * `summaries/{year}.arrow`.
 */
export interface AirportDays extends DailyCounts, ZScores, Surprises, ExpectedRange, Explanations {
  year: number;
  /** Of an anomalous day; NaN on others. */
  eventId: Float64Array;
}

/** What happened at an airport on a day; a day is every date with a scheduled flight. */
export interface DailyCounts extends DelayCauses, CancellationCauses {
  /** The airports' codes, sorted. */
  airports: string[];
  /** Airport → its first row; one more entry ends the last airport. */
  firstRow: Uint32Array;
  /** Zero-based. */
  dayOfYear: Uint16Array;
  /** Scheduled flights: all rows. */
  flights: Float64Array;
  /** Rows with a flight number, which the reference counts. */
  numberedFlights: Float64Array;
  /** Flights with a departure delay. */
  departures: Float64Array;
  /** NaN where the file does not say. */
  cancelled: Float64Array;
  /** Minutes; NaN on a day without departures. */
  meanDepartureDelay: Float64Array;
}

/** Minutes of delay on arrival by cause, of flights 15 minutes late or more; NaN where the file does not say. */
export type DelayCauses = Record<(typeof minutesColumns)[number], Float64Array>;

/** Cancelled flights by cause; NaN where the file does not say. */
export type CancellationCauses = Record<(typeof cancelledColumns)[number], Float64Array>;

/** The rows of one airport: from `start` up to, not including, `end`. */
export interface AirportRows {
  airport: string;
  start: number;
  end: number;
}

/** Each airport's rows, in the order of the codes. */
export function airportRows({ airports, firstRow }: Pick<DailyCounts, 'airports' | 'firstRow'>): AirportRows[] {
  return airports.map((airport, index) => ({ airport, start: firstRow[index], end: firstRow[index + 1] }));
}

/** Whether the year's files tell a column at all. */
export function has(column: Float64Array): boolean {
  for (let row = 0; row < column.length; row++) if (!Number.isNaN(column[row])) return true;
  return false;
}
