import test from 'ava';
import fc from 'fast-check';
import { randomNumbers } from '../../../samples/random-numbers.ts';
import { detectAnomalies } from '../../../tasks/detect/detect-anomalies.ts';
import { countedYear, type Flight } from '../../support/counted-year.ts';

const settings = { threshold: 3.1, places: new Map(), months: 12 };
const detect = (flights: Flight[], files = {}) => detectAnomalies(countedYear([flights], files), settings).days;

/** Flights of airports: of each day its flights' delays. */
function flightsOf(years: number[][][]): Flight[] {
  return years.flatMap((year, index) =>
    year.flatMap((delays, day) => delays.map((delay) => ({ airport: String(10_000 + index), day, delay }))),
  );
}

const minutes = fc.oneof(fc.integer({ min: -20, max: 400 }), fc.constant(NaN));
const airportYear = fc.array(fc.array(minutes, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 40 });

test('an airport is judged by its own year only', (t) => {
  const columns = [
    'zScore',
    'isOutlier',
    'anomalyScore',
    'isAnomaly',
    'lateBy',
    'usualLateShare',
    'excessMinutes',
    'expectedLow',
  ] as const;
  fc.assert(
    fc.property(fc.array(airportYear, { maxLength: 4 }), fc.boolean(), (years, saysCancelled) => {
      const together = detect(flightsOf(years), { saysCancelled });
      const apart = years.map((year) => detect(flightsOf([year]), { saysCancelled }));
      for (const column of columns) {
        t.deepEqual(
          [...together[column]],
          apart.flatMap((days) => [...days[column]]),
          column,
        );
      }
    }),
    { numRuns: 30 },
  );
});

test('the outlier of one airport is an ordinary day of another', (t) => {
  const calm = Array.from({ length: 30 }, (_, day) => [day % 2]);
  const late = calm.map(([delay]) => [delay * 100]);
  const days = detect(flightsOf([[...calm, [40]], [...late, [40]], [[NaN]]]));
  const z = (39.5 * 30) / 31 / Math.sqrt((30 * (0.25 + (39.5 / 31) ** 2) + ((39.5 * 30) / 31) ** 2) / 31);
  t.true(Math.abs(days.zScore[30] - z) < 1e-9);
  t.is(days.isOutlier[30], 1);
  t.is(days.isOutlier[61], 0);
  t.is(days.zScore[62], NaN);
  t.is(days.isOutlier[62], 0);
  t.is(
    days.isOutlier.reduce((sum, flag) => sum + flag),
    1,
  );
});

test('the counts stay what they were', (t) => {
  const counted = countedYear([flightsOf([[[1], [2], [NaN]], [[3]]])], { year: 2012 });
  t.like(detectAnomalies(counted, settings).days, { ...counted.days, year: 2012 });
});

/** A year of an airport with the same delays each day, but on some days. */
const yearWith = (special: Record<number, Flight[]>, days = 60): Flight[] =>
  Array.from({ length: days }, (_, day) =>
    (special[day] ?? Array.from({ length: 20 }, (_, i) => ({ day, delay: i - 5 + ((day * 7 + i) % 5) }))).map(
      (flight) => ({ ...flight, day }),
    ),
  ).flat();
const closed: Flight[] = Array.from({ length: 20 }, (_, i) => ({
  day: 0,
  cancelled: true,
  carrier: i % 2 ? 'B6' : 'DL',
}));

test('a day on which the airport was closed has a kind, words, carriers and an event; other days have none', (t) => {
  // An ordinary cancelled flight elsewhere, so that cancellations are not of one day only.
  const days = detect(yearWith({ 30: closed, 31: closed, 50: [...closed.slice(1), { day: 0, delay: 2 }] }));
  t.deepEqual(
    [...days.isAnomaly.keys()].filter((row) => days.isAnomaly[row]),
    [30, 31, 50],
  );
  t.is(days.anomalyKind[30], 'cancellations');
  t.regex(days.explanation[30]!, /^JFK, 31 Jan 2013: 20 of 20 flights cancelled; /);
  t.is(days.whose[30], null, 'all carriers were shut alike');
  t.deepEqual([days.eventId[30], days.eventId[31], days.eventId[50]], [1, 1, 2]);
  for (const row of [0, 29, 32, 59]) {
    t.deepEqual(
      [days.anomalyKind[row], days.explanation[row], days.whose[row], days.eventId[row]],
      [null, null, null, NaN],
    );
  }
  t.is(days.isOutlier[30], 0, 'of which the reference knows nothing');
});

test('the threshold decides', (t) => {
  const counted = () => countedYear([yearWith({ 30: closed })]);
  const { anomalyScore } = detectAnomalies(counted(), settings).days;
  const flagged = (threshold: number) => detectAnomalies(counted(), { ...settings, threshold }).days.isAnomaly[30];
  t.is(flagged(anomalyScore[30]), 1, 'from the threshold on');
  t.is(flagged(anomalyScore[30] + 1e-9), 0);
});

test('the order of batches and of the flights in them makes no difference', (t) => {
  const places = new Map([
    ['JFK', { latitude: 40.64, longitude: -73.78 }],
    ['LGA', { latitude: 40.78, longitude: -73.87 }],
  ]);
  const flights = ['JFK', 'LGA', 'ABQ'].flatMap((airport, index) =>
    yearWith({ 30: closed, [31 + index]: closed }, 40).map((flight) => ({ ...flight, airport })),
  );
  const halves = (of: Flight[]) => [of.slice(0, of.length / 2), of.slice(of.length / 2)];
  const expected = detectAnomalies(countedYear(halves(flights)), { ...settings, places });
  t.true(expected.days.eventId.some((id) => id === 2));
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const shuffled = flights.toSorted((a, b) => hash(seed, a) - hash(seed, b));
      t.deepEqual(detectAnomalies(countedYear(halves(shuffled)), { ...settings, places }), expected);
    }),
    { numRuns: 10 },
  );
});

test('scores are the same to the last digit, in whichever order batches arrive', (t) => {
  const random = randomNumbers(4);
  const batches = Array.from({ length: 5 }, () =>
    Array.from({ length: 400 }, (_, i) => ({ day: i % 20, delay: Math.floor(60 * random()) })),
  );
  const scoresOf = (inOrder: Flight[][]) => detectAnomalies(countedYear(inOrder), settings).days.anomalyScore;
  t.deepEqual(scoresOf(batches.toReversed()), scoresOf(batches));
});

/** Some number that depends on seed and flight alone. */
const hash = (seed: number, flight: Flight) =>
  [...`${seed}${JSON.stringify(flight)}`].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) | 0, 7);
