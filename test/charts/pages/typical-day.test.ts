import test from 'ava';
import type { TypicalCell } from '../../../charts/pages/airport-facts.ts';
import { onTimeByHour, shareOf, typicalDayTable } from '../../../charts/pages/typical-day.ts';

const year = (...typicalDay: TypicalCell[]) => ({ typicalDay });
const rows = (facts: { typicalDay: TypicalCell[] }[], measure: 'onTime' | 'late60' | 'late180' = 'onTime') =>
  [...String(typicalDayTable(facts, measure)).matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row]) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g)].map(([, text]) => text),
  );

test('hours stand below each other, carriers side by side, with sums of both', (t) => {
  const facts = [year([6, 'Delta', 100, 10, 5, 1], [6, 'United', 50, 25, 10, 0], [17, 'Delta', 100, 40, 20, 8])];
  t.deepEqual(rows(facts), [
    ['Hour', 'all carriers', 'Delta', 'United'],
    ['all day', '70 %', '75 %', '50 %'],
    ['06:00', '77 %', '90 %', '50 %'],
    ['17:00', '60 %', '60 %', ''],
  ]);
  t.deepEqual(rows(facts, 'late60')[1], ['all day', '14 %', '13 %', '20 %']);
  t.deepEqual(rows(facts, 'late180')[3], ['17:00', '8.0 %', '8.0 %', '']);
});

test('years are summed up', (t) => {
  const facts = [year([6, 'Delta', 100, 0, 0, 0]), year([6, 'Delta', 100, 50, 0, 0])];
  t.deepEqual(rows(facts)[2], ['06:00', '75 %', '75 %']);
});

test('a cell of few flights is grey, and says how many they were', (t) => {
  t.regex(String(typicalDayTable([year([6, 'Delta', 29, 1, 0, 0])], 'onTime')), /class="few" title="Only 29 flights"/);
  t.is(shareOf({ flights: 29, late15: 0, late60: 0, late180: 0 }, 'onTime'), null);
  t.is(shareOf({ flights: 30, late15: 3, late60: 0, late180: 0 }, 'onTime'), 0.9);
});

test('without hours the carriers remain, and without either a sentence', (t) => {
  t.deepEqual(rows([year([null, 'Delta', 100, 10, 5, 1])]), [
    ['Hour', 'all carriers', 'Delta'],
    ['all day', '90 %', '90 %'],
  ]);
  t.regex(String(typicalDayTable([year()], 'onTime')), /do not say when flights were scheduled/);
});

test('names of carriers are escaped', (t) => {
  t.regex(String(typicalDayTable([year([6, '<b>', 100, 10, 5, 1])], 'onTime')), /&lt;b&gt;/);
});

test('the share on time by hour leaves out hours of few flights', (t) => {
  t.deepEqual(onTimeByHour([year([6, 'Delta', 100, 10, 5, 1], [7, 'Delta', 5, 0, 0, 0])]), [{ hour: 6, share: 0.9 }]);
});
