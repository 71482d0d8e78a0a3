import { daySlots } from '../summary/calendar.ts';
import { type DayRecords, lostMinutes } from '../summary/day-records.ts';
import { latenessBuckets } from '../summary/lateness.ts';
import { type CounterTables, carriersAtAnAirport } from './counter-tables.ts';
import { hourOutcomes } from './hour-outcomes.ts';
import type { RouteList } from './route-tallies.ts';

/** The tables of several threads, each of which gives numbers of its own to airports and carriers, as those of one. */
export interface JoinedTables {
  /** Codes by number, of origins and destinations. */
  airports: string[];
  carriers: string[];
  /** Airport · {@link carriersAtAnAirport} + carrier. */
  segments: number[];
  airportDays: JoinedDays;
  carrierDays: JoinedDays;
  arrivalDays: JoinedDays;
  routes: ThreadRoutes[];
  carrierOutcomes: Uint32Array;
  otherOutcomes: Uint32Array;
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
const keysReadAtOnce = 16;

/** Records of a day and a key in the tables of several threads, which are added up when they are asked for. */
export class JoinedDays {
  readonly #tables: { records: DayRecords; numbers: Int32Array; days: Uint8Array }[];

  /** Records of all days of the keys from `firstRead` on, key after key. */
  #read = new Int32Array();
  #firstRead = NaN;

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

  /** The records of a key for all days, one after the other. Those of the key before are overwritten. */
  readAll(key: number, { sums }: Pick<DayRecords, 'sums'>): void {
    const size = sums.length / daySlots;
    if (!(key >= this.#firstRead && key < this.#firstRead + keysReadAtOnce)) this.#readFrom(key, size);
    const at = (key - this.#firstRead) * daySlots * size;
    sums.set(this.#read.subarray(at, at + daySlots * size));
  }

  /** For each key, scheduled flights and minutes lost in the year. */
  total(keys: number): { flights: Float64Array; lost: Float64Array } {
    const result = { flights: new Float64Array(keys), lost: new Float64Array(keys) };
    for (const { records, numbers, days } of this.#tables) {
      const { counts, sums, size } = records;
      for (let day = 0; day < daySlots; day++) {
        if (days[day] === 0) continue;
        for (let key = 0; key < keys; key++) {
          if (numbers[key] === unknown) continue;
          const first = (day * records.keys + numbers[key]) * size;
          for (let bucket = 0; bucket < latenessBuckets; bucket++) result.flights[key] += counts[2 * first + bucket];
          result.lost[key] += sums[first + lostMinutes];
        }
      }
    }
    return result;
  }

  /** Give the memory back now; the garbage collector would do it much later. */
  release(): void {
    for (const { records } of this.#tables.splice(0)) records.sums.buffer.transfer(0);
  }

  /** Keys lie beside each other on each day, so that reading a few of them takes hardly longer than reading one. */
  #readFrom(key: number, size: number): void {
    this.#firstRead = key;
    if (this.#read.length === 0) this.#read = new Int32Array(keysReadAtOnce * daySlots * size);
    else this.#read.fill(0);
    const read = this.#read;
    for (const { records, numbers, days } of this.#tables) {
      const { sums, keys } = records;
      const last = Math.min(key + keysReadAtOnce, numbers.length);
      for (let day = 0; day < daySlots; day++) {
        if (days[day] === 0) continue;
        for (let each = key; each < last; each++) {
          if (numbers[each] === unknown) continue;
          const from = (day * keys + numbers[each]) * size;
          const to = ((each - key) * daySlots + day) * size;
          for (let word = 0; word < size; word++) read[to + word] += sums[from + word];
        }
      }
    }
  }
}

/** @param tables of the threads that read a year, at least one */
export function joinTables(tables: CounterTables[]): JoinedTables {
  const airports = [...new Set(tables.flatMap(({ airports }) => airports))];
  const carriers = [...new Set(tables.flatMap(({ carriers }) => carriers))];
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
  const joined = (name: 'airportDays' | 'carrierDays' | 'arrivalDays') =>
    new JoinedDays(
      parts.map(({ thread, airportNumbers, segmentNumbers }) => ({
        records: thread[name],
        numbers: name === 'carrierDays' ? segmentNumbers : airportNumbers,
        days: thread.days,
      })),
    );
  return {
    ...{ airports, carriers, segments },
    airportDays: joined('airportDays'),
    carrierDays: joined('carrierDays'),
    arrivalDays: joined('arrivalDays'),
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
