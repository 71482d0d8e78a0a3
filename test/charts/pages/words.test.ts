import test from 'ava';
import {
  counted,
  decimal,
  eventInShort,
  percent,
  sentenceOnly,
  weekday,
  yearInShort,
} from '../../../charts/pages/words.ts';
import { yearFactsOf } from '../../support/year-facts.ts';

test('numbers are written for people', (t) => {
  t.is(counted(1, 'event'), '1 event');
  t.is(counted(0, 'event'), '0 events');
  t.is(percent(1, 8), '12.5 %');
  t.is(percent(0, 0), '–');
  t.is(decimal(null), '–');
  t.is(decimal(3.449, 2), '3.45');
});

test('a day is written with its weekday', (t) => {
  t.is(weekday(2013, 39), 'Sat 9 Feb');
});

test('a year and an event are summed up in a few words', (t) => {
  const { year, events, totals } = yearFactsOf();
  t.is(yearInShort({ totals }), '3 anomalous airport-days in 2 events');
  t.is(yearInShort({ totals: { ...totals, anomalies: 0, events: 0 } }), 'no anomalous day');
  t.is(eventInShort(year, events[0]), 'blizzard Nemo, 8–9 Feb');
  t.is(eventInShort(year, events[1]), 'JFK, 16 Apr');
});

test('an explanation beside its airport and date does without them', (t) => {
  t.is(sentenceOnly('JFK, 9 Feb 2013: mean delay 52 min'), 'Mean delay 52 min');
});
