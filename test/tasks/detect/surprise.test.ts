import test from 'ava';
import fc from 'fast-check';
import { randomNumbers } from '../../../samples/random-numbers.ts';
import { daySurprises } from '../../../tasks/detect/surprise.ts';
import { countedYear, type Files, type Flight } from '../../support/counted-year.ts';

const threshold = 3.5;

/** A flight as the formulas know it: minutes, Infinity when cancelled, NaN when nothing is known. */
type Delay = number;

/** Section 5 of the design, said again as plainly as can be; one airport. */
function plainly(days: { day: number; flights: Delay[] }[], year: number) {
  const known = days
    .map(({ day, flights }) => ({ day, delays: flights.filter((delay) => !Number.isNaN(delay)).map(clip) }))
    .filter(({ delays }) => delays.length > 0);
  const all = known.flatMap(({ delays }) => delays);
  const surprises = new Map<Delay, number>();
  const e = (delay: Delay) => {
    if (!surprises.has(delay)) surprises.set(delay, surpriseOf(delay));
    return surprises.get(delay)!;
  };
  const surpriseOf = (delay: Delay) => {
    const later = all.filter((other) => other > delay).length;
    const same = all.filter((other) => other === delay).length;
    return -Math.log((later + same / 2) / all.length);
  };
  const meanOf = (delays: Delay[]) => mean(delays.map(e));
  const S = known.map(({ delays }) => meanOf(delays));
  const m = middle(S);
  const b = S.map((_, i) => m + 0.5 * (middle(S.slice(Math.max(0, i - 45), i + 46)) - m));
  let r = S.map((each, i) => each - b[i]);
  const weekday = known.map(({ day }) => new Date(Date.UTC(year, 0, 1 + day)).getUTCDay());
  r = r.map((each, i) => {
    const same = r.filter((_, j) => weekday[j] === weekday[i]);
    return each - (middle(same) * same.length) / (same.length + 30);
  });
  const rest = middle(r);
  r = r.map((each) => each - rest);
  const ordinary = S.map((each, i) => each - r[i]);
  const tau2 = Math.max(
    (1.4826 * middle(r.map(Math.abs))) ** 2 - middle(known.map(({ delays }) => 1 / delays.length)),
    0.04,
  );
  const scoreOf = (surprise: number, i: number, n: number) =>
    (surprise - ordinary[i]) / Math.sqrt(tau2 + 1 / n + 0.5 / n ** 2);
  const flown = all.filter(Number.isFinite);
  return new Map(
    known.map(({ day, delays }, i) => {
      const departed = delays.filter(Number.isFinite);
      const others = delays.map((delay) => (Number.isFinite(delay) ? meanOf(flown) : e(delay)));
      return [
        day,
        {
          score: scoreOf(S[i], i, delays.length),
          laterThan: 1 - Math.exp(-S[i]),
          flags: known.length >= 14,
          ofDelays: departed.length === 0 ? -Infinity : scoreOf(meanOf(departed), i, departed.length),
          ofCancellations: scoreOf(mean(others), i, delays.length),
        },
      ];
    }),
  );
}

const clip = (delay: Delay) => (delay === Infinity ? delay : Math.min(3_999, Math.max(-200, delay)));
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
function middle(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.floor(sorted.length / 2)]) / 2;
}

const flightOf = (day: number, delay: Delay): Flight =>
  delay === Infinity ? { day, cancelled: true } : { day, delay };
const judge = (days: { day: number; flights: Delay[] }[], files: Files = {}) => {
  const flights = days.flatMap(({ day, flights }) => flights.map((delay) => flightOf(day, delay)));
  return daySurprises(countedYear([flights], files), threshold);
};
const near = (a: number, b: number) => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b));

/** What a day's flights are drawn from: mostly a dozen ordinary ones, now and then something else. */
const limits = [-9_000, -201, -200, -199, 3_998, 3_999, 4_000, 10_080];
const kindsOfDay: ((random: () => number) => Delay)[] = [
  (random) => (random() < 0.05 ? limits[Math.floor(8 * random())] : random() < 0.05 ? NaN : Infinity),
  () => NaN,
  () => Infinity,
  (random) => 900 + Math.floor(30 * random()),
  (random) => (random() < 0.5 ? Infinity : 900),
  (random) => (random() < 0.6 ? Infinity : ordinaryDelay(random)),
  (random) => (random() < 0.4 ? limits[Math.floor(8 * random())] : ordinaryDelay(random)),
];
const ordinaryDelay = (random: () => number) => Math.floor(40 * random() ** 2) - 8;

