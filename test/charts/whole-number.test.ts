import test from 'ava';
import fc from 'fast-check';
import { wholeNumber } from '../../charts/whole-number.ts';

test('people read thousands apart', (t) => {
  t.deepEqual([0, 7, 999, 1000, 6_429_338, 12.5, 1234.4].map(wholeNumber), [
    '0',
    '7',
    '999',
    '1,000',
    '6,429,338',
    '13',
    '1,234',
  ]);
  t.deepEqual([-0.4, -0, -1.6, -1_234].map(wholeNumber), ['0', '0', '−2', '−1,234'], 'with a real minus');
  const format = new Intl.NumberFormat('en-US');
  fc.assert(fc.property(fc.maxSafeNat(), (value) => t.is(wholeNumber(value), format.format(value))));
});
