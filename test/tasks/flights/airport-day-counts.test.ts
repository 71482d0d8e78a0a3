import test from 'ava';
import fc from 'fast-check';
import { countFlights } from '../../../tasks/flights/airport-day-counts.ts';
import type { FlightBatch } from '../../../tasks/flights/flight-reader.ts';

const airportDay = fc.oneof(fc.nat(4), fc.nat(400 * 366));
const flights = fc.array(
  fc.record({
    airportDay,
    delay: fc.oneof(fc.constant(NaN), fc.constant(0), fc.integer({ min: -10_080, max: 10_080 })),
    cancelled: fc.boolean(),
    unnumbered: fc.boolean(),
  }),
  { maxLength: 60 },
);

interface Flight {
  airportDay: number;
  delay: number;
  cancelled: boolean;
  unnumbered: boolean;
}

function batchOf(flights: Flight[]): FlightBatch {
  const only = (which: 'cancelled' | 'unnumbered') =>
    Uint32Array.from(flights.filter((flight) => flight[which]).map((flight) => flight.airportDay));
  return {
    airportDay: Uint32Array.from(flights, (flight) => flight.airportDay),
    departureDelay: Float32Array.from(flights, (flight) => flight.delay),
    cancelled: only('cancelled'),
    unnumbered: only('unnumbered'),
  };
}

/** Values by their airport-day, each of which may stand there only once. */
function byDay<T>(airportDays: ArrayLike<number>, entryOf: (index: number) => T): Map<number, T> {
  const map = new Map(Array.from(airportDays, (airportDay, index) => [airportDay, entryOf(index)]));
  if (map.size !== airportDays.length) throw new Error('an airport-day stands there twice');
  return new Map([...map].sort(([a], [b]) => a - b));
}

function occurrences(airportDays: Iterable<number>): Map<number, number> {
  const map = new Map<number, number>();
  for (const airportDay of airportDays) map.set(airportDay, (map.get(airportDay) ?? 0) + 1);
  return new Map([...map].sort(([a], [b]) => a - b));
}

test('flights are counted as one would by hand', (t) => {
  fc.assert(
    fc.property(flights, (flights) => {
      const batch = batchOf(flights);
      const { departures, cancelled, unnumbered } = countFlights(batch);
      const expected = new Map(
        [...Map.groupBy(flights, (flight) => flight.airportDay)]
          .sort(([a], [b]) => a - b)
          .map(([airportDay, flights]) => {
            const delays = flights.map(({ delay }) => delay).filter((delay) => !Number.isNaN(delay));
            return [
              airportDay,
              {
                withDelay: delays.length,
                withoutDelay: flights.length - delays.length,
                delayMinutes: delays.reduce((sum, delay) => sum + delay, 0),
              },
            ];
          }),
      );
      const counted = byDay(departures.airportDay, (index) => ({
        withDelay: departures.withDelay[index],
        withoutDelay: departures.withoutDelay[index],
        delayMinutes: departures.delayMinutes[index] ?? 0,
      }));
      t.deepEqual(counted, expected);
      t.deepEqual(
        byDay(cancelled.airportDay, (index) => cancelled.rows[index]),
        occurrences(batch.cancelled),
      );
      t.deepEqual(
        byDay(unnumbered.airportDay, (index) => unnumbered.rows[index]),
        occurrences(batch.unnumbered),
      );
    }),
    { numRuns: 200 },
  );
});

test('a day without departures has none, and no minutes', (t) => {
  const nothing = { airportDay: 7, delay: NaN, cancelled: true, unnumbered: false };
  const { departures } = countFlights(batchOf([nothing, nothing]));
  t.is(departures.withoutDelay[0], 2);
  t.is(departures.withDelay[0], 0);
  t.is(departures.delayMinutes[0], 0);
});

test('the sum of a full batch is exact', (t) => {
  const rows = 1 << 16;
  const { departures } = countFlights({
    airportDay: new Uint32Array(rows),
    departureDelay: new Float32Array(rows).fill(10_079),
    cancelled: new Uint32Array(),
    unnumbered: new Uint32Array(),
  });
  t.deepEqual(Array.from(departures.delayMinutes), [rows * 10_079]);
});
