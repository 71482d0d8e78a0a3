import test from 'ava';
import fc from 'fast-check';
import { dateSpan, dayAndMonth, isoDate, lastDayOf, weekdayAndDate } from '../../charts/dates.ts';

test('a day of the year has its date, also beyond the ends of the year', (t) => {
  t.is(isoDate(2013, 0), '2013-01-01');
  t.is(isoDate(2013, 39), '2013-02-09');
  t.is(isoDate(2012, 59), '2012-02-29');
  t.is(isoDate(2013, 59), '2013-03-01');
  t.is(isoDate(2012, 365), '2012-12-31');
  t.is(isoDate(2013, -1), '2012-12-31');
  t.is(isoDate(2013, 365), '2014-01-01');
});

test('people read day and month', (t) => {
  t.is(dayAndMonth(2013, 0), '1 Jan');
  t.is(dayAndMonth(2013, 39), '9 Feb');
  t.is(dayAndMonth(2012, 365), '31 Dec');
});

test('people read the weekday, wherever they are', (t) => {
  t.is(weekdayAndDate('2013-02-09'), 'Sat 9 Feb');
  t.is(weekdayAndDate('2012-02-29'), 'Wed 29 Feb');
  t.is(weekdayAndDate('2013-12-31'), 'Tue 31 Dec');
});

test('dates are those of the calendar', (t) => {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-US', { ...options, timeZone: 'UTC' });
  const [weekday, day, month] = [format({ weekday: 'short' }), format({ day: 'numeric' }), format({ month: 'short' })];
  fc.assert(
    fc.property(fc.integer({ min: 1987, max: 2060 }), fc.nat(365), (year, dayOfYear) => {
      const date = new Date(Date.UTC(year, 0, 1));
      date.setUTCDate(date.getUTCDate() + dayOfYear);
      t.is(isoDate(year, dayOfYear), date.toISOString().slice(0, 10));
      t.is(dayAndMonth(year, dayOfYear), `${day.format(date)} ${month.format(date)}`);
      t.is(weekdayAndDate(isoDate(year, dayOfYear)), `${weekday.format(date)} ${dayAndMonth(year, dayOfYear)}`);
    }),
  );
});

test('a month ends on its last day, also in a leap year', (t) => {
  t.is(isoDate(2013, lastDayOf(2013, 2)), '2013-02-28');
  t.is(isoDate(2012, lastDayOf(2012, 2)), '2012-02-29');
  t.is(isoDate(2012, lastDayOf(2012, 12)), '2012-12-31');
});

test('days of one month share its name', (t) => {
  t.is(dateSpan(2013, 38, 39), '8–9 Feb');
  t.is(dateSpan(2013, 30, 32), '31 Jan – 2 Feb');
  t.is(dateSpan(2013, 39, 39), '9 Feb');
});
