import test from 'ava';
import fc from 'fast-check';
import { findContributors } from '../../../tasks/detect/find-contributors.ts';
import { dimensions } from '../../../tasks/summary/counted-year.ts';
import { countedYear, type Flight } from '../../support/counted-year.ts';

/** Ten ordinary days of three carriers with ten flights each, 6 minutes late. */
const ordinary: Flight[] = Array.from({ length: 10 }, (_, day) =>
  ['AA', 'B6', 'DL'].flatMap((carrier) =>
    Array.from({ length: 10 }, (_, i) => ({ day, carrier, delay: 6, destination: i % 2 ? 'LAX' : 'MIA', hour: 6 + i })),
  ),
).flat();

const stateOf = new Map([
  ...['JAX', 'MCO', 'MIA', 'TPA'].map((airport) => [airport, 'Florida'] as const),
  ...['LAX', 'SFO'].map((airport) => [airport, 'California'] as const),
]);

function contributorsOn(day: number, flights: Flight[]) {
  const counted = countedYear([[...ordinary, ...flights]]);
  const isAnomaly = Uint8Array.from(counted.days.dayOfYear, (each) => Number(each === day));
  return findContributors(counted, isAnomaly, (airport) => stateOf.get(airport));
}

test('the carrier whose flights made the day stands out, with its share of the excess', (t) => {
  const bad: Flight[] = [
    ...Array.from({ length: 10 }, () => ({ day: 20, carrier: 'AA', cancelled: true })),
    ...Array.from({ length: 10 }, () => ({ day: 20, carrier: 'B6', delay: 6 })),
    ...Array.from({ length: 10 }, () => ({ day: 20, carrier: 'DL', delay: 26 })),
  ];
  t.deepEqual(contributorsOn(20, bad), [
    {
      ...{ row: 10, dimension: 'carrier', value: 'AA', flights: 10, cancelled: 10, lostMinutes: 3_000 },
      ...{ excessMinutes: 2_940, share: 2_940 / 3_140, standsOut: true },
    },
    {
      ...{ row: 10, dimension: 'carrier', value: 'DL', flights: 10, cancelled: 0, lostMinutes: 260 },
      ...{ excessMinutes: 200, share: 200 / 3_140, standsOut: false },
    },
  ]);
});

test('nobody stands out on a day on which all flights were affected', (t) => {
  const bad = ['AA', 'B6', 'DL'].flatMap((carrier) =>
    Array.from({ length: 10 }, () => ({ day: 20, carrier, delay: 100 })),
  );
  const found = contributorsOn(20, bad);
  t.deepEqual(
    found.map(({ value, standsOut }) => [value, standsOut]),
    [
      ['AA', false],
      ['B6', false],
      ['DL', false],
    ],
  );
});

test('a carrier and its feeder stand out together', (t) => {
  const flights = (carrier: string, count: number, delay: number) =>
    Array.from({ length: count }, () => ({ day: 20, carrier, delay }));
  const found = contributorsOn(20, [
    ...flights('AA', 15, 206),
    ...flights('MQ', 17, 250),
    ...flights('B6', 34, 20),
    ...flights('DL', 34, 6),
  ]);
  t.deepEqual(
    found.filter(({ standsOut }) => standsOut).map(({ value }) => value),
    ['MQ', 'AA'],
  );
});

test('at most five values of a dimension are kept, the largest', (t) => {
  const bad = [...'ABCDEFG'].map((letter, index) => ({ day: 20, carrier: `${letter}X`, delay: 100 + index }));
  t.deepEqual(
    contributorsOn(20, bad).map(({ value }) => value),
    ['GX', 'FX', 'EX', 'DX', 'CX'],
  );
});

test('a dimension that is not in the file has no contributors, and neither has a good day', (t) => {
  t.deepEqual(contributorsOn(20, [{ day: 20, delay: 500 }]), []);
  t.deepEqual(contributorsOn(9, []), []);
});

