import test from 'ava';
import fc from 'fast-check';
import type { CountedYear } from '../../../tasks/detect/detect-anomalies.ts';
import { countFlights } from '../../../tasks/read/airport-day-counts.ts';
import { YearTotals } from '../../../tasks/read/year-totals.ts';
import { airportRows, type DailyCounts } from '../../../tasks/summary/airport-days.ts';
import { cancelledColumns, minutesColumns } from '../../../tasks/summary/causes.ts';
import { batchOf, causesOfMonth, delayOf, type Files, type Flight } from '../../support/counted-year.ts';

const year = 2012;
const daySlots = 366;
const codes = ['JFK', 'LGA', '10397', 'ABQ', 'A2', 'ZZZ'];
const carriers = ['AA', 'B6', '9E', 'USX'];

const flight: fc.Arbitrary<Flight> = fc.record(
  {
    airport: fc.constantFrom(...codes),
    day: fc.oneof(fc.constantFrom(0, 1, 58, 59, 364, 365), fc.nat(365)),
    delay: fc.oneof(fc.constant(NaN), fc.integer({ min: -60, max: 1500 })),
    cancelled: fc.boolean(),
    code: fc.constantFrom('A', 'B', 'C', 'D'),
    carrier: fc.constantFrom(...carriers),
    minutes: fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 5, maxLength: 5 }),
    numbered: fc.boolean(),
  },
  { requiredKeys: ['airport', 'day', 'delay', 'cancelled', 'code', 'numbered'] },
);

/** Flights of a batch, and airports and carriers by which the batch numbers them. */
interface Batch extends Files {
  flights: Flight[];
}

const batch: fc.Arbitrary<Batch> = fc.record({
  flights: fc.array(flight, { maxLength: 25 }),
  airports: fc.shuffledSubarray(codes, { minLength: codes.length }),
  carriers: fc.shuffledSubarray(carriers, { minLength: carriers.length }),
});

function totalsOf(batches: Batch[]): CountedYear {
  const totals = new YearTotals();
  for (const { flights, ...files } of batches) {
    const { airports, carriers, batch } = batchOf(flights, files);
    totals.add(airports, carriers, countFlights(batch));
  }
  const flights = batches.flatMap(({ flights }) => flights);
  return totals.finish(year, causesOfMonth(flights, year));
}

const monthOf = (day: number) => new Date(Date.UTC(year, 0, 1 + day)).getUTCMonth();
const dayBehind = ({ airport, day }: Flight) => `${airport} ${String(day).padStart(3, '0')}`;

/** One row per airport and day by a plain map. */
function plainly(flights: Flight[]) {
  const monthsExplained = new Set(flights.filter(({ minutes }) => minutes).map(({ day }) => monthOf(day)));
  const anyCancelled = flights.some(({ cancelled }) => cancelled);
  return [...Map.groupBy(flights, dayBehind).values()]
    .map((flights) => {
      const { airport, day } = flights[0];
      const delays = flights.map(delayOf).filter((delay) => !Number.isNaN(delay));
      const cancelled = flights.filter(({ cancelled }) => cancelled);
      return {
        airport,
        day,
        flights: flights.length,
        numbered: flights.filter(({ numbered }) => numbered !== false).length,
        departures: delays.length,
        cancelled: cancelled.length,
        mean: delays.reduce((sum, delay) => sum + delay, 0) / delays.length,
        minutes: minutesColumns.map((_, cause) =>
          monthsExplained.has(monthOf(day))
            ? flights.reduce((sum, { minutes }) => sum + (minutes?.[cause] ?? 0), 0)
            : NaN,
        ),
        cancelledBy: cancelledColumns.map((_, cause) =>
          anyCancelled ? cancelled.filter(({ code }) => code === 'ABCD'[cause]).length : NaN,
        ),
      };
    })
    .sort((a, b) => (a.airport! < b.airport! ? -1 : a.airport! > b.airport! ? 1 : a.day - b.day));
}

