import { daySlots } from '../summary/calendar.ts';
import { cancellationCauses, causes } from '../summary/causes.ts';
import { type DayRecords, recordSums, withRoom } from '../summary/day-records.ts';
import { hourBlocks } from './hour-block.ts';
import { hourOutcomes } from './hour-outcomes.ts';
import type { RouteDay } from './route-tallies.ts';

/** What {@link FlightCounters} have counted, in a form that goes to another thread without being copied. */
export interface CounterTables {
  /** Codes by number, of origins and destinations. */
  airports: string[];
  carriers: string[];
  /** For each airport that flights leave. */
  airportDays: DayRecords;
  /** For each of `segments`. */
  carrierDays: DayRecords;
  /** For each airport that flights go to. */
  arrivalDays: DayRecords;
  /** Airport · {@link carriersAtAnAirport} + carrier. */
  segments: number[];
  /** The routes of each thread: they are many, and need not be added up. */
  routes: Routes[];
  /** For each airport, day and block of hours: flights, and those of them that were cancelled; and minutes lost. */
  hourFlights: Uint16Array;
  hourLost: Uint32Array;
  /** For each airport and day: minutes by cause, and cancelled flights by cause. */
  minutesBy: Int32Array;
  cancelledBy: Uint16Array;
  /** For each of `segments`, hour and outcome: flights. */
  carrierOutcomes: Uint32Array;
  /** For each airport: the same of flights without a carrier. */
  otherOutcomes: Uint32Array;
}

/** Routes as one thread has counted them. */
export interface Routes {
  /** For each day of the year. */
  tables: (RouteDay | undefined)[];
  /** For each number that these tables give an airport, its number in the list of all. */
  numbers: number[];
}

export const carriersAtAnAirport = 256;

/** The memory of tables, to be handed over. */
export function buffersOf(tables: CounterTables): ArrayBuffer[] {
  const { airportDays, carrierDays, arrivalDays, hourFlights, hourLost, minutesBy, cancelledBy, routes } = tables;
  const { carrierOutcomes, otherOutcomes } = tables;
  const arrays = [
    ...[airportDays, carrierDays, arrivalDays].map(({ counts }) => counts),
    ...[hourFlights, hourLost, minutesBy, cancelledBy, carrierOutcomes, otherOutcomes],
    ...routes.flatMap(({ tables }) => tables.flatMap((day) => (day ? [day.keys, day.flights, day.lost] : []))),
  ];
  return arrays.map(({ buffer }) => buffer as ArrayBuffer);
}

/**
 * Add tables up: those of the threads that read a year, whichever numbers they give to airports and carriers.
 * @param tables at least one; their memory is used for the sum
 */
export function addTables([total, ...others]: CounterTables[]): CounterTables {
  for (const other of others) add(total, other);
  return total;
}

function add(total: CounterTables, other: CounterTables): void {
  const airports = numbersIn(total.airports, other.airports);
  const carriers = numbersIn(total.carriers, other.carriers);
  const segmentNumbers = new Map(total.segments.map((pair, number) => [pair, number]));
  const segments = other.segments.map((pair) => {
    const [airport, carrier] = [Math.floor(pair / carriersAtAnAirport), pair % carriersAtAnAirport];
    const own = airports[airport] * carriersAtAnAirport + carriers[carrier];
    if (!segmentNumbers.has(own)) segmentNumbers.set(own, total.segments.push(own) - 1);
    return segmentNumbers.get(own)!;
  });
  total.airportDays = addRecords(total.airportDays, other.airportDays, airports, total.airports.length);
  total.arrivalDays = addRecords(total.arrivalDays, other.arrivalDays, airports, total.airports.length);
  total.carrierDays = addRecords(total.carrierDays, other.carrierDays, segments, total.segments.length);
  const addBlocks = <T extends Uint16Array | Uint32Array | Int32Array>(to: T, from: T, size: number): T =>
    addValues(to, from, { numbers: airports, size: size * daySlots, room: total.airports.length });
  total.hourFlights = addBlocks(total.hourFlights, other.hourFlights, 2 * hourBlocks);
  total.hourLost = addBlocks(total.hourLost, other.hourLost, hourBlocks);
  total.minutesBy = addBlocks(total.minutesBy, other.minutesBy, causes.length);
  total.cancelledBy = addBlocks(total.cancelledBy, other.cancelledBy, cancellationCauses.length);
  total.carrierOutcomes = addValues(total.carrierOutcomes, other.carrierOutcomes, {
    numbers: segments,
    size: hourOutcomes,
    room: total.segments.length,
  });
  total.otherOutcomes = addValues(total.otherOutcomes, other.otherOutcomes, {
    numbers: airports,
    size: hourOutcomes,
    room: total.airports.length,
  });
  for (const { tables, numbers } of other.routes) {
    total.routes.push({ tables, numbers: numbers.map((number) => airports[number]) });
  }
}

/** The numbers of codes in a list, to which those that it lacks are added. */
function numbersIn(known: string[], codes: string[]): number[] {
  const numbers = new Map(known.map((code, number) => [code, number]));
  return codes.map((code) => {
    if (!numbers.has(code)) numbers.set(code, known.push(code) - 1);
    return numbers.get(code)!;
  });
}

function addRecords(to: DayRecords, from: DayRecords, numbers: number[], keys: number): DayRecords {
  const total = withRoom(to, keys);
  const size = daySlots * recordSums;
  numbers.forEach((number, key) => {
    const offset = (number - key) * size;
    // Counts stay below 2^16 and sums below 2^31, so two counts add up as the one word that they are.
    for (let word = key * size; word < (key + 1) * size; word++) total.sums[word + offset] += from.sums[word];
  });
  return total;
}

/** @param size values of each key @param room for how many keys */
function addValues<T extends Uint16Array | Uint32Array | Int32Array>(
  to: T,
  from: T,
  { numbers, size, room }: { numbers: number[]; size: number; room: number },
): T {
  let total = to;
  if (room * size > to.length) {
    total = new (to.constructor as new (length: number) => T)(room * size);
    total.set(to);
  }
  numbers.forEach((number, key) => {
    for (let i = 0; i < size; i++) total[number * size + i] += from[key * size + i];
  });
  return total;
}
