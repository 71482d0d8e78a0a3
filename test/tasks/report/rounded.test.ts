import test from 'ava';
import { rounded } from '../../../tasks/report/rounded.ts';

test('numbers keep so many decimals, and what is not known is null', (t) => {
  t.is(rounded(12.3456, 1), 12.3);
  t.is(rounded(-12.35, 0), -12);
  t.is(Object.is(rounded(-0.01, 1), 0), true);
  t.is(rounded(NaN, 1), null);
  t.is(rounded(Infinity, 1), null);
});