function rowsOf({ days }: { days: DailyCounts }) {
  return airportRows(days).flatMap(({ airport, start, end }) =>
    Array.from({ length: end - start }, (_, offset) => {
      const row = start + offset;
      return {
        airport,
        day: days.dayOfYear[row],
        flights: days.flights[row],
        numbered: days.numberedFlights[row],
        departures: days.departures[row],
        cancelled: days.cancelled[row],
        mean: days.meanDepartureDelay[row],
        minutes: minutesColumns.map((column) => days[column][row]),
        cancelledBy: cancelledColumns.map((column) => days[column][row]),
      };
    }),
  );
}

/** Each flight that was kept, as text, in an order of its own. */
function flightsOf({ days, flights }: CountedYear): string[] {
  const airportOfRow = airportRows(days).flatMap(({ airport, start, end }) => Array(end - start).fill(airport));
  return flights
    .flatMap(({ days: rows, ends, lateness, carrier, carriers }) =>
      [...rows].flatMap((row, i) =>
        Array.from({ length: ends[i] - (ends[i - 1] ?? 0) }, (_, offset) => {
          const flight = (ends[i - 1] ?? 0) + offset;
          return `${airportOfRow[row]} ${days.dayOfYear[row]}: ${lateness[flight]} by ${carriers[carrier[flight]]}`;
        }),
      ),
    )
    .sort();
}

test('the batches of a year add up to one row per airport and day, whichever way airports are numbered', (t) => {
  fc.assert(
    fc.property(fc.array(batch, { maxLength: 5 }), (batches) => {
      t.deepEqual(rowsOf(totalsOf(batches)), plainly(batches.flatMap(({ flights }) => flights)));
    }),
    { numRuns: 40 },
  );
});

test('each flight is kept once, with its lateness and its carrier, and counted in its airport’s histogram', (t) => {
  fc.assert(
    fc.property(fc.array(batch, { maxLength: 5 }), (batches) => {
      const counted = totalsOf(batches);
      const all = batches.flatMap(({ flights }) => flights);
      const latenessOf = (flight: Flight) => {
        if (flight.cancelled) return 4_200;
        return Number.isNaN(delayOf(flight)) ? 4_201 : delayOf(flight) + 200;
      };
      t.deepEqual(
        flightsOf(counted),
        all.map((flight) => `${flight.airport} ${flight.day}: ${latenessOf(flight)} by ${flight.carrier}`).sort(),
      );
      counted.days.airports.forEach((airport, index) => {
        const expected = new Uint32Array(4_202);
        for (const flight of all) if (flight.airport === airport) expected[latenessOf(flight)]++;
        // By hand: ava's comparison takes long over thousands of numbers.
        t.true(counted.histograms[index].every((count, lateness) => count === expected[lateness]));
      });
    }),
    { numRuns: 25 },
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
      const [one, other] = [totalsOf(batches), totalsOf(order)];
      t.deepEqual(other.days, one.days);
      t.is(other.histograms.join(), one.histograms.join());
      t.deepEqual(flightsOf(other), flightsOf(one));
    }),
    { numRuns: 25 },
  );
});

const jfk = { airport: 'JFK', day: 0, delay: 5 };
const ofJfk = (...flights: Flight[]) => totalsOf([{ flights }]);

test('a day without departures has no mean', (t) => {
  t.like(rowsOf(ofJfk({ ...jfk, delay: NaN, cancelled: true }))[0], {
    airport: 'JFK',
    day: 0,
    flights: 1,
    departures: 0,
    cancelled: 1,
    mean: NaN,
  });
});

test('a row without a flight number is a scheduled flight, and told apart', (t) => {
  t.like(rowsOf(ofJfk({ ...jfk, numbered: false }))[0], { flights: 1, numbered: 0, departures: 1, mean: 5 });
});

test('the last day of a leap year does not run into the next airport', (t) => {
  const counted = ofJfk({ ...jfk, day: 365 }, { ...jfk, airport: 'LGA', delay: 7 });
  t.deepEqual(
    rowsOf(counted).map(({ airport, day, mean }) => [airport, day, mean]),
    [
      ['JFK', 365, 5],
      ['LGA', 0, 7],
    ],
  );
});