test('the shares of all values with an excess are 1 together, and each dimension has the same minutes', (t) => {
  const flight = fc.record({
    day: fc.constant(20),
    carrier: fc.constantFrom('AA', 'B6', 'DL'),
    delay: fc.integer({ min: -20, max: 400 }),
    cancelled: fc.boolean(),
    destination: fc.constantFrom('LAX', 'MIA', 'BOS'),
    hour: fc.nat(23),
  });
  fc.assert(
    fc.property(fc.array(flight, { minLength: 1, maxLength: 40 }), (flights) => {
      const found = contributorsOn(20, flights);
      const lost = flights.reduce((sum, { cancelled, delay }) => sum + (cancelled ? 300 : Math.max(0, delay)), 0);
      for (const dimension of dimensions) {
        const ofDimension = found.filter((each) => each.dimension === dimension);
        const sum = (of: (each: (typeof found)[number]) => number) =>
          ofDimension.reduce((total, each) => total + of(each), 0);
        if (ofDimension.length === 0 || ofDimension.length === 5) continue;
        t.true(Math.abs(sum(({ share }) => share) - 1) < 1e-9);
        t.true(sum(({ lostMinutes }) => lostMinutes) <= lost);
      }
    }),
    { numRuns: 100 },
  );
});

test('who stands out lost four times as much a flight as the others, and half of the excess', (t) => {
  const flights = (carrier: string, count: number, delay: number): Flight[] =>
    Array.from({ length: count }, () => ({ day: 20, carrier, delay }));
  const standing = (...day: Flight[][]) =>
    contributorsOn(20, day.flat())
      .filter(({ standsOut }) => standsOut)
      .map(({ value }) => value);
  // 6 minutes of each delay are usual.
  t.deepEqual(standing(flights('AA', 12, 290), flights('B6', 20, 76)), ['AA'], '284 minutes a flight, others 70');
  t.deepEqual(standing(flights('AA', 12, 290), flights('B6', 20, 78)), [], '284 minutes a flight, others 72');
  t.deepEqual(standing(flights('AA', 5, 290), flights('B6', 20, 66)), ['AA'], '54 % of the excess');
  t.deepEqual(standing(flights('AA', 4, 290), flights('B6', 25, 66)), [], '43 % of the excess');
  t.deepEqual(standing(flights('AA', 12, 290)), [], 'there are no others');
});

const flightsTo = (destination: string, count: number, flight: Partial<Flight>): Flight[] =>
  Array.from({ length: count }, () => ({ day: 20, destination, ...flight }));

test('destinations that are all of a state’s are told as the state, though each has a small share', (t) => {
  const found = contributorsOn(20, [
    ...['JAX', 'MCO', 'MIA', 'TPA'].flatMap((airport) => flightsTo(airport, 4, { cancelled: true })),
    ...['LAX', 'SFO', 'BOS'].flatMap((airport) => flightsTo(airport, 20, { delay: 10 })),
  ]).filter(({ dimension }) => dimension === 'destination');
  t.deepEqual(
    found.map(({ value, flights, cancelled, standsOut }) => [value, flights, cancelled, standsOut]),
    [
      ['Florida', 16, 16, true],
      ['BOS', 20, 0, false],
      ['SFO', 20, 0, false],
      ['LAX', 20, 0, false],
    ],
  );
  t.true(Math.abs(found.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-12);
});

test('a state is not named when flights to one of its airports were on time, nor for a single airport', (t) => {
  const names = (...flights: Flight[][]) =>
    contributorsOn(20, flights.flat())
      .filter(({ dimension, standsOut }) => dimension === 'destination' && standsOut)
      .map(({ value }) => value);
  const others = flightsTo('BOS', 60, { delay: 10 });
  const missed = ['MCO', 'TPA'].map((airport) => flightsTo(airport, 8, { cancelled: true }));
  t.deepEqual(names(...missed, others), ['Florida']);
  t.deepEqual(names(...missed, flightsTo('JAX', 8, { delay: 0 }), others), ['MCO', 'TPA']);
  t.deepEqual(names(...missed, flightsTo('JAX', 8, { delay: 10 }), others), ['MCO', 'TPA'], 'as late as elsewhere');
  t.deepEqual(names(flightsTo('MIA', 10, { cancelled: true }), others), ['MIA']);
});

test('adjoining hours stand out together where each of them alone would not', (t) => {
  const bad = Array.from({ length: 48 }, (_, i) => ({
    day: 20,
    hour: i % 24,
    delay: [15, 16, 17, 18, 19, 20].includes(i % 24) ? 106 : 16,
  }));
  const found = contributorsOn(20, bad).filter(({ dimension, standsOut }) => dimension === 'hours' && standsOut);
  t.deepEqual(found.map(({ value }) => value).sort(), ['15–18', '18–21']);
});
