import type { DayRecords } from '../summary/day-records.ts';
import type { RouteList } from './route-tallies.ts';

/** What {@link FlightCounters} have counted, in a form that goes to another thread without being copied. */
export interface CounterTables {
  /** Codes of origins and destinations, in the order of their numbers. */
  airports: string[];
  carriers: string[];
  /** 1 for each day that has flights. */
  days: Uint8Array<ArrayBuffer>;
  /** Records of each airport that flights leave; airport-record.ts tells what is in them. */
  airportDays: DayRecords;
  /** Records of each of {@link segments}. */
  carrierDays: DayRecords;
  /** Records of each airport that flights go to. */
  arrivalDays: DayRecords;
  /** The carriers at airports: airport · {@link carriersAtAnAirport} + carrier. */
  segments: number[];
  /** Lists of routes for each day of the year. */
  routes: RouteList[][];
  /** Number of flights for each of {@link segments}, hour and outcome. */
  carrierOutcomes: Uint32Array<ArrayBuffer>;
  /** Number of flights without a carrier for each airport, hour and outcome. */
  otherOutcomes: Uint32Array<ArrayBuffer>;
}

export const carriersAtAnAirport = 256;

/** The memory of tables, which is handed over to another thread. */
export function buffersOf(tables: CounterTables): ArrayBuffer[] {
  const { days, airportDays, carrierDays, arrivalDays, carrierOutcomes, otherOutcomes, routes } = tables;
  const arrays = [
    ...[airportDays, carrierDays, arrivalDays].map(({ counts }) => counts),
    ...[days, carrierOutcomes, otherOutcomes],
    ...routes.flat().flatMap((list) => [list.firstOf, list.destination, list.flights, list.cancelled, list.lost]),
  ];
  return arrays.map(({ buffer }) => buffer);
}
