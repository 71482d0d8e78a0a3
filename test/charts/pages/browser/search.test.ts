import test from 'ava';
import { findAirports, wordsFor } from '../../../../charts/pages/browser/search.ts';

const airports = [
  { airport: 'EWR', name: 'Newark Liberty', city: 'Newark', years: [2013] },
  { airport: 'JFK', name: 'John F. Kennedy', city: 'New York', years: [2013] },
  { airport: 'NEW', name: 'Lakefront', city: 'New Orleans', years: [2013] },
  { airport: '10397', name: null, city: null, years: [2013] },
];
const found = (typed: string) => findAirports(airports, typed).map(({ airport }) => airport);

test('codes come first, then names that begin with the typed text, then names that contain it', (t) => {
  t.deepEqual(found('new'), ['NEW', 'EWR', 'JFK']);
  t.deepEqual(found('kennedy'), ['JFK']);
  t.deepEqual(found(' JFK · John F. Kennedy, New York'), ['JFK']);
});

test('an empty or unknown text finds nothing', (t) => {
  t.deepEqual(found(''), []);
  t.deepEqual(found('Berlin'), []);
});

test('an airport is offered with name and city', (t) => {
  t.is(wordsFor(airports[1]), 'JFK · John F. Kennedy, New York');
  t.is(wordsFor(airports[0]), 'EWR · Newark Liberty');
  t.is(wordsFor(airports[3]), '10397');
});
