import test from 'ava';
import fc from 'fast-check';
import { normal, randomNumbers } from '../../../samples/random-numbers.ts';
import { expectedRange } from '../../../tasks/detect/expected-range.ts';
import { airportDaysOf, type Row } from '../../support/airport-days.ts';

function middle(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.floor(sorted.length / 2)]) / 2;
}

/** NumPy's percentile: linear between the values. */
function percentile(values: number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (percent / 100) * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return below + (above - below) * (at - Math.floor(at));
}

/** The range of one airport's days, computed plainly. */
function plainly(rows: Row[], year: number): ([number, number] | undefined)[] {
  const known = rows.filter(({ departures }) => departures !== 0);
  const delay = known.map(({ meanDepartureDelay }) => meanDepartureDelay!);
  const weekday = known.map(({ day }) => new Date(Date.UTC(year, 0, 1 + day)).getUTCDay());
  const m = middle(delay);
  let r = delay.map((each, i) => each - (m + 0.5 * (middle(delay.slice(Math.max(0, i - 45), i + 46)) - m)));
  r = r.map((each, i) => {
    const same = r.filter((_, j) => weekday[j] === weekday[i]);
    return each - (middle(same) * same.length) / (same.length + 30);
  });
  r = r.map((each) => each - middle(r));
  const undisturbed = r.filter((_, i) => !known[i].isAnomaly);
  if (undisturbed.length < 14) return rows.map(() => undefined);
  const [low, high] = [percentile(undisturbed, 2.5), percentile(undisturbed, 97.5)];
  return rows.map((row) => {
    // A day without departures has the band of the day before; at the year's beginning, that of the first day.
    const day = Math.max(
      0,
      known.findLastIndex((other) => other.day <= row.day),
    );
    const ordinary = delay[day] - r[day];
    return [ordinary + low, ordinary + high];
  });
}

const rangeOf = (rows: Row[], year = 2013) => {
  const days = airportDaysOf(rows, year);
  return expectedRange(days, days.isAnomaly);
};

const day = fc.record({
  meanDepartureDelay: fc.double({ min: -20, max: 300, noNaN: true }),
  isAnomaly: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.constant(1)),
  present: fc.oneof({ weight: 6, arbitrary: fc.constant(true) }, fc.constant(false)),
  departs: fc.oneof({ weight: 6, arbitrary: fc.constant(true) }, fc.constant(false)),
});
const rows = fc
  .array(day, { maxLength: 120, size: 'max', minLength: 1 })
  .map((days) =>
    days.flatMap(({ present, departs, ...row }, day): Row[] =>
      present ? [departs ? { day, ...row } : { day, departures: 0, meanDepartureDelay: NaN }] : [],
    ),
  );

test('the range lies around the ordinary delay and holds the middle 95 % of the days without an anomaly', (t) => {
  let without = 0;
  fc.assert(
    fc.property(rows, fc.constantFrom(2012, 2013), (rows, year) => {
      if (rows.length === 0) return;
      const { expectedLow, expectedHigh } = rangeOf(rows, year);
      plainly(rows, year).forEach((expected, row) => {
        if (expected) {
          t.true(Math.abs(expectedLow[row] - expected[0]) < 1e-9);
          t.true(Math.abs(expectedHigh[row] - expected[1]) < 1e-9);
        } else t.deepEqual([expectedLow[row], expectedHigh[row]], [NaN, NaN]);
        if (!expected) without++;
      });
    }),
    { numRuns: 80, seed: 4 },
  );
  t.true(without > 0);
});

test('on undisturbed days about 95 % lie inside, whatever the season and the weekday', (t) => {
  const random = randomNumbers(4);
  let inside = 0;
  let days = 0;
  for (let airport = 0; airport < 20; airport++) {
    const rows = Array.from({ length: 365 }, (_, day) => ({
      day,
      // Summers and Fridays are late; days differ by 4 minutes.
      meanDepartureDelay: 10 + 6 * Math.sin((day * Math.PI) / 365) + (day % 7 === 2 ? 3 : 0) + 4 * normal(random),
    }));
    const { expectedLow, expectedHigh } = rangeOf(rows);
    rows.forEach(({ meanDepartureDelay: delay }, row) => {
      days++;
      if (delay >= expectedLow[row] && delay <= expectedHigh[row]) inside++;
    });
  }
  const share = inside / days;
  t.true(share > 0.93 && share < 0.97, `${share} lie inside`);
});

test('anomalous days do not widen it', (t) => {
  const calm: Row[] = Array.from({ length: 100 }, (_, day) => ({ day, meanDepartureDelay: day % 9 }));
  const storms = calm.map((row) => (row.day % 20 === 7 ? { ...row, meanDepartureDelay: 900, isAnomaly: 1 } : row));
  const [without, withStorms] = [rangeOf(calm), rangeOf(storms)];
  t.true(withStorms.expectedHigh.every((high, row) => Math.abs(high - without.expectedHigh[row]) < 3));
});

test('a band has no holes on days without departures', (t) => {
  const shut = new Set([0, 1, 30, 31, 99]);
  const rows: Row[] = Array.from({ length: 100 }, (_, day) =>
    shut.has(day) ? { day, departures: 0, meanDepartureDelay: NaN } : { day, meanDepartureDelay: (day * 7) % 31 },
  );
  const { expectedLow, expectedHigh } = rangeOf(rows);
  t.true([...expectedLow, ...expectedHigh].every(Number.isFinite));
  for (const [day, like] of [
    [0, 2],
    [1, 2],
    [30, 29],
    [31, 29],
    [99, 98],
  ]) {
    t.deepEqual([expectedLow[day], expectedHigh[day]], [expectedLow[like], expectedHigh[like]], `day ${day}`);
  }
});

test('thirteen undisturbed days tell no range, fourteen do', (t) => {
  const days = (count: number): Row[] => Array.from({ length: count }, (_, day) => ({ day, meanDepartureDelay: day }));
  t.deepEqual(new Set(rangeOf(days(13)).expectedLow), new Set([NaN]));
  t.true(rangeOf(days(14)).expectedLow.every(Number.isFinite));
  t.deepEqual(new Set(rangeOf([...days(13), { day: 13, isAnomaly: 1 }]).expectedHigh), new Set([NaN]));
});

test('each airport has its own', (t) => {
  const year = (airport: string, minutes: number): Row[] =>
    Array.from({ length: 30 }, (_, day) => ({ airport, day, meanDepartureDelay: minutes + (day % 3) }));
  const { expectedLow, expectedHigh } = rangeOf([...year('JFK', 0), ...year('LGA', 100)]);
  t.true(expectedHigh.subarray(0, 30).every((high) => high < 5));
  t.true(expectedLow.subarray(30).every((low) => low > 95));
});
