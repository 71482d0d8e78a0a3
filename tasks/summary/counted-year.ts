import type { AirportRows, DailyCounts } from './airport-days.ts';
import type { DayRecords } from './day-records.ts';
import type { TypicalDays } from './typical-days.ts';

/** A year's flights, counted: what files come to, and what the detectors look at. */
export interface CountedYear {
  year: number;
  days: DailyCounts;
  /** Flights of each row of `days` in each lateness bucket, row after row. */
  buckets: Uint16Array;
  /** Minutes lost on each row of `days`: departure delays, and what a cancellation counts for. */
  lostMinutes: Float64Array;
  /** Cancelled flights that have a departure delay all the same. */
  cancelledWithDelay: number;
  /** Each carrier at each airport. */
  carrierDays: SegmentDays;
  /** Each destination: the flights to it from all airports of the files. */
  destinationDays: SegmentDays;
  /** What each airport-day's flights divide into. */
  tallies: Record<Dimension, Tallies>;
  typicalDays: TypicalDays;
  /**
   * Give the memory of segments and tallies back, which can no longer be asked for then: it is several times as large as
   * all else.
   */
  release(): void;
}

/** By what the flights of an airport-day can be told apart. */
export const dimensions = ['carrier', 'destination', 'hours'] as const;
export type Dimension = (typeof dimensions)[number];

/** A part of the traffic that is watched by itself. */
export interface Segment {
  /** Where its flights leave, or, without a carrier, where they go. */
  airport: string;
  carrier: string | null;
}

/** What is counted of segments by day. */
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
  /** Names of the values; empty where the files do not tell the dimension. */
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
