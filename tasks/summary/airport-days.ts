import type { cancelledColumns, minutesColumns } from './causes.ts';

/**
 * A year of airport-days in columns, sorted by airport and date: the rows of table `airport_days` and of
 * `summaries/{year}.arrow`.
 */
export interface AirportDays extends DailyCounts, ZScores, Scores, ExpectedRange, LostMinutes, Explanations {
  year: number;
  /** Number of the event that an anomalous day belongs to; NaN on other days. */
  eventId: Float64Array;
}

/** What happened at an airport on a day; a day is every date with a scheduled flight. */
export interface DailyCounts extends DelayCauses, CancellationCauses {
  /** The airports' codes, sorted. */
  airports: string[];
  /** Airport → its first row; one more entry ends the last airport. */
  firstRow: Uint32Array;
  /** Zero-based day of the year. */
  dayOfYear: Uint16Array;
  /** Scheduled flights: all rows. */
  flights: Float64Array;
  /** Rows with a flight number, which the reference counts. */
  numberedFlights: Float64Array;
  /** Number of flights with a departure delay. */
  departures: Float64Array;
  /** NaN where the file does not say. */
  cancelled: Float64Array;
  /** Minutes; NaN on a day without departures. */
  meanDepartureDelay: Float64Array;
}

/** The reference's columns, one value per airport-day. */
export interface ZScores {
  /** NaN on a day that has no mean delay. */
  zScore: Float64Array;
  isOutlier: Uint8Array;
}

/** The columns of the detector by profile, one value per airport-day. */
export interface Scores {
  /** NaN on a day of whose flights nothing is known. */
  anomalyScore: Float64Array;
  isAnomaly: Uint8Array;
  /**
   * The kind of an anomaly: `cancellations` if these are furthest out of line, or else `both` if they alone would make the
   * day an anomaly, or else `delays`. Null on other days.
   */
  anomalyKind: (AnomalyKind | null)[];
  /** The step in minutes whose share is furthest out of line; NaN where that is the share of cancellations. */
  lateBy: Float64Array;
  /** Share of the day's flights that were at least {@link lateBy} minutes late, or cancelled. */
  lateShare: Float64Array;
  /** The value of {@link lateShare} that is usual at this time of the year. */
  usualLateShare: Float64Array;
}

export type AnomalyKind = 'delays' | 'cancellations' | 'both';

/** The range of an ordinary day's mean departure delay, in minutes; NaN where there are too few days. */
export interface ExpectedRange {
  expectedLow: Float64Array;
  expectedHigh: Float64Array;
}

/** What a day's passengers lost: departure delays, and what a cancellation counts for. */
export interface LostMinutes {
  lostMinutes: Float64Array;
  /** Lost minutes beyond the usual; below 0 on a better day. */
  excessMinutes: Float64Array;
}

/** Why a day is anomalous; null on days that are not. */
export interface Explanations {
  /** The contributors that stand out, in words; also null where the files do not tell whose flights they were. */
  whose: (string | null)[];
  /** One sentence. */
  explanation: (string | null)[];
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

/** Whether a column has a value on any day, that is, whether the year's files have it. */
export function has(column: Float64Array): boolean {
  for (let row = 0; row < column.length; row++) if (!Number.isNaN(column[row])) return true;
  return false;
}
