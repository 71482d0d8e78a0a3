import type { DayRecords } from '../summary/day-records.ts';
import type { RouteList } from './route-tallies.ts';
import type { SegmentList } from './segment-tallies.ts';

/** What {@link FlightCounters} have counted, in a form that goes to another thread without being copied. */
export interface CounterTables {
  /** Codes of origins and destinations, in the order of their numbers. */
  airports: string[];
  carriers: string[];
  /** 1 for each day that has flights. */
  days: Uint8Array<ArrayBuffer>;
  /** Records of each airport that flights leave; airport-record.ts tells what is in them. */
  airportDays: DayRecords;
  /** Lists of {@link segments} for each day of the year. */
  carrierDays: SegmentList[][];
  /** Lists of the airports that flights go to, for each day of the year. */
  arrivalDays: SegmentList[][];
  /** The carriers at airports: airport · {@link carriersAtAnAirport} + carrier. */
  segments: number[];
  /** Lists of routes for each day of the year. */
  routes: RouteList[][];
  /** The memory that the lists lie in. */
  listMemory: ArrayBuffer[];
  /** Number of flights for each of {@link segments}, hour and outcome. */
  carrierOutcomes: Uint32Array<ArrayBuffer>;
  /** Number of flights without a carrier for each airport, hour and outcome. */
  otherOutcomes: Uint32Array<ArrayBuffer>;
}

export const carriersAtAnAirport = 256;

/** The memory of tables, which is handed over to another thread. */
export function buffersOf(tables: CounterTables): ArrayBuffer[] {
  const { days, airportDays, carrierOutcomes, otherOutcomes, listMemory } = tables;
  return [...[airportDays.counts, days, carrierOutcomes, otherOutcomes].map(({ buffer }) => buffer), ...listMemory];
}
