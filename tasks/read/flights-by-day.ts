/**
 * Flights that were read together, sorted by airport-day: of the i-th airport-day they reach from `ends[i − 1]` up to, not
 * including, `ends[i]`. An airport-day may occur in several of these.
 */
export interface FlightsByDay {
  /** Which airport-day: its row in the year's airport-days. */
  days: Uint32Array;
  ends: Uint32Array;
  /** As lateness.ts has it, of each flight. */
  lateness: Uint16Array;
  /** Index into `carriers`, or `noCarrier`, of each flight. */
  carrier: Uint8Array;
  carriers: string[];
}
