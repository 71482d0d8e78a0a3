import type { ZScores } from './z-score.ts';

/**
 * A year of airport-days in columns, sorted by airport and date: the rows of table `airport_days` and of
 * `summaries/{year}.arrow`.
 */
export interface AirportDays extends DailyCounts, ZScores {
  year: number;
}

/** What happened at an airport on a day; a day is every date with a scheduled flight. */
export interface DailyCounts {
  /** The airports' codes, sorted. */
  airports: string[];
  /** Airport → its first row; one more entry ends the last airport. */
  firstRow: Uint32Array;
  /** Zero-based. */
  dayOfYear: Uint16Array;
  /** Scheduled flights: rows with a flight number. */
  flights: Uint32Array;
  /** Flights with a departure delay. */
  departures: Uint32Array;
  /** Null where the file does not say. */
  cancelled: Uint32Array | null;
  /** Minutes; NaN on a day without departures. */
  meanDepartureDelay: Float64Array;
}

/** The rows of one airport: from `start` up to, not including, `end`. */
export interface AirportRows {
  airport: string;
  start: number;
  end: number;
}

/** Each airport's rows, in the order of the codes. */
export function airportRows({ airports, firstRow }: DailyCounts): AirportRows[] {
  return airports.map((airport, index) => ({ airport, start: firstRow[index], end: firstRow[index + 1] }));
}
