import type { AirportRows, DailyCounts } from './airport-days.ts';
import type { DayRecords } from './day-records.ts';
import type { TypicalDays } from './typical-days.ts';

/** The counts of a year's flights: what reading the files results in, and what the detectors look at. */
export interface CountedYear {
  year: number;
  days: DailyCounts;
  /** Flights of each row of `days` in each lateness bucket, row after row. */
  buckets: Uint16Array;
  /** Minutes lost on each row of `days`: departure delays, and what a cancellation counts for. */
  lostMinutes: Float64Array;
  /** Number of cancelled flights that have a departure delay nevertheless. */
  cancelledWithDelay: number;
  /** Counts of each carrier at each airport, by day. */
  carrierDays: SegmentDays;
  /** Counts of the flights to each destination from all airports of the files, by day. */
  destinationDays: SegmentDays;
  /** Counts of each airport-day by carrier, destination and hours. */
  tallies: Record<Dimension, Tallies>;
  typicalDays: TypicalDays;
  /**
   * Release the memory of segments and tallies, which is several times as large as the rest. They cannot be read afterwards.
   */
  release(): void;
}

/** The dimensions by which the flights of an airport-day are divided. */
export const dimensions = ['carrier', 'destination', 'hours'] as const;
export type Dimension = (typeof dimensions)[number];

/** A part of the traffic that the detectors judge separately. */
export interface Segment {
  /** The airport that a carrier's flights leave, or, without a carrier, the airport that flights go to. */
  airport: string;
  carrier: string | null;
}

/** The counts of segments by day. */
export interface SegmentDays {
  segments: Segment[];
  /**
   * Read what is counted of a segment.
   * @param segment index into the segments
   * @param into a record for each day of the year, which is overwritten
   */
  read(segment: number, into: Pick<DayRecords, 'counts' | 'sums'>): void;
}

/** Flights of each airport-day by the values of a dimension. */
export interface Tallies {
  /** Names of the values; empty where the files do not have the dimension. */
  values: string[];
  /** Call back for each value of an airport-day. A value may come several times: its numbers add up. */
  visit(row: number, callback: TallyCallback): void;
  /** Add up all rows of an airport: for each value, scheduled flights and minutes lost. */
  total(rows: AirportRows): { flights: Float64Array; lost: Float64Array };
}

/**
 * @param value index into the values
 * @param flights scheduled flights
 * @param lost minutes
 */
export type TallyCallback = (value: number, flights: number, cancelled: number, lost: number) => void;
