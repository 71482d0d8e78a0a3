import { type FlightBatch, noDestination } from './flight-batch.ts';
import type { ListMemory } from './list-memory.ts';
import { OpenDays } from './open-days.ts';

/** Flights from an airport to another on one day, in a hash table with open addressing. */
interface RouteDay {
  /** Origin and destination as {@link routeKey} has them, or 0 where the slot is free. */
  keys: Uint32Array<ArrayBuffer>;
  /** Flights in the lower half, those of them that were cancelled in the upper half. */
  flights: Uint32Array<ArrayBuffer>;
  /** Minutes lost on each route. */
  lost: Uint32Array<ArrayBuffer>;
  size: number;
}

/**
 * Routes of a day, sorted by the number of the origin, in five bytes each. A route may stand there several times: its
 * numbers add up.
 */
export interface RouteList {
  /** The first route of each origin; one more entry ends the last origin. */
  firstOf: Uint32Array<ArrayBuffer>;
  destination: Uint16Array<ArrayBuffer>;
  /** Flights in the lower half, those of them that were cancelled in the upper half. */
  flights: Uint8Array<ArrayBuffer>;
  /** Minutes lost on each route. */
  lost: Uint16Array<ArrayBuffer>;
}

const smallest = 1 << 8;
/** The largest share of slots that are taken; fuller tables make searches long. */
const fullest = 0.7;
const cancelledOne = 1 << 16;
/** Bits by which the cancelled flights are shifted in an entry of a list. */
export const listedCancelled = 4;
/** The largest number of flights that an entry of a list holds. */
export const mostFlights = 15;
const mostLost = 65_535;

/** @param origin, destination numbers of airports; never 0 */
function routeKey(origin: number, destination: number): number {
  return (((origin + 1) << 16) | destination) >>> 0;
}

const originOf = (key: number): number => (key >>> 16) - 1;
const destinationOf = (key: number): number => key & 0xffff;

/**
 * What is counted of each route on each day of the year. There are a hundred thousand routes and few of them have flights
 * on a day, so each day has a table of its own, as small as its routes allow.
 */
export class RouteTallies {
  readonly #days: OpenDays<RouteDay, RouteList>;

  /** @param memory for the lists */
  constructor(memory: ListMemory) {
    const listOf = (table: RouteDay) => listIn(memory, table);
    this.#days = new OpenDays({ make: () => emptyDay(smallest), listOf, clear });
  }

  /**
   * @param isCancelled of each row
   * @param lost minutes of each row
   */
  add({ rows, origin, day, destination }: FlightBatch, isCancelled: Uint8Array, lost: Uint16Array): void {
    let dayBefore = -1;
    let table = none;
    for (let row = 0; row < rows; row++) {
      if (destination[row] === noDestination) continue;
      if (day[row] !== dayBefore) {
        dayBefore = day[row];
        table = this.#days.tableOf(dayBefore);
      }
      const key = routeKey(origin[row], destination[row]);
      let slot = slotOf(table, key);
      if (table.keys[slot] === 0) {
        if (table.size >= fullest * table.keys.length) {
          table = larger(table);
          this.#days.replace(dayBefore, table);
          slot = slotOf(table, key);
        }
        table.size++;
        table.keys[slot] = key;
      }
      table.flights[slot] += isCancelled[row] === 1 ? cancelledOne + 1 : 1;
      table.lost[slot] += lost[row];
    }
    this.#days.endBatch();
  }

  /** The counts of each day, in lists whose numbers add up. */
  lists(): RouteList[][] {
    return this.#days.lists();
  }
}

function emptyDay(slots: number): RouteDay {
  const column = () => new Uint32Array(slots);
  return { keys: column(), flights: column(), lost: column(), size: 0 };
}

const none = emptyDay(0);

function clear(table: RouteDay): void {
  for (const column of [table.keys, table.flights, table.lost]) column.fill(0);
  table.size = 0;
}

/** The slot of a key, or the free one where it belongs. */
function slotOf({ keys }: RouteDay, key: number): number {
  const mask = keys.length - 1;
  // Fibonacci hashing. Source: Knuth, The Art of Computer Programming 3, section 6.4.
  const hash = Math.imul(key, 0x9e3779b1);
  let slot = (hash ^ (hash >>> 15)) & mask;
  while (keys[slot] !== key && keys[slot] !== 0) slot = (slot + 1) & mask;
  return slot;
}

function larger({ keys, flights, lost, size }: RouteDay): RouteDay {
  const bigger = { ...emptyDay(2 * keys.length), size };
  for (let from = 0; from < keys.length; from++) {
    if (keys[from] === 0) continue;
    const slot = slotOf(bigger, keys[from]);
    bigger.keys[slot] = keys[from];
    bigger.flights[slot] = flights[from];
    bigger.lost[slot] = lost[from];
  }
  return bigger;
}

/** The routes of a table, by a counting sort. */
function listIn(memory: ListMemory, { keys, flights, lost }: RouteDay): RouteList {
  // A route of more flights or minutes than an entry holds has several.
  const entries = (slot: number) => {
    const flown = flights[slot] & 0xffff;
    if (flown <= mostFlights && lost[slot] <= mostLost) return 1;
    return Math.max(Math.ceil(flown / mostFlights), Math.ceil(lost[slot] / mostLost));
  };
  let origins = 0;
  for (let slot = 0; slot < keys.length; slot++) origins = Math.max(origins, keys[slot] >>> 16);
  const firstOf = memory.array(Uint32Array<ArrayBuffer>, origins + 1);
  for (let slot = 0; slot < keys.length; slot++) if (keys[slot] > 0) firstOf[originOf(keys[slot]) + 1] += entries(slot);
  for (let origin = 0; origin < origins; origin++) firstOf[origin + 1] += firstOf[origin];
  const count = firstOf[origins];
  const list: RouteList = {
    firstOf,
    destination: memory.array(Uint16Array<ArrayBuffer>, count),
    flights: memory.array(Uint8Array<ArrayBuffer>, count),
    lost: memory.array(Uint16Array<ArrayBuffer>, count),
  };
  const next = firstOf.slice();
  for (let slot = 0; slot < keys.length; slot++) {
    if (keys[slot] === 0) continue;
    let flown = flights[slot] & 0xffff;
    let cancelled = flights[slot] >>> 16;
    let minutes = lost[slot];
    while (flown > 0 || minutes > 0) {
      const at = next[originOf(keys[slot])]++;
      list.destination[at] = destinationOf(keys[slot]);
      const some = Math.min(flown, mostFlights);
      const ofThem = Math.min(cancelled, some);
      list.flights[at] = (ofThem << listedCancelled) | some;
      flown -= some;
      cancelled -= ofThem;
      minutes -= list.lost[at] = Math.min(minutes, mostLost);
    }
  }
  return list;
}
