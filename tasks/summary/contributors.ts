import type { Dimension } from './counted-year.ts';

/** A part of an anomalous airport-day's flights, and what it contributed to the minutes lost beyond the usual. */
export interface Contributor {
  /** Row of the airport-day. */
  row: number;
  dimension: Dimension;
  /** Code of a carrier or of a destination, or hours such as `15–18`. */
  value: string;
  /** Scheduled flights. */
  flights: number;
  cancelled: number;
  lostMinutes: number;
  excessMinutes: number;
  /** Of the dimension's positive excess on that day. */
  share: number;
  /** Whether the day was the doing of this value, or of it and the others that stand out, rather than of all. */
  standsOut: boolean;
}
