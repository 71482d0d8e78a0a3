import test from 'ava';
import { doubledFlights } from '../../../tasks/detect/doubled-flights.ts';
import { countedYear, type Files, type Flight } from '../../support/counted-year.ts';

const doubled = (flights: Flight[], files?: Files) => doubledFlights(2013, countedYear([flights], files).days);
const january: Flight[] = [
  { day: 0, delay: 5 },
  { day: 0, delay: 10 },
  { day: 1, delay: -3 },
  { day: 2, cancelled: true },
  { day: 2, airport: 'LGA', delay: 4 },
];
const february: Flight[] = january.map((flight) => ({ ...flight, day: flight.day + 40 }));

test('flights that are all there twice are counted', (t) => {
  t.is(doubled([...january, ...january]), 10);
  t.is(doubled([...january, ...january], { saysCancelled: false }), 10);
});

test('flights of a single month may be there twice', (t) => {
  t.is(doubled([...january, ...february, ...february]), 10);
});

test('flights that are there once, or all but one twice, are not doubled', (t) => {
  t.is(doubled(january), 0);
  t.is(doubled([...january, ...january.slice(1)]), 0);
  t.is(doubled([...january, ...january, { day: 0, delay: 5 }]), 0);
});

test('two different flights of a day are not doubled', (t) => {
  t.is(doubled([{ day: 0, delay: 5 }, { day: 0, delay: 6 }, ...february, ...february]), 10);
  t.is(doubled([{ day: 0, cancelled: true }, { day: 0, delay: 6 }, ...february, ...february]), 10);
});

test('a single airport-day says nothing', (t) => {
  t.is(doubled([{ day: 0 }, { day: 0 }]), 0);
});
