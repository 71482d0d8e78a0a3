import test from 'ava';
import fc from 'fast-check';
import { randomNumbers } from '../../../samples/random-numbers.ts';
import { fewestDays, peaks, profile } from '../../../tasks/detect/profile.ts';

/** Flights of a day in buckets: on time, from 1, 15, 30, 60 and 120 minutes, cancelled, unknown. */
type Buckets = number[];
interface Day {
  day: number;
  buckets: Buckets;
}

const judge = (days: Day[]) =>
  profile({ dayOfYear: days.map(({ day }) => day), buckets: days.flatMap(({ buckets }) => buckets) });

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
function quantile(values: number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (at - Math.floor(at)) * (high - low);
}
const median = (values: number[]) => quantile(values, 0.5);
const kept = (share: number) => Math.min(0.99, Math.max(0.01, share));

/** The design's section 4, said again as plainly as can be. */
function plainly(all: Day[]) {
  const days = all.filter(({ buckets }) => sum(buckets.slice(0, 7)) > 0);
  const n = days.map(({ buckets }) => sum(buckets.slice(0, 7)));
  const weights = [0.98, 1, 1.02, 1.04, 1.06, 1.08];
  const steps = weights.map((w, step) => {
    const y = days.map(({ buckets }, i) => sum(buckets.slice(step + 1, 7)) / n[i]);
    const cap = quantile(y, step === 5 ? 0.5 : 0.9);
    const quotient = (from: number, to: number) => {
      const indexes = [...n.keys()].slice(from, to);
      return sum(indexes.map((i) => Math.min(y[i], cap) * n[i])) / sum(indexes.map((i) => n[i]));
    };
    const p0 = quotient(0, n.length);
    const P = kept(p0);
    const p = y.map((_, i) =>
      step === 5 ? P : kept(P + 0.25 * (quotient(Math.max(0, i - 30), Math.min(n.length, i + 31)) - p0)),
    );
    const r = y.map((each, i) => each - p[i]);
    const v = (1.4826 * median(r.map((each) => Math.abs(each - median(r))))) ** 2 / (P * (1 - P));
    const tau2 = Math.max(v - 1 / median(n), 0.28 ** 2 + 0.5 / median(n));
    const term = (a: number, b: number) => (a === 0 ? 0 : a * Math.log(a / b));
    const d = y.map(
      (each, i) =>
        Math.sign(each - p[i]) *
        Math.sqrt(
          (2 * Math.max(0, term(each, p[i]) + term(1 - each, 1 - p[i]))) / (tau2 + 1 / n[i] + 0.75 / n[i] ** 2),
        ),
    );
    return { y, p, wd: d.map((each) => w * each) };
  });
  const s = n.map((_, i) => {
    const wd = steps.map((step) => step.wd[i]);
    return Math.max(...wd) + (0.25 * sum(wd.map((each) => Math.max(0, each)))) / 6;
  });
  return days.map(({ day }, i) => {
    const wd = steps.map((step) => step.wd[i]);
    const step = wd.indexOf(Math.max(...wd));
    const near = [i - 1, i + 1].filter((j) => days[j] && Math.abs(days[j].day - day) === 1);
    const score = s[i] + 0.1 * sum(near.map((j) => Math.max(0, Math.min(s[j], 4) - 1)));
    return { day, score, step, share: steps[step].y[i], usual: steps[step].p[i], wd };
  });
}

/** A year of up to 200 days, with gaps or without, of small or large traffic, with a few days of every kind. */
function daysDrawn(seed: number): Day[] {
  const random = randomNumbers(seed);
  const whole = (below: number) => Math.floor(below * random());
  const every = 1 + whole(2);
  const count = random() < 0.3 ? 1 + whole(20) : 60 + whole(120);
  const flights = [1, 4, 30, 300][whole(4)];
  return Array.from({ length: count }, (_, index) => {
    const buckets: Buckets = Array(8).fill(0);
    const kind = random();
    const all = 1 + whole(flights);
    for (let flight = 0; flight < all; flight++) {
      if (kind < 0.03) buckets[6]++;
      else if (kind < 0.05) buckets[7]++;
      else if (kind < 0.1) buckets[3 + whole(4)]++;
      else buckets[random() < 0.7 ? 0 : random() < 0.9 ? 1 + whole(3) : whole(8)]++;
    }
    return { day: every * index, buckets };
  }).filter(() => every === 1 || random() < 0.9);
}

