import test from 'ava';
import { joinEvents } from '../../../tasks/detect/join-events.ts';
import type { SegmentAnomaly } from '../../../tasks/summary/segment-anomalies.ts';
import { airportDaysOf } from '../../support/airport-days.ts';

const places = new Map([
  ['JFK', { latitude: 40.64, longitude: -73.78 }],
  ['LGA', { latitude: 40.78, longitude: -73.87 }],
  ['EWR', { latitude: 40.69, longitude: -74.17 }],
  ['LAX', { latitude: 33.94, longitude: -118.41 }],
]);
const days = airportDaysOf([
  { airport: 'JFK', day: 5, eventId: 2 },
  { airport: 'JFK', day: 6 },
  { airport: 'LGA', day: 5, eventId: 1 },
]);
const joined = (airport: string, dayOfYear: number) =>
  joinEvents([{ kind: 'carrier', airport, carrier: 'B6', dayOfYear } as SegmentAnomaly], days, places)[0].eventId;

test('a segment belongs to the event of its airport on that day', (t) => {
  t.is(joined('JFK', 5), 2);
});

test('without one it belongs to the worst event of airports near it', (t) => {
  t.is(joined('EWR', 5), 1);
});

test('a segment far from all events belongs to none', (t) => {
  t.is(joined('JFK', 6), NaN);
  t.is(joined('LAX', 5), NaN);
  t.is(joined('XXX', 5), NaN);
});
