import test from 'ava';
import { alsoAffected } from '../../../tasks/detect/also-affected.ts';
import { airportDaysOf } from '../../support/airport-days.ts';

const places = new Map([
  ['JFK', { latitude: 40.64, longitude: -73.78 }],
  ['LGA', { latitude: 40.78, longitude: -73.87 }],
  ['EWR', { latitude: 40.69, longitude: -74.17 }],
  ['LAX', { latitude: 33.94, longitude: -118.41 }],
]);

test('airports near an event with a high score on its days are also affected', (t) => {
  const days = airportDaysOf([
    { airport: 'JFK', day: 5, eventId: 1, anomalyScore: 8 },
    { airport: 'LGA', day: 5, anomalyScore: 2 },
    { airport: 'EWR', day: 5, anomalyScore: 2.9 },
    { airport: 'LAX', day: 5, anomalyScore: 2.9 },
  ]);
  t.deepEqual(alsoAffected(days, places), new Map([[1, ['EWR', 'LGA']]]));
});

test('an airport is not affected on another day, with an ordinary score, or on a day of another event', (t) => {
  const days = airportDaysOf([
    { airport: 'JFK', day: 5, eventId: 1, anomalyScore: 8 },
    { airport: 'LGA', day: 6, anomalyScore: 2.9 },
    { airport: 'EWR', day: 5, anomalyScore: 1.99 },
    { airport: 'XXX', day: 5, anomalyScore: NaN },
    { airport: 'LGA', day: 5, eventId: 2, anomalyScore: 9 },
  ]);
  t.deepEqual(alsoAffected(days, places), new Map());
});
