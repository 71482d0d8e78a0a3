import test from 'ava';
import { type KnownEvent, knownEventOf } from '../../../tasks/detect/known-event.ts';

const knownEvent = (name: string, more: Partial<KnownEvent>): KnownEvent => ({
  firstDate: '2013-02-08',
  lastDate: '2013-02-09',
  name,
  airports: [],
  carriers: [],
  destinations: [],
  what: '',
  source: '',
  ...more,
});
const nemo = knownEvent('blizzard Nemo', { airports: ['JFK', 'EWR'] });
const nameOf = (known: KnownEvent[], firstDay: number, lastDay: number, airports = ['JFK', 'LGA'], year = 2013) =>
  knownEventOf({ year, firstDay, lastDay, airports }, known)?.name;

test('an event within the dates of a known event that shares an airport with it has its name', (t) => {
  t.is(nameOf([nemo], 38, 39), 'blizzard Nemo');
  t.is(nameOf([nemo], 39, 39), 'blizzard Nemo');
  t.is(nameOf([nemo], 37, 39), undefined, 'it began before');
  t.is(nameOf([nemo], 38, 40), undefined, 'it ended later');
  t.is(nameOf([nemo], 38, 39, ['LGA', 'BOS']), undefined, 'elsewhere');
  t.is(nameOf([nemo], 38, 39, ['JFK'], 2014), undefined, 'in another year');
  t.is(nameOf([], 38, 39), undefined);
});

test('an airport that flights could not reach also counts', (t) => {
  t.is(nameOf([knownEvent('Asiana 214', { destinations: ['SFO'] })], 38, 38, ['SFO', 'OAK']), 'Asiana 214');
});

test('of several known events the shortest gives the name', (t) => {
  const winter = knownEvent('a hard winter', { firstDate: '2013-01-01', lastDate: '2013-03-01', airports: ['JFK'] });
  t.is(nameOf([winter, nemo], 38, 39), 'blizzard Nemo');
  t.is(nameOf([winter, nemo], 38, 41), 'a hard winter');
});
