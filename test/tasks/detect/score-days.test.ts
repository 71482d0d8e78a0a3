import test from 'ava';
import { scoreDays } from '../../../tasks/detect/score-days.ts';
import { countedYear, type Flight } from '../../support/counted-year.ts';

const ordinary = (day: number): Flight[] =>
  Array.from({ length: 40 }, (_, i) => ({ day, delay: i % 4 ? -2 : 5 + ((day + i) % 20) }));
const yearWith = (special: Record<number, Flight[]>, days = 60) =>
  countedYear([Array.from({ length: days }, (_, day) => special[day] ?? ordinary(day)).flat()]);
const cancelled = (day: number, count: number): Flight[] =>
  Array.from({ length: count }, () => ({ day, cancelled: true }));
const late = (day: number, count: number, delay: number): Flight[] =>
  Array.from({ length: count }, () => ({ day, delay }));

test('a day says what was furthest out of line, and whether cancellations alone would have been', (t) => {
  const { isAnomaly, anomalyKind, lateBy, lateShare, usualLateShare } = scoreDays(
    yearWith({
      10: [...cancelled(10, 30), ...late(10, 10, 0)],
      30: late(30, 40, 70),
      50: [...cancelled(50, 12), ...late(50, 28, 150)],
    }),
    3.1,
  );
  t.deepEqual(
    [...isAnomaly.keys()].filter((row) => isAnomaly[row]),
    [10, 30, 50],
  );
  t.deepEqual([anomalyKind[10], anomalyKind[30], anomalyKind[50]], ['cancellations', 'delays', 'both']);
  t.deepEqual([lateBy[10], lateBy[30], lateBy[50]], [NaN, 60, 120]);
  t.deepEqual([lateShare[10], lateShare[30], lateShare[50]], [0.75, 1, 1]);
  t.true(usualLateShare[30] < 0.05);
  t.is(anomalyKind[0], null);
});

test('with fewer than 14 days there are scores and no flags', (t) => {
  const shut = (days: number) => scoreDays(yearWith({ [days - 1]: cancelled(days - 1, 40) }, days), 3.1);
  t.true(shut(13).anomalyScore[12] > 3.1);
  t.is(shut(13).isAnomaly[12], 0);
  t.is(shut(14).isAnomaly[13], 1);
});

test('days of which nothing is known do not count among the 14', (t) => {
  const unknown = Array.from({ length: 5 }, (_, index) => ({ day: 20 + index, delay: NaN }));
  const flights = [...Array.from({ length: 12 }, (_, day) => ordinary(day)).flat(), ...cancelled(12, 40), ...unknown];
  const { isAnomaly, anomalyScore, lateShare } = scoreDays(countedYear([flights]), 3.1);
  t.is(isAnomaly[12], 0);
  t.deepEqual([anomalyScore[13], lateShare[13]], [NaN, NaN]);
});

test('a cancelled flight with a delay counts as cancelled, and a blank one where the file tells no cancellations', (t) => {
  const score = (special: Flight, saysCancelled = true) =>
    scoreDays(
      countedYear([[...Array.from({ length: 30 }, (_, day) => ordinary(day)).flat(), special]], { saysCancelled }),
      3.1,
    ).anomalyScore;
  t.deepEqual(score({ day: 3, cancelled: true, delay: -5 }), score({ day: 3, cancelled: true }));
  t.deepEqual(score({ day: 3, delay: NaN }, false), score({ day: 3, cancelled: true }));
});

test('the last day of a leap year is judged', (t) => {
  const flights = Array.from({ length: 366 }, (_, day) => (day === 365 ? cancelled(day, 40) : ordinary(day))).flat();
  t.is(scoreDays(countedYear([flights], { year: 2012 }), 3.1).isAnomaly[365], 1);
});