test('scores, steps and shares are those of the formulas', (t) => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const days = daysDrawn(seed);
      const judged = judge(days);
      const expected = new Map(plainly(days).map((each) => [each.day, each]));
      t.is(judged.days, expected.size);
      days.forEach(({ day }, row) => {
        const each = expected.get(day);
        if (!each) {
          t.deepEqual([judged.score[row], judged.share[row], judged.usualShare[row]], [NaN, NaN, NaN]);
          return;
        }
        t.true(Math.abs(judged.score[row] - each.score) < 1e-9, `${judged.score[row]} is not ${each.score}`);
        t.true(Math.abs(judged.cancelledDeviation[row] - each.wd[5]) < 1e-9);
        // If two steps are equally far out of line, except for the last digits, either is right.
        if (each.wd.filter((wd) => Math.abs(wd - each.wd[each.step]) < 1e-9).length > 1) return;
        t.is(judged.step[row], each.step);
        t.true(Math.abs(judged.share[row] - each.share) < 1e-12);
        t.true(Math.abs(judged.usualShare[row] - each.usual) < 1e-9);
      });
    }),
    { numRuns: 60, seed: 4 },
  );
});

test('peaks are the days from a score on, with all that the profile says of them', (t) => {
  let found = 0;
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(-Infinity, 0, 0.8, 2, 3.5, 5), (seed, least) => {
      const days = daysDrawn(seed);
      const series = { dayOfYear: days.map(({ day }) => day), buckets: days.flatMap(({ buckets }) => buckets) };
      const { score, step, share, usualShare, days: known } = profile(series);
      const expected = [...score.keys()]
        .filter((row) => known >= fewestDays && score[row] >= least)
        .map((row) => ({
          day: row,
          score: score[row],
          step: step[row],
          share: share[row],
          usualShare: usualShare[row],
        }));
      found += expected.length;
      t.deepEqual(peaks(series, least), expected);
    }),
    { numRuns: 300, seed: 5 },
  );
  t.true(found > 1_000);
});

test('buckets may stand among other numbers', (t) => {
  const days = daysDrawn(3);
  const dayOfYear = days.map(({ day }) => day);
  const apart = { dayOfYear, size: 11, buckets: days.flatMap(({ buckets }) => [...buckets, 7, 7, 7]) };
  t.deepEqual(profile(apart), judge(days));
});

const day = (index: number, ...buckets: Buckets): Day => ({
  day: index,
  buckets: [...buckets, ...Array(8 - buckets.length).fill(0)],
});

test('days that are all alike are not anomalous', (t) => {
  const alike = judge(Array.from({ length: 40 }, (_, index) => day(index, 8, 2)));
  t.true(alike.score.every((score) => Math.abs(score) < 1e-6));
  const shut = judge(Array.from({ length: 40 }, (_, index) => day(index, 0, 0, 0, 0, 0, 0, 10)));
  t.true(shut.score.every((score) => score < 1));
});

test('a single day is what is usual', (t) => {
  const { score, days } = judge([day(100, 3, 1, 0, 0, 0, 0, 1)]);
  t.is(days, 1);
  t.true(Math.abs(score[0]) < 3.1);
});

test('at an airport with one flight a day nothing is ever flagged', (t) => {
  const year = Array.from({ length: 365 }, (_, index) => day(index, ...(index % 3 ? [1] : [0, 1])));
  for (const bad of [50, 150, 250]) year[bad] = day(bad, 0, 0, 0, 0, 0, 1);
  year[300] = day(300, 0, 0, 0, 0, 0, 0, 1);
  t.true(judge(year).score.every((score) => score < 3.1));
});

test('a day between two bad ones is a little worse for it, one beside a gap is not', (t) => {
  const year = Array.from({ length: 60 }, (_, index) => day(index, 70 + (index % 5), 20));
  const bad = (index: number) => day(index, 10, 10, 10, 20, 30, 20);
  const alone = judge(year.map((each) => (each.day === 30 ? bad(30) : each))).score[30];
  const three = judge(year.map((each) => (Math.abs(each.day - 30) <= 1 ? bad(each.day) : each))).score;
  t.true(three[30] > three[29]);
  const gap = judge(year.filter((each) => each.day !== 31).map((each) => (each.day === 30 ? bad(30) : each)));
  t.true(alone > 3.1 && gap.score[30] > 3.1);
});

test('a series without days has no scores', (t) => {
  t.deepEqual(judge([]).score, new Float64Array());
  t.is(judge([day(0, 0, 0, 0, 0, 0, 0, 0, 4)]).days, 0);
});
