import test from 'ava';
import { absentColumns } from '../../../tasks/summary/absent-columns.ts';
import { airportDaysOf, type Row } from '../../support/airport-days.ts';

const absent = (...rows: Omit<Row, 'day'>[]) =>
  absentColumns(airportDaysOf(rows.map((row, day) => ({ ...row, day })))).map(({ what }) => what);
const minutes = {
  carrierMinutes: 0,
  weatherMinutes: 0,
  airSystemMinutes: 0,
  securityMinutes: 0,
  lateAircraftMinutes: 0,
};
const all = { cancelled: 0, ...minutes, cancelledByCarrier: 0 };

test('columns missing from the year’s files are named', (t) => {
  t.deepEqual(absent(all), []);
  t.deepEqual(absent({ ...all, cancelled: NaN }), ['cancellations']);
  t.deepEqual(absent({ cancelled: 0, cancelledByCarrier: 0 }), ['causes of delays']);
  t.deepEqual(absent({ ...all, carrierMinutes: NaN }), ['some causes of delays']);
  t.deepEqual(absent({ ...all, cancelledByCarrier: NaN }), ['causes of cancellations']);
  t.deepEqual(absent({ cancelled: NaN }), ['cancellations', 'causes of delays', 'causes of cancellations']);
});

test('causes that are absent are named one by one', (t) => {
  const rows = [{ day: 0, ...all, carrierMinutes: NaN, securityMinutes: NaN }];
  t.is(
    absentColumns(airportDaysOf(rows))[0].sentence,
    'Minutes of delay by these causes are not in this year’s file: carrier, security; so no main cause is named.',
  );
});

test('a column that a single day has is not absent', (t) => {
  const nothing = { cancelled: NaN };
  t.deepEqual(absent(nothing, { ...nothing, ...minutes, cancelledBySecurity: 0 }, { cancelled: 0 }), []);
});

test('each comes with a sentence that tells what follows', (t) => {
  for (const { sentence } of absentColumns(airportDaysOf([{ day: 0, cancelled: NaN }])))
    t.regex(sentence, /^[A-Z].*\.$/);
});