/** A year of up to 200 days, with gaps or without. */
function daysDrawn(seed: number): { day: number; flights: Delay[] }[] {
  const random = randomNumbers(seed);
  const every = 1 + Math.floor(2 * random());
  const count = random() < 0.3 ? 1 + Math.floor(20 * random()) : 60 + Math.floor(120 * random());
  const most = random() < 0.3 ? 2 : 14;
  return Array.from({ length: count }, (_, index) => {
    const kind = random() < 0.06 ? kindsOfDay[Math.floor(kindsOfDay.length * random())] : ordinaryDelay;
    const length = 1 + Math.floor(most * random());
    return { day: every * index, flights: Array.from({ length }, () => kind(random)) };
  }).filter(() => every === 1 || random() < 0.9);
}
const days = fc
  .nat()
  .map(daysDrawn)
  .filter(({ length }) => length > 0);

test('scores, flags and kinds are those of the formulas', (t) => {
  const seen = new Set<string | null>();
  fc.assert(
    fc.property(days, fc.constantFrom(2012, 2013), (days, year) => {
      const { anomalyScore, isAnomaly, anomalyKind, laterThanShare } = judge(days, { year });
      const expected = plainly(days, year);
      days.forEach(({ day }, row) => {
        const each = expected.get(day);
        if (!each) {
          t.deepEqual([anomalyScore[row], isAnomaly[row], laterThanShare[row]], [NaN, 0, NaN]);
          return;
        }
        const { score, laterThan, flags, ofDelays, ofCancellations } = each;
        t.true(near(anomalyScore[row], score), `${anomalyScore[row]} is not ${score}`);
        t.true(near(laterThanShare[row], laterThan));
        if ([score, ofDelays, ofCancellations].some((each) => Math.abs(each - threshold) < 1e-9)) return;
        const kind = ofDelays < threshold ? 'cancellations' : ofCancellations >= threshold ? 'both' : 'delays';
        t.is(isAnomaly[row], Number(flags && score >= threshold));
        t.is(anomalyKind[row], flags && score >= threshold ? kind : null);
        seen.add(anomalyKind[row]);
      });
    }),
    { numRuns: 40, seed: 4 },
  );
  t.deepEqual([...seen].sort(), ['both', 'cancellations', 'delays', null].sort(), 'the days are of every kind');
});

test('days are told apart as the design has them: few, alike, shut, unknown', (t) => {
  const ordinary = Array.from({ length: 40 }, (_, day) => ({ day, flights: [0, 5, 10, 15, 20 + (day % 7), day % 3] }));
  const shut = { day: 40, flights: Array(30).fill(Infinity) };

  const one = judge([{ day: 100, flights: [3, Infinity] }]);
  t.is(one.isAnomaly[0], 0);
  t.is(one.anomalyScore[0], 0, 'a single day is what is ordinary');

  const thirteen = judge([...ordinary.slice(0, 12), shut]);
  t.true(thirteen.anomalyScore[12] > 5, 'fewer than 14 days have scores …');
  t.is(thirteen.isAnomaly[12], 0, '… and no flags');
  t.is(judge([...ordinary.slice(0, 13), shut]).isAnomaly[13], 1);

  const alike = judge(
    ordinary.map(({ day }) => ({ day, flights: Array(10).fill(7) })).concat({ day: 40, flights: [Infinity] }),
  );
  t.deepEqual([...alike.isAnomaly.subarray(0, 40)], Array(40).fill(0));
  t.deepEqual(new Set(alike.anomalyScore.subarray(0, 40)), new Set([0]));

  const allShut = judge(ordinary.map(({ day }) => ({ day, flights: Array(10).fill(Infinity) })));
  t.deepEqual(new Set(allShut.anomalyScore), new Set([0]), 'a year of cancellations has nothing out of the ordinary');
  t.true([...allShut.laterThanShare].every((share) => near(share, 0.5)));

  const nothingKnown = judge([...ordinary, shut, { day: 50, flights: [NaN, NaN] }]);
  t.is(nothingKnown.anomalyScore[41], NaN);
  t.is(nothingKnown.laterThanShare[41], NaN);
  t.is(nothingKnown.isAnomaly[41], 0);
});

