import test from 'ava';
import fc from 'fast-check';
import { countFlights } from '../../../tasks/flights/airport-day-counts.ts';
import { YearTotals } from '../../../tasks/flights/year-totals.ts';

const daySlots = 366;

interface Flight {
  airport: string;
  /** Zero-based. */
  day: number;
  delay: number;
  cancelled: boolean;
  numbered: boolean;
}

const flight: fc.Arbitrary<Flight> = fc.record({
  airport: fc.constantFrom('JFK', 'LGA', '10397', 'ABQ', 'A2', 'ZZZ'),
  day: fc.oneof(fc.constantFrom(0, 1, 58, 59, 364, 365), fc.nat(365)),
  delay: fc.oneof(fc.constant(NaN), fc.integer({ min: -60, max: 1500 })),
  cancelled: fc.boolean(),
  numbered: fc.boolean(),
});

/** Flights of a batch, and airports by which the batch numbers them. */
interface Batch {
  flights: Flight[];
  airports: string[];
}

const batch: fc.Arbitrary<Batch> = fc.record({
  flights: fc.array(flight, { maxLength: 25 }),
  airports: fc.shuffledSubarray(['JFK', 'LGA', '10397', 'ABQ', 'A2', 'ZZZ'], { minLength: 6 }),
});

function addTo(totals: YearTotals, { flights, airports }: Batch): void {
  const airportDayOf = ({ airport, day }: Flight) => airports.indexOf(airport) * daySlots + day;
  const counts = countFlights({
    airportDay: Uint32Array.from(flights, airportDayOf),
    departureDelay: Float32Array.from(flights, ({ delay }) => delay),
    cancelled: Uint32Array.from(flights.filter(({ cancelled }) => cancelled).map(airportDayOf)),
    unnumbered: Uint32Array.from(flights.filter(({ numbered }) => !numbered).map(airportDayOf)),
  });
  totals.add(airports, counts);
}

function totalsOf(batches: Batch[]): YearTotals {
  const totals = new YearTotals();
  for (const batch of batches) addTo(totals, batch);
  return totals;
}

/** One row per airport and day by a plain map. */
function plainly(flights: Flight[]) {
  const days = Map.groupBy(flights, ({ airport, day }) => `${airport} ${String(day).padStart(3, '0')}`);
  return [...days.values()]
    .map((flights) => {
      const delays = flights.map(({ delay }) => delay).filter((delay) => !Number.isNaN(delay));
      return {
        airport: flights[0].airport,
        day: flights[0].day,
        flights: flights.filter(({ numbered }) => numbered).length,
        departures: delays.length,
        cancelled: flights.filter(({ cancelled }) => cancelled).length,
        mean: delays.reduce((sum, delay) => sum + delay, 0) / delays.length,
      };
    })
    .sort((a, b) => (a.airport < b.airport ? -1 : a.airport > b.airport ? 1 : a.day - b.day));
}

function rowsOf(totals: YearTotals) {
  const days = totals.days({ saysCancelled: true });
  return days.airports.flatMap((airport, index) =>
    Array.from({ length: days.firstRow[index + 1] - days.firstRow[index] }, (_, offset) => {
      const row = days.firstRow[index] + offset;
      return {
        airport,
        day: days.dayOfYear[row],
        flights: days.flights[row],
        departures: days.departures[row],
        cancelled: days.cancelled![row],
        mean: days.meanDepartureDelay[row],
      };
    }),
  );
}

test('the batches of a year add up to one row per airport and day, whichever way airports are numbered', (t) => {
  fc.assert(
    fc.property(fc.array(batch, { maxLength: 5 }), (batches) => {
      t.deepEqual(rowsOf(totalsOf(batches)), plainly(batches.flatMap(({ flights }) => flights)));
    }),
    { numRuns: 200 },
  );
});

test('the order in which batches arrive makes no difference', (t) => {
  const shuffled = fc
    .array(batch, { minLength: 2, maxLength: 5 })
    .chain((batches) =>
      fc.record({ batches: fc.constant(batches), order: fc.shuffledSubarray(batches, { minLength: batches.length }) }),
    );
  fc.assert(
    fc.property(shuffled, ({ batches, order }) => {
      const saysCancelled = true;
      t.deepEqual(totalsOf(order).days({ saysCancelled }), totalsOf(batches).days({ saysCancelled }));
    }),
  );
});

const jfk = { airport: 'JFK', day: 0, delay: 5, cancelled: false, numbered: true };

test('a day without departures has no mean', (t) => {
  const flights = [{ ...jfk, delay: NaN, cancelled: true }];
  t.deepEqual(rowsOf(totalsOf([{ flights, airports: ['JFK'] }])), [
    { airport: 'JFK', day: 0, flights: 1, departures: 0, cancelled: 1, mean: NaN },
  ]);
});

test('a day of rows without flight number is a day without flights', (t) => {
  const flights = [{ ...jfk, numbered: false }];
  t.like(rowsOf(totalsOf([{ flights, airports: ['JFK'] }]))[0], { flights: 0, departures: 1, mean: 5 });
});

test('the last day of a leap year does not run into the next airport', (t) => {
  const flights = [
    { ...jfk, day: 365 },
    { ...jfk, airport: 'LGA', delay: 7 },
  ];
  t.deepEqual(
    rowsOf(totalsOf([{ flights, airports: ['JFK', 'LGA'] }])).map(({ airport, day, mean }) => [airport, day, mean]),
    [
      ['JFK', 365, 5],
      ['LGA', 0, 7],
    ],
  );
});

test('what the input does not say is null, not zero', (t) => {
  t.is(totalsOf([{ flights: [jfk], airports: ['JFK'] }]).days({ saysCancelled: false }).cancelled, null);
});

test('there is room for any number of airports', (t) => {
  const airports = Array.from({ length: 500 }, (_, index) => String(10_000 + index));
  const flights = airports.map((airport, day) => ({ ...jfk, airport, day: day % daySlots, delay: day }));
  const batches = [
    { flights: flights.slice(0, 70), airports: airports.slice(0, 70) },
    { flights, airports: airports.toReversed() },
  ];
  t.deepEqual(rowsOf(totalsOf(batches)), plainly(batches.flatMap(({ flights }) => flights)));
});

test('an airport of which no row was read is not in the year', (t) => {
  const { airports, firstRow } = totalsOf([{ flights: [jfk], airports: ['AAA', 'JFK', 'ZZZ'] }]).days({
    saysCancelled: true,
  });
  t.deepEqual(airports, ['JFK']);
  t.deepEqual([...firstRow], [0, 1]);
});
