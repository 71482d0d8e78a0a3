import test from 'ava';
import fc from 'fast-check';
import { quantile } from '../../../tasks/detect/quantile.ts';

test('quantiles are linear between the sorted values, whichever order they come in', (t) => {
  const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true, noDefaultInfinity: true }));
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 40 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (values, q) => {
        const sorted = values.toSorted((a, b) => a - b);
        const at = q * (values.length - 1);
        const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
        const given = Float64Array.from(values);
        t.is(quantile(given, q), low === high ? low : low + (at - Math.floor(at)) * (high - low));
        t.deepEqual([...given], values, 'the values stay as they are');
      },
    ),
  );
});
