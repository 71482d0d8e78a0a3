import test from 'ava';
import fc from 'fast-check';
import { isoDate } from '../../../charts/dates.ts';
import { dayOfYear, epochDay, firstWeekday, monthOf } from '../../../tasks/summary/calendar.ts';

test('every real date of a year has its day, no other has', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1987, max: 2100 }),
      fc.integer({ min: -1, max: 14 }),
      fc.integer({ min: -1, max: 33 }),
      (year, month, day) => {
        const date = new Date(Date.UTC(year, month - 1, day));
        const real = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
        const expected = real ? (date.getTime() - Date.UTC(year, 0, 1)) / 86_400_000 : -1;
        t.is(dayOfYear(year, month, day), expected);
        if (real) t.is(isoDate(year, expected), date.toISOString().slice(0, 10));
      },
    ),
    { numRuns: 2000 },
  );
});

test('a leap year has a day more', (t) => {
  t.deepEqual(
    [1900, 2000, 2012, 2013].map((year) => dayOfYear(year, 12, 31)),
    [364, 365, 365, 364],
  );
});

test('days count from 1970', (t) => {
  t.is(epochDay(1970, 0), 0);
  t.is(epochDay(2013, 38), 15_744);
});

test('every day of a year has its month', (t) => {
  for (const year of [1900, 1987, 2000, 2012, 2013]) {
    for (let day = 0; day <= dayOfYear(year, 12, 31); day++) {
      t.is(monthOf(year, day), new Date(Date.UTC(year, 0, 1 + day)).getUTCMonth(), `${year}, day ${day}`);
    }
  }
});

test('a year begins on its weekday', (t) => {
  t.deepEqual([2012, 2013, 2017, 2000].map(firstWeekday), [0, 2, 0, 6]);
});
