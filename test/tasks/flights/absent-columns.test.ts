import test from 'ava';
import { absentColumns } from '../../../tasks/flights/absent-columns.ts';
import { airportDaysOf, type Row } from '../../support/airport-days.ts';

const absent = (...rows: Omit<Row, 'day'>[]) =>
  absentColumns(airportDaysOf(rows.map((row, day) => ({ ...row, day })))).map(({ what }) => what);
const all = { cancelled: 0, carrierMinutes: 0, cancelledByCarrier: 0 };

test('what a year’s files do not tell is named', (t) => {
  t.deepEqual(absent(all), []);
  t.deepEqual(absent({ ...all, cancelled: NaN }), ['cancellations']);
  t.deepEqual(absent({ ...all, carrierMinutes: NaN }), ['causes of delays']);
  t.deepEqual(absent({ ...all, cancelledByCarrier: NaN }), ['causes of cancellations']);
  t.deepEqual(absent({ cancelled: NaN }), ['cancellations', 'causes of delays', 'causes of cancellations']);
});

test('what they tell of a single day or cause is not absent', (t) => {
  const nothing = { cancelled: NaN };
  t.deepEqual(absent(nothing, { ...nothing, lateAircraftMinutes: 0, cancelledBySecurity: 0 }, { cancelled: 0 }), []);
});

test('each comes with a sentence that tells what follows', (t) => {
  for (const { sentence } of absentColumns(airportDaysOf([{ day: 0, cancelled: NaN }])))
    t.regex(sentence, /^[A-Z].*\.$/);
});
