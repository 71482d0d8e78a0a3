import test from 'ava';
import fc from 'fast-check';
import { isOutlier, zScores } from '../../../tasks/detect/z-score.ts';

const minutes = fc.oneof(fc.double({ min: -60, max: 1500, noNaN: true }), fc.constant(NaN));

test('z is the distance from the mean in standard deviations of the population', (t) => {
  fc.assert(
    fc.property(fc.array(minutes, { maxLength: 366 }), (days) => {
      const known = days.filter((x) => !Number.isNaN(x));
      const mean = known.reduce((a, b) => a + b, 0) / known.length;
      // The plain formula, Σ(x − mean)² / n.
      const sigma = Math.sqrt(known.map((x) => (x - mean) ** 2).reduce((a, b) => a + b, 0) / known.length);
      const z = zScores(Float64Array.from(days));
      days.forEach((x, day) => {
        if (Number.isNaN(x)) t.is(z[day], NaN);
        else if (sigma < 1e-9) t.true(Math.abs(z[day]) < 20);
        else t.true(Math.abs(z[day] - (x - mean) / sigma) <= 1e-9 * Math.max(1, Math.abs(z[day])));
      });
    }),
  );
});

test('days that are all alike have a z of 0', (t) => {
  t.deepEqual([...zScores(new Float64Array(300).fill(4.1))], Array(300).fill(0));
  t.deepEqual([...zScores(Float64Array.of(0.1 + 0.2))], [0]);
});

test('a year without departures has no z', (t) => {
  t.deepEqual([...zScores(Float64Array.of(NaN, NaN))], [NaN, NaN]);
  t.deepEqual([...zScores(new Float64Array())], []);
});

test('an outlier lies three deviations away or more, on either side', (t) => {
  t.deepEqual([3, -3, 2.999, -2.999, NaN].map(isOutlier), [true, true, false, false, false]);
});
