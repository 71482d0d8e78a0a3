import test from 'ava';
import fc from 'fast-check';
import { FlightBatch, noDestination } from '../../../tasks/read/flight-batch.ts';
import { ListMemory } from '../../../tasks/read/list-memory.ts';
import { listedCancelled, mostFlights, type RouteList, RouteTallies } from '../../../tasks/read/route-tallies.ts';

interface Flight {
  day: number;
  origin: number;
  destination: number;
  isCancelled: boolean;
  lost: number;
}

/** Flights, cancelled ones and lost minutes of each route and day. */
type Sums = Record<string, [number, number, number]>;

function tallied(batches: Flight[][]): { lists: RouteList[][]; sums: Sums } {
  const tallies = new RouteTallies(new ListMemory());
  const batch = new FlightBatch();
  for (const flights of batches) {
    batch.clear();
    batch.rows = flights.length;
    flights.forEach(({ day, origin, destination }, row) => {
      batch.day[row] = day;
      batch.origin[row] = origin;
      batch.destination[row] = destination;
    });
    const isCancelled = Uint8Array.from(flights, ({ isCancelled }) => Number(isCancelled));
    const lost = Uint16Array.from(flights, ({ lost }) => lost);
    tallies.add(batch, isCancelled, lost);
  }
  const sums: Sums = {};
  const lists = tallies.lists();
  for (const [day, ofDay] of lists.entries()) {
    for (const { firstOf, destination, flights, lost } of ofDay) {
      for (let origin = 0; origin + 1 < firstOf.length; origin++) {
        for (let at = firstOf[origin]; at < firstOf[origin + 1]; at++) {
          const sum = (sums[`${day} ${origin} ${destination[at]}`] ??= [0, 0, 0]);
          sum[0] += flights[at] & mostFlights;
          sum[1] += flights[at] >> listedCancelled;
          sum[2] += lost[at];
        }
      }
    }
  }
  return { lists, sums };
}

function plainly(batches: Flight[][]): Sums {
  const sums: Sums = {};
  for (const { day, origin, destination, isCancelled, lost } of batches.flat()) {
    if (destination === noDestination) continue;
    const sum = (sums[`${day} ${origin} ${destination}`] ??= [0, 0, 0]);
    sum[0]++;
    sum[1] += Number(isCancelled);
    sum[2] += lost;
  }
  return sums;
}

const flight: fc.Arbitrary<Flight> = fc.record({
  day: fc.constantFrom(0, 1, 2, 200, 365),
  origin: fc.constantFrom(0, 1, 7, 5_000),
  destination: fc.constantFrom(0, 1, 2, 5_999, noDestination),
  isCancelled: fc.boolean(),
  lost: fc.nat(10_080),
});

test('routes are counted as a plain map does, whenever their days come', (t) => {
  fc.assert(
    fc.property(fc.array(fc.array(flight, { maxLength: 4 }), { maxLength: 90 }), (batches) => {
      t.deepEqual(tallied(batches).sums, plainly(batches));
    }),
    { numRuns: 200 },
  );
});

test('a day that comes again after it was put away is counted on', (t) => {
  const of = (day: number) => [{ day, origin: 1, destination: 2, isCancelled: false, lost: 5 }];
  const batches = [of(3), ...Array.from({ length: 60 }, () => of(4)), of(3)];
  const { lists, sums } = tallied(batches);
  t.is(lists[3].length, 2);
  t.deepEqual(sums, { '3 1 2': [2, 0, 10], '4 1 2': [60, 0, 300] });
});

test('a day has room for any number of routes, and a route for any number of flights and minutes', (t) => {
  const routes = Array.from({ length: 3_000 }, (_, index) => ({
    ...{ day: 9, origin: index % 61, destination: index, isCancelled: index % 2 === 0, lost: index % 500 },
  }));
  const busy = Array.from({ length: 1_000 }, (_, index) => ({
    ...{ day: 9, origin: 4, destination: 4, isCancelled: index < 700, lost: 300 },
  }));
  const late = Array.from({ length: 7 }, () => ({
    day: 9,
    origin: 4,
    destination: 5,
    isCancelled: false,
    lost: 10_080,
  }));
  t.deepEqual(tallied([routes, busy, late]).sums, plainly([routes, busy, late]));
});
