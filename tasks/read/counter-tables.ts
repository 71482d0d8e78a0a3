import type { DayRecords } from '../summary/day-records.ts';
import type { RouteList } from './route-tallies.ts';

/** What {@link FlightCounters} have counted, in a form that goes to another thread without being copied. */
export interface CounterTables {
  /** Codes by number, of origins and destinations. */
  airports: string[];
  carriers: string[];
  /** 1 for each day that has flights. */
  days: Uint8Array<ArrayBuffer>;
  /** For each airport that flights leave; see airport-record.ts. */
  airportDays: DayRecords;
  /** For each of `segments`. */
  carrierDays: DayRecords;
  /** For each airport that flights go to. */
  arrivalDays: DayRecords;
  /** Airport · {@link carriersAtAnAirport} + carrier. */
  segments: number[];
  /** For each day of the year. */
  routes: RouteList[][];
  /** For each of `segments`, hour and outcome: flights. */
  carrierOutcomes: Uint32Array<ArrayBuffer>;
  /** For each airport: the same of flights without a carrier. */
  otherOutcomes: Uint32Array<ArrayBuffer>;
}

export const carriersAtAnAirport = 256;

/** The memory of tables, to be handed over. */
export function buffersOf(tables: CounterTables): ArrayBuffer[] {
  const { days, airportDays, carrierDays, arrivalDays, carrierOutcomes, otherOutcomes, routes } = tables;
  const arrays = [
    ...[airportDays, carrierDays, arrivalDays].map(({ counts }) => counts),
    ...[days, carrierOutcomes, otherOutcomes],
    ...routes.flat().flatMap((list) => [list.firstOf, list.destination, list.flights, list.cancelled, list.lost]),
  ];
  return arrays.map(({ buffer }) => buffer);
}
