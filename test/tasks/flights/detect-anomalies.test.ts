import test from 'ava';
import fc from 'fast-check';
import type { DailyCounts } from '../../../tasks/flights/airport-days.ts';
import { detectAnomalies } from '../../../tasks/flights/detect-anomalies.ts';

/** Counts of airports of which only the mean delays matter. */
function countsOf(years: number[][]): DailyCounts {
  const rows = years.flat().length;
  const firstRow = new Uint32Array(years.length + 1);
  years.forEach(({ length }, index) => {
    firstRow[index + 1] = firstRow[index] + length;
  });
  return {
    airports: years.map((_, index) => String(10_000 + index)),
    firstRow,
    dayOfYear: Uint16Array.from(years.flatMap((year) => year.map((_, day) => day))),
    flights: new Uint32Array(rows).fill(10),
    departures: new Uint32Array(rows).fill(9),
    cancelled: null,
    meanDepartureDelay: Float64Array.from(years.flat()),
  };
}

const minutes = fc.oneof(fc.integer({ min: -20, max: 400 }), fc.constant(NaN));
const airportYear = fc.array(minutes, { minLength: 1, maxLength: 40 });

test('an airport is judged by its own year only', (t) => {
  fc.assert(
    fc.property(fc.array(airportYear, { maxLength: 5 }), (years) => {
      const together = detectAnomalies(2013, countsOf(years));
      const apart = years.map((year) => detectAnomalies(2013, countsOf([year])));
      t.deepEqual(
        [...together.zScore],
        apart.flatMap(({ zScore }) => [...zScore]),
      );
      t.deepEqual(
        [...together.isOutlier],
        apart.flatMap(({ isOutlier }) => [...isOutlier]),
      );
    }),
  );
});

test('the outlier of one airport is an ordinary day of another', (t) => {
  const calm = Array.from({ length: 30 }, (_, day) => day % 2);
  const late = calm.map((delay) => delay * 100);
  const days = detectAnomalies(2013, countsOf([[...calm, 40], [...late, 40], [NaN]]));
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
  const counts = countsOf([[1, 2, NaN], [3]]);
  t.like(detectAnomalies(2012, counts), { ...counts, year: 2012 });
});
