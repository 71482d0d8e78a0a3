import test from 'ava';
import fc from 'fast-check';
import { decodeComparison, encodeComparison } from '../../../charts/pages/comparison.ts';

test('an address names airports, and a year of theirs', (t) => {
  t.deepEqual(decodeComparison('#JFK,LGA'), { airports: ['JFK', 'LGA'], years: [], year: null });
  t.deepEqual(decodeComparison('#JFK,LGA/2013'), { airports: ['JFK', 'LGA'], years: [], year: 2013 });
});

test('an address may name years instead; the first name decides', (t) => {
  t.deepEqual(decodeComparison('#2012,2013,JFK'), { airports: [], years: [2012, 2013], year: null });
  t.deepEqual(decodeComparison('#JFK,2013'), { airports: ['JFK'], years: [], year: null });
});

test('at most six are compared, each once; an empty address is valid', (t) => {
  t.is(decodeComparison('#A,B,C,D,E,F,G').airports.length, 6);
  t.deepEqual(decodeComparison('#A,A,B').airports, ['A', 'B']);
  t.deepEqual(decodeComparison(''), { airports: [], years: [], year: null });
});

test('decoding reverses encoding', (t) => {
  const code = fc.stringMatching(/^[A-Z0-9]{3}$|^[0-9]{5}$/);
  const year = fc.integer({ min: 1987, max: 2100 });
  fc.assert(
    fc.property(fc.uniqueArray(code, { minLength: 1, maxLength: 6 }), fc.option(year), (airports, ofYear) => {
      const comparison = { airports, years: [], year: ofYear };
      t.deepEqual(decodeComparison(encodeComparison(comparison)), comparison);
    }),
  );
  fc.assert(
    fc.property(fc.uniqueArray(year, { minLength: 1, maxLength: 6 }), (years) => {
      const comparison = { airports: [], years, year: null };
      t.deepEqual(decodeComparison(encodeComparison(comparison)), comparison);
    }),
  );
});
