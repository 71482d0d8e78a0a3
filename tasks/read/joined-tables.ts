import { InputError } from '../errors.ts';
import type { DayRecords } from '../summary/day-records.ts';
import { mostCarriers } from './codes.ts';
import { type CounterTables, carriersAtAnAirport } from './counter-tables.ts';
import { hourOutcomes } from './hour-outcomes.ts';
import { JoinedSegments } from './joined-segments.ts';
import type { RouteList } from './route-tallies.ts';

/** The tables of several threads, each of which gives numbers of its own to airports and carriers, as those of one. */
export interface JoinedTables {
  /** Codes by number, of origins and destinations. */
  airports: string[];
  carriers: string[];
  /** Airport · {@link carriersAtAnAirport} + carrier. */
  segments: number[];
  airportDays: JoinedDays;
  carrierDays: JoinedSegments;
  arrivalDays: JoinedSegments;
  routes: ThreadRoutes[];
  carrierOutcomes: Uint32Array;
  otherOutcomes: Uint32Array;
  /** The memory of the lists of carriers, destinations and routes. */
  listMemory: ArrayBuffer[];
}

/** The routes of one thread: they are many, and need not be added up. */
export interface ThreadRoutes {
  /** For each day of the year. */
  lists: RouteList[][];
  /** The thread's number of each airport; {@link unknown} where it has none. */
  numbers: Int32Array;
  /** The airport of each of the thread's numbers. */
  airports: number[];
}

const unknown = -1;

/** Records of a day and a key in the tables of several threads, which are added up when they are asked for. */
class JoinedDays {
  readonly #tables: { records: DayRecords; numbers: Int32Array; days: Uint8Array }[];

  /** @param tables of each thread: `numbers` are its numbers for the keys, `days` those that it has counted */
  constructor(tables: { records: DayRecords; numbers: Int32Array; days: Uint8Array }[]) {
    this.#tables = tables;
  }

  /** Add the record of a key and a day to the sums that begin at an index. */
  add(key: number, day: number, sums: Int32Array, at: number): void {
    for (let thread = 0; thread < this.#tables.length; thread++) {
      const { records, numbers, days } = this.#tables[thread];
      if (days[day] === 0 || numbers[key] === unknown) continue;
      const first = (day * records.keys + numbers[key]) * records.size;
      // Counts stay below 2^16 and sums below 2^31, so two counts add up as the one word that they are.
      for (let word = 0; word < records.size; word++) sums[at + word] += records.sums[first + word];
    }
  }

  /** Give the memory back now; the garbage collector would do it much later. */
  release(): void {
    for (const { records } of this.#tables.splice(0)) records.sums.buffer.transfer(0);
  }
}

/**
 * @param tables of the threads that read a year, at least one
 * @throws InputError when they have more carriers together than one of them may have
 */
export function joinTables(tables: CounterTables[]): JoinedTables {
  const airports = [...new Set(tables.flatMap(({ airports }) => airports))];
  const carriers = [...new Set(tables.flatMap(({ carriers }) => carriers))];
  if (carriers.length > mostCarriers) {
    throw new InputError(
      `more than ${mostCarriers} carriers; expected flights of airlines: are the columns the right ones?`,
    );
  }
  const known = tables.map((thread) => {
    const [airportOf, carrierOf] = [indexesIn(airports, thread.airports), indexesIn(carriers, thread.carriers)];
    const segments = thread.segments.map((pair) => {
      const [airport, carrier] = [Math.floor(pair / carriersAtAnAirport), pair % carriersAtAnAirport];
      return airportOf[airport] * carriersAtAnAirport + carrierOf[carrier];
    });
    return { thread, airportOf, segments };
  });
  const segments = [...new Set(known.flatMap(({ segments }) => segments))];
  const parts = known.map(({ thread, airportOf, segments: own }) => {
    const segmentOf = indexesIn(segments, own);
    return {
      ...{ thread, airportOf, segmentOf },
      airportNumbers: inverse(airportOf, airports.length),
      segmentNumbers: inverse(segmentOf, segments.length),
    };
  });
  return {
    ...{ airports, carriers, segments },
    listMemory: tables.flatMap(({ listMemory }) => listMemory),
    airportDays: new JoinedDays(
      parts.map(({ thread, airportNumbers }) => ({
        records: thread.airportDays,
        numbers: airportNumbers,
        days: thread.days,
      })),
    ),
    carrierDays: new JoinedSegments(
      parts.map(({ thread, segmentNumbers }) => ({ lists: thread.carrierDays, numbers: segmentNumbers })),
    ),
    arrivalDays: new JoinedSegments(
      parts.map(({ thread, airportNumbers }) => ({ lists: thread.arrivalDays, numbers: airportNumbers })),
    ),
    routes: parts.map(({ thread, airportOf, airportNumbers }) => ({
      lists: thread.routes,
      numbers: airportNumbers,
      airports: airportOf,
    })),
    carrierOutcomes: sumOf(
      parts.map(({ thread, segmentOf }) => ({ counts: thread.carrierOutcomes, keys: segmentOf })),
      segments.length,
    ),
    otherOutcomes: sumOf(
      parts.map(({ thread, airportOf }) => ({ counts: thread.otherOutcomes, keys: airportOf })),
      airports.length,
    ),
  };
}

/** Where values stand in a list that has all of them. */
function indexesIn<T>(list: T[], values: T[]): number[] {
  const indexOf = new Map(list.map((value, index) => [value, index]));
  return values.map((value) => indexOf.get(value)!);
}

/** The index of each key in a list of them. */
function inverse(keys: number[], count: number): Int32Array {
  const numbers = new Int32Array(count).fill(unknown);
  keys.forEach((key, number) => {
    numbers[key] = number;
  });
  return numbers;
}

function sumOf(parts: { counts: Uint32Array; keys: number[] }[], count: number): Uint32Array {
  const sum = new Uint32Array(count * hourOutcomes);
  for (const { counts, keys } of parts) {
    keys.forEach((key, number) => {
      const offset = (key - number) * hourOutcomes;
      for (let at = number * hourOutcomes; at < (number + 1) * hourOutcomes; at++) sum[at + offset] += counts[at];
    });
  }
  return sum;
}
