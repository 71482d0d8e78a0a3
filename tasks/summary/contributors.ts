import type { Dimension } from './counted-year.ts';

/** A part of an anomalous airport-day's flights, and what it contributed to the minutes lost beyond the usual. */
export interface Contributor {
  /** Row of the airport-day in the year's table. */
  row: number;
  dimension: Dimension;
  /** Code of a carrier or of a destination, the name of a state with all its destinations, or hours such as `15–18`. */
  value: string;
  /** Scheduled flights. */
  flights: number;
  cancelled: number;
  lostMinutes: number;
  excessMinutes: number;
  /** Share of the sum of all positive excesses of the dimension on that day. */
  share: number;
  /**
   * Whether this value made the day anomalous, alone or with the others that stand out, rather than everybody's
   * flights.
   */
  standsOut: boolean;
}
