import { readFileSync } from 'node:fs';
import test from 'ava';
import { readAirports } from '../../../tasks/airports/airports.ts';
import { carrierName } from '../../../tasks/detect/carrier-names.ts';
import { readKnownEvents } from '../../../tasks/known-events/known-events.ts';

const known = await readKnownEvents();

test('there are at least fifteen known events, each with dates, a place, a description and a source', (t) => {
  t.true(known.length >= 15);
  for (const { name, firstDate, lastDate, airports, destinations, what, source } of known) {
    t.true(name.length <= 20, `${name} fits above a day on a chart`);
    t.regex(firstDate, /^\d{4}-\d\d-\d\d$/, name);
    t.regex(lastDate, /^\d{4}-\d\d-\d\d$/, name);
    t.true(firstDate <= lastDate, name);
    t.true(airports.length + destinations.length > 0, name);
    t.true(what.length > 20, name);
    t.is(new URL(source).protocol.replace('s:', ':'), 'http:', name);
  }
  const labels = known.map(({ name, firstDate }) => `${name} ${firstDate}`);
  t.is(new Set(labels).size, known.length, 'no event is there twice');
  const dates = known.map(({ firstDate }) => firstDate);
  t.deepEqual(dates, dates.toSorted());
});

test('airports and carriers are codes that are known', async (t) => {
  const codes = await readAirports();
  for (const { name, airports, destinations, carriers } of known) {
    for (const airport of [...airports, ...destinations]) t.true(codes.has(airport), `${name}: ${airport}`);
    for (const carrier of carriers) t.not(carrierName(carrier), carrier, name);
  }
});

test('the sample data have the same list', (t) => {
  const textOf = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
  t.is(textOf('samples/known-events.csv'), textOf('tasks/known-events/known-events.csv'));
});
