import test from 'ava';
import {
  count,
  counted,
  decimal,
  eventInShort,
  percent,
  places,
  sentenceOnly,
  span,
  weekday,
  yearInShort,
} from '../../../charts/pages/words.ts';
import { yearFactsOf } from '../../support/year-facts.ts';

test('numbers are written for people', (t) => {
  t.is(count(6_429_338.4), '6,429,338');
  t.is(counted(1, 'event'), '1 event');
  t.is(counted(0, 'event'), '0 events');
  t.is(percent(1, 8), '12.5 %');
  t.is(percent(0, 0), '–');
  t.is(decimal(null), '–');
  t.is(decimal(3.449, 2), '3.45');
});

test('days of one month share its name', (t) => {
  t.is(span(2013, 38, 39), '8–9 Feb');
  t.is(span(2013, 30, 32), '31 Jan – 2 Feb');
  t.is(span(2013, 39, 39), '9 Feb');
  t.is(weekday(2013, 39), 'Sat 9 Feb');
});

test('a few airports are named, and many are counted', (t) => {
  t.is(places([]), '');
  t.is(places(['JFK']), 'JFK');
  t.is(places(['JFK', 'LGA']), 'JFK and LGA');
  t.is(places(['A', 'B', 'C', 'D']), 'A, B, C and D');
  t.is(places(['A', 'B', 'C', 'D', 'E']), 'A, B, C and 2 more');
});

test('a year and an event are told in a few words', (t) => {
  const { year, events, totals } = yearFactsOf();
  t.is(yearInShort({ totals }), '3 anomalous airport-days in 2 events');
  t.is(yearInShort({ totals: { ...totals, anomalies: 0, events: 0 } }), 'no anomalous day');
  t.is(eventInShort(year, events[0]), 'blizzard Nemo, 8–9 Feb');
  t.is(eventInShort(year, events[1]), 'JFK, 16 Apr');
});

test('an explanation beside its airport and date does without them', (t) => {
  t.is(sentenceOnly('JFK, 9 Feb 2013: mean delay 52 min'), 'Mean delay 52 min');
});
