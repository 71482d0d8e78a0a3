import test from 'ava';
import fc from 'fast-check';
import { median, rollingMedian } from '../../../tasks/detect/median.ts';

const value = fc.oneof(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), fc.constantFrom(0, 1, 2, -0, 5));

function plainly(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.floor(sorted.length / 2)]) / 2;
}

test('the median is the value in the middle, or between the two that are', (t) => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 80 }), (values) => {
      const given = Float64Array.from(values);
      // 0 and −0 are the same number.
      t.is(median(given) + 0, plainly(values) + 0);
      t.deepEqual([...given], values, 'the values stay where they are');
    }),
    { numRuns: 1_000 },
  );
  t.is(median(new Float64Array()), NaN);
});

test('it is found among many values, sorted, equal or neither', (t) => {
  for (const valueAt of [(i: number) => i, (i: number) => -i, () => 3, (i: number) => (i * 7919) % 1001]) {
    const values = Array.from({ length: 10_001 }, (_, i) => valueAt(i));
    t.is(median(Float64Array.from(values)) + 0, plainly(values) + 0);
  }
});

test('a rolling median is the median of each value and its neighbours', (t) => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 120 }), fc.nat(50), (values, reach) => {
      const expected = values.map((_, i) => plainly(values.slice(Math.max(0, i - reach), i + reach + 1)) + 0);
      t.deepEqual(
        Array.from(rollingMedian(Float64Array.from(values), reach), (each) => each + 0),
        expected,
      );
    }),
    { numRuns: 300 },
  );
});