test('at an airport with one flight a day 20 minutes are nothing, and only the very latest flights stand out', (t) => {
  const days = Array.from({ length: 365 }, (_, day) => ({ day, flights: [(day * 7) % 31] }));
  for (const day of [50, 150, 250, 350]) days[day].flights[0] += 20;
  days[100] = { day: 100, flights: [Infinity] };
  days[200] = { day: 200, flights: [1_400] };
  const { isAnomaly } = judge(days);
  t.deepEqual(
    [...isAnomaly.keys()].filter((row) => isAnomaly[row]),
    [100, 200],
  );
});

test('a day without flights is no day: the days around it are neighbours', (t) => {
  const flightsOn = (day: number) => [0, 5, 10, (day * 5) % 13, day === 20 ? Infinity : 3];
  const everySecond = Array.from({ length: 120 }, (_, index) => ({ day: 2 * index, flights: flightsOn(index) }));
  const expected = plainly(everySecond, 2013);
  const { anomalyScore } = judge(everySecond);
  everySecond.forEach(({ day }, row) => {
    t.true(near(anomalyScore[row], expected.get(day)!.score));
  });
});

test('the last day of a leap year is judged by its own weekday', (t) => {
  // A Monday, like the first day but one; Mondays are an hour late.
  const days = Array.from({ length: 366 }, (_, day) => ({
    day,
    flights: Array.from({ length: 10 }, (_, i) => ((i * 7 + day) % 23) + (day % 7 === 1 ? 60 : 0)),
  }));
  days[5].flights.push(Infinity);
  const expected = plainly(days, 2012);
  const { anomalyScore } = judge(days, { year: 2012 });
  t.true(near(anomalyScore[365], expected.get(365)!.score));
  t.true(near(anomalyScore[364], expected.get(364)!.score));
});

const calmDays = Array.from({ length: 40 }, (_, day) => ({ day, flights: [0, 5, 10, 15, day % 7] }));

test('a blank delay is left out where the file tells cancellations, and is one where it does not', (t) => {
  const withBlanks = calmDays.map(({ day, flights }) => ({ day, flights: day % 10 ? flights : [...flights, NaN] }));
  const asCancelled = withBlanks.map(({ day, flights }) => ({
    day,
    flights: flights.map((delay) => (Number.isNaN(delay) ? Infinity : delay)),
  }));
  const told = [...withBlanks.slice(0, -1), { day: 39, flights: [5, Infinity] }];
  const without = told.map(({ day, flights }) => ({ day, flights: flights.filter((delay) => !Number.isNaN(delay)) }));
  t.deepEqual(judge(told), judge(without));
  t.deepEqual(judge(withBlanks, { saysCancelled: false }), judge(asCancelled));
});

test('a cancelled flight with a delay counts as cancelled', (t) => {
  const year = (cancelled: Flight) => [
    ...calmDays.flatMap(({ day, flights }) => flights.map((delay) => ({ day, delay }))),
    cancelled,
  ];
  const judged = (cancelled: Flight) => daySurprises(countedYear([year(cancelled)]), threshold);
  t.deepEqual(
    judged({ day: 3, cancelled: true, delay: -5 }).anomalyScore,
    judged({ day: 3, cancelled: true }).anomalyScore,
  );
});

test('delays beyond the limits are as late as the limits', (t) => {
  const year = (late: number, early: number) =>
    judge([...calmDays, { day: 40, flights: [late, 3_000, Infinity] }, { day: 41, flights: [early, -199] }]);
  t.deepEqual(year(10_080, -10_080), year(3_999, -200));
  t.notDeepEqual(year(10_080, -199).anomalyScore, year(10_080, -200).anomalyScore);
});

test('an airport that cancelled nothing all year has scores, too', (t) => {
  const calm = Array.from({ length: 40 }, (_, day) => ({ day, flights: [0, 5, 10, 15, day % 7] }));
  const { anomalyScore, isAnomaly } = judge(calm);
  const expected = plainly(calm, 2013);
  calm.forEach(({ day }, row) => {
    t.true(near(anomalyScore[row], expected.get(day)!.score));
  });
  t.deepEqual([...isAnomaly], Array(40).fill(0));
});
