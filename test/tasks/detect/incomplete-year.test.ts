import test from 'ava';
import { missingMonths, monthsSoFar } from '../../../tasks/detect/incomplete-year.ts';
import { airportDaysOf } from '../../support/airport-days.ts';

/** What is missing of a year with so many flights in each month, on its first and its last day. */
function missing(flights: number[], year = 2013): string[] {
  const rows = flights.flatMap((count, month) => {
    const dayOf = (date: number) => (date - Date.UTC(year, 0, 1)) / 86_400_000;
    const [first, last] = [dayOf(Date.UTC(year, month, 1)), dayOf(Date.UTC(year, month + 1, 0))];
    return count === 0
      ? []
      : [
          { day: first, flights: Math.floor(count / 2) },
          { airport: 'LGA', day: last, flights: Math.ceil(count / 2) },
        ];
  });
  return missingMonths(year, airportDaysOf(rows, year));
}
const yearOf = (special: Record<number, number> = {}) =>
  Array.from({ length: 12 }, (_, month) => special[month] ?? 500_000);

test('a year with flights in every month lacks nothing', (t) => {
  t.deepEqual(missing(yearOf()), []);
  t.deepEqual(missing(yearOf(), 2012), [], 'nor does a leap year');
  t.deepEqual(missing(Array(12).fill(1)), [], 'however small');
});

test('months without flights are named together', (t) => {
  t.deepEqual(missing(yearOf({ 10: 0 })), ['no flights in November']);
  t.deepEqual(missing(yearOf({ 0: 0, 1: 0, 11: 0 })), ['no flights in January, February, December']);
  t.deepEqual(missing([5, ...Array(11).fill(0)]), [
    'no flights in February, March, April, May, June, July, August, September, October, November, December',
  ]);
});

test('a month with less than a third of the usual flights is named with both numbers', (t) => {
  t.deepEqual(missing(yearOf({ 2: 12 })), ['12 flights in March, where 500,000 are usual']);
  t.deepEqual(missing(yearOf({ 2: 166_666, 3: 166_667, 4: 0 })), [
    'no flights in May',
    '166,666 flights in March, where 500,000 are usual',
  ]);
});

test('the emptiest year there was passes: May 2020 had half of a usual month', (t) => {
  t.deepEqual(
    missing(
      [
        607_346,
        574_268,
        648_229,
        331_238,
        180_617 + 70_000,
        250_000,
        370_000,
        400_000,
        360_000,
        385_000,
        370_000,
        390_000,
      ],
      2020,
    ),
    [],
  );
});

test('1987 needs only the months from October on', (t) => {
  const months = (october: number, november: number, december: number) => [
    ...Array(9).fill(0),
    october,
    november,
    december,
  ];
  t.deepEqual(missing(months(448_620, 422_803, 440_403), 1987), []);
  t.deepEqual(missing(months(448_620, 0, 440_403), 1987), ['no flights in November']);
  t.deepEqual(missing(months(448_620, 1_000, 440_403), 1987), ['1,000 flights in November, where 440,403 are usual']);
  t.is(missing(months(448_620, 422_803, 440_403), 1988).length, 1);
});

/** What there is of a year with flights on each of these days, as many in a month as the month is told. */
function soFar(lastDay: number, few: Record<number, number> = {}, year = 2013) {
  const rows = Array.from({ length: lastDay + 1 }, (_, day) => ({
    day,
    flights: few[new Date(Date.UTC(year, 0, 1 + day)).getUTCMonth()] ?? 1_000,
  }));
  return monthsSoFar(
    year,
    airportDaysOf(
      rows.filter(({ flights }) => flights > 0),
      year,
    ),
  );
}
const [endOfJanuary, endOfMarch] = [30, 89];

test('a year so far has the months up to the last one with flights', (t) => {
  t.deepEqual(soFar(endOfJanuary), { months: 1, missing: [] });
  t.deepEqual(soFar(endOfMarch), { months: 3, missing: [] });
  t.deepEqual(soFar(endOfMarch + 1, {}, 2012), { months: 3, missing: [] }, 'also in a leap year');
  t.deepEqual(soFar(364), { months: 12, missing: [] });
});

test('a year so far lacks a month within, most of a month, and the end of the last one', (t) => {
  t.deepEqual(soFar(endOfMarch, { 0: 0 }), { months: 3, missing: ['no flights in January'] });
  t.deepEqual(soFar(endOfMarch, { 1: 0 }), { months: 3, missing: ['no flights in February'] });
  t.deepEqual(soFar(endOfMarch, { 2: 10 }), { months: 3, missing: ['310 flights in March, where 28,000 are usual'] });
  t.deepEqual(soFar(endOfMarch - 1), { months: 3, missing: ['no flights on 31 Mar'] });
  t.deepEqual(soFar(endOfJanuary + 14), { months: 2, missing: ['no flights on 15 Feb to 28 Feb'] });
});

test('if flights are rare, the last day of a month need not have one', (t) => {
  const days = [0, 20, 40, 70].map((day) => ({ day, flights: 1 }));
  t.deepEqual(monthsSoFar(2013, airportDaysOf(days)), { months: 3, missing: [] });
});