test('what the input does not say is not known, not zero', (t) => {
  const { days } = totalsOf([{ flights: [jfk], saysCancelled: false }]);
  for (const column of ['cancelled', ...minutesColumns, ...cancelledColumns] as const)
    t.is(days[column][0], NaN, column);
});

const [may, june] = [140, 160];

test('of files of which some months say what was cancelled, only those months say it', (t) => {
  const { days } = totalsOf([
    { flights: [{ day: may }, { day: may, cancelled: true }] },
    { flights: [{ day: june }, { day: june, delay: NaN }], saysCancelled: false },
  ]);
  t.deepEqual([...days.cancelled], [1, NaN]);
  t.deepEqual([...days.departures], [1, 1]);
});

test('of a day of which some files do not say what was cancelled, the cancelled flights are not known', (t) => {
  const told = { flights: [{ day: may }, { day: may, cancelled: true, code: 'B' }, { day: june }] };
  const untold = { flights: [{ day: may, delay: NaN }], saysCancelled: false };
  for (const files of [
    [told, untold],
    [untold, told],
  ]) {
    const { days } = totalsOf(files);
    t.deepEqual([...days.cancelled], [NaN, 0]);
    t.deepEqual([...days.cancelledByWeather], [NaN, 0]);
    t.deepEqual([...days.flights], [3, 1]);
  }
});

test('of files of which some months say what was cancelled and why, only those months have causes', (t) => {
  const { days } = totalsOf([
    { flights: [{ day: may }, { day: may, cancelled: true, code: 'B' }] },
    { flights: [{ day: june }, { day: june, delay: NaN }], saysCancelled: false },
  ]);
  t.deepEqual([...days.cancelledByWeather], [1, NaN]);
});

test('causes are known from the month on from which the files have them, as in June 2003', (t) => {
  const { days } = ofJfk(
    { day: may, delay: 90 },
    { day: june, delay: 40, minutes: [10, 0, 30] },
    { day: june + 1, delay: 0 },
  );
  t.deepEqual([...days.carrierMinutes], [NaN, 10, 0]);
  t.deepEqual([...days.airSystemMinutes], [NaN, 30, 0]);
  t.deepEqual([...days.securityMinutes], [NaN, NaN, NaN], 'a cause that the files do not have stays unknown');
});

test('cancellations have causes in the months in which any has one', (t) => {
  const { days } = ofJfk(
    { day: may, cancelled: true },
    { day: june, cancelled: true, code: 'B' },
    { day: june + 1, cancelled: true, code: '?' },
    { day: 200 },
  );
  t.deepEqual([...days.cancelledByWeather], [NaN, 1, 0, 0], 'in a month without cancellations there are none');
  t.deepEqual([...days.cancelledByCarrier], [NaN, 0, 0, 0]);
});

test('without any code no month has causes of cancellations', (t) => {
  const { days } = ofJfk({ day: may, cancelled: true }, { day: june });
  t.deepEqual([...days.cancelledByWeather], [NaN, NaN]);
});

test('there is room for any number of airports', (t) => {
  const airports = Array.from({ length: 500 }, (_, index) => String(10_000 + index));
  const flights = airports.map((airport, day) => ({
    airport,
    day: day % daySlots,
    delay: day,
    minutes: [day, 0, 0, 0, 1],
    cancelled: day % 3 === 0,
    code: 'B',
  }));
  const batches = [
    { flights: flights.slice(0, 70), airports: airports.slice(0, 70) },
    { flights, airports: airports.toReversed() },
  ];
  t.deepEqual(rowsOf(totalsOf(batches)), plainly(batches.flatMap(({ flights }) => flights)));
});

test('an airport of which no row was read is not in the year', (t) => {
  const { days, histograms } = totalsOf([{ flights: [jfk], airports: ['AAA', 'JFK', 'ZZZ'] }]);
  t.deepEqual(days.airports, ['JFK']);
  t.deepEqual([...days.firstRow], [0, 1]);
  t.is(histograms.length, 1);
});
