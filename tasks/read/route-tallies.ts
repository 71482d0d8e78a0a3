import { daySlots } from '../summary/calendar.ts';

/** Flights from an airport to another on one day, in a hash table with open addressing. */
export interface RouteDay {
  /** Origin and destination as {@link routeKey} has them, or 0 where the slot is free. */
  keys: Uint32Array;
  /** Flights in the lower half, those of them that were cancelled in the upper half. */
  flights: Uint32Array;
  /** Minutes lost. */
  lost: Uint32Array;
  size: number;
}

const smallest = 1 << 8;
/** Fuller tables make searches long. */
const fullest = 0.7;
const cancelledOne = 1 << 16;

/** @param origin, destination numbers of airports; never 0 */
export function routeKey(origin: number, destination: number): number {
  return (((origin + 1) << 16) | destination) >>> 0;
}

/** Numbers of a route's airports. */
export const originOf = (key: number): number => (key >>> 16) - 1;
export const destinationOf = (key: number): number => key & 0xffff;

/**
 * What is counted of each route on each day of the year. There are a hundred thousand routes and few of them have flights
 * on a day, so each day has a table of its own, as small as its routes allow: it stays in the processor's cache while
 * flights of one day follow each other.
 */
export class RouteTallies {
  readonly days: (RouteDay | undefined)[] = Array(daySlots).fill(undefined);

  add(day: number, key: number, isCancelled: boolean, lost: number): void {
    const table = (this.days[day] ??= emptyDay(smallest));
    const { keys } = table;
    const mask = keys.length - 1;
    let slot = firstSlot(key, mask);
    while (keys[slot] !== key) {
      if (keys[slot] === 0) {
        if (++table.size > fullest * keys.length) {
          this.days[day] = larger(table);
          this.add(day, key, isCancelled, lost);
          return;
        }
        keys[slot] = key;
        break;
      }
      slot = (slot + 1) & mask;
    }
    table.flights[slot] += isCancelled ? cancelledOne + 1 : 1;
    table.lost[slot] += lost;
  }
}

function emptyDay(slots: number): RouteDay {
  return { keys: new Uint32Array(slots), flights: new Uint32Array(slots), lost: new Uint32Array(slots), size: 0 };
}

/** Fibonacci hashing. Source: Knuth, The Art of Computer Programming 3, section 6.4. */
function firstSlot(key: number, mask: number): number {
  const hash = Math.imul(key, 0x9e3779b1);
  return (hash ^ (hash >>> 15)) & mask;
}

function larger({ keys, flights, lost }: RouteDay): RouteDay {
  const bigger = emptyDay(2 * keys.length);
  const mask = bigger.keys.length - 1;
  for (let from = 0; from < keys.length; from++) {
    if (keys[from] === 0) continue;
    bigger.size++;
    let slot = firstSlot(keys[from], mask);
    while (bigger.keys[slot] !== 0) slot = (slot + 1) & mask;
    bigger.keys[slot] = keys[from];
    bigger.flights[slot] = flights[from];
    bigger.lost[slot] = lost[from];
  }
  return bigger;
}
