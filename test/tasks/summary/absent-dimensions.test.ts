import test from 'ava';
import { absentDimensions, presentDimensions } from '../../../tasks/summary/absent-dimensions.ts';
import { dimensions } from '../../../tasks/summary/counted-year.ts';
import { countedYear } from '../../support/counted-year.ts';

test('a dimension is present if any flight has a value of it', (t) => {
  t.deepEqual(presentDimensions(countedYear([[{ day: 0 }, { day: 1, carrier: 'AA', hour: 5 }]])), ['carrier', 'hours']);
  t.deepEqual(presentDimensions(countedYear([[{ day: 0 }, { day: 1, destination: 'LAX' }]])), ['destination']);
});

test('missing dimensions are named in a sentence each', (t) => {
  t.deepEqual(absentDimensions(dimensions), []);
  const sentences = absentDimensions([]);
  t.is(sentences.length, 3);
  for (const sentence of sentences) t.regex(sentence, /are not in this year’s file, so no /);
  t.regex(absentDimensions(['carrier', 'hours'])[0], /^Destinations/);
});
