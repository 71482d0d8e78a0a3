import test from 'ava';
import { fewNames } from '../../charts/few-names.ts';

test('a few names are shown, and many are counted', (t) => {
  t.is(fewNames([]), '');
  t.is(fewNames(['JFK']), 'JFK');
  t.is(fewNames(['JFK', 'LGA']), 'JFK and LGA');
  t.is(fewNames(['A', 'B', 'C', 'D']), 'A, B, C and D');
  t.is(fewNames(['A', 'B', 'C', 'D', 'E']), 'A, B, C and 2 more');
  t.is(fewNames(['A', 'B', 'C', 'D', 'E'], 'more airports'), 'A, B, C and 2 more airports');
});
