import test from 'ava';
import { monthSpans, monthsOf } from '../../../tasks/acquire/months.ts';

test('months are written as spans, and all of them as the whole year', (t) => {
  t.is(monthSpans(2013, [3]), '2013-03');
  t.is(monthSpans(2013, [1, 2, 3, 7, 11, 12]), '2013-01 to 2013-03, 2013-07, 2013-11 to 2013-12');
  t.is(monthSpans(2013, monthsOf(2013)), 'the whole year 2013');
  t.is(monthSpans(1987, [10, 11, 12]), 'the whole year 1987');
  t.is(monthSpans(1988, [10, 11, 12]), '1988-10 to 1988-12');
  t.is(monthSpans(2013, []), '');
});
