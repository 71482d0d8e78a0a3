import test from 'ava';
import { isSoFar, monthsInWords, yearInWords } from '../../charts/year-so-far.ts';

test('months are named from January on', (t) => {
  t.is(monthsInWords(1), 'January');
  t.is(monthsInWords(3), 'January to March');
  t.is(monthsInWords(12), 'January to December');
});

test('only an incomplete year names its months', (t) => {
  t.is(yearInWords(2013, 11), '2013 so far, January to November');
  t.is(yearInWords(2013, 12), '2013');
  t.true(isSoFar(11));
  t.false(isSoFar(12));
});
