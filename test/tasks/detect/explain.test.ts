import test from 'ava';
import { explain, reasonInShort } from '../../../tasks/detect/explain.ts';
import { airportDaysOf, noMinutes, type Row } from '../../support/airport-days.ts';

const noCodes = { cancelledByCarrier: 0, cancelledByWeather: 0, cancelledByAirSystem: 0, cancelledBySecurity: 0 };

/** What is said of anomalous days, each the same day of another airport unless it says otherwise. */
function said(...rows: Omit<Row, 'day'>[] | Row[]): (string | null)[] {
  const judged = rows.map((row, index) => ({ airport: `A${index}`, day: 39, isAnomaly: 1, anomalyScore: 9, ...row }));
  return explain(airportDaysOf(judged as Row[]), [], { told: [], months: 12 }).explanation;
}

const worst =
  '; 57 % of the flights left an hour late or not at all, usual here at this time of the year: 7 %; worse than every other day of the year';
const shares = { lateBy: 60, lateShare: 0.566, usualLateShare: 0.0712 };
const delayed = {
  ...shares,
  anomalyKind: 'delays',
  meanDepartureDelay: 105.4,
  expectedLow: 1.2,
  expectedHigh: 33.8,
} as const;
const shut = { ...shares, anomalyKind: 'cancellations', flights: 274, cancelled: 142 } as const;

test('a day of delays tells its mean delay, what would have been ordinary, and the cause that stands out', (t) => {
  t.deepEqual(
    said(delayed, { ...delayed, ...noMinutes, weatherMinutes: 400, carrierMinutes: 300, airSystemMinutes: 299 }),
    [
      `A0, 9 Feb 2013: mean delay 105 min instead of 1 to 34${worst}`,
      `A1, 9 Feb 2013: mean delay 105 min instead of 1 to 34, most of it weather${worst}`,
    ],
  );
});

test('a cause that has less than two fifths is not named', (t) => {
  const minutes = (weatherMinutes: number) => ({
    ...delayed,
    ...noMinutes,
    weatherMinutes,
    carrierMinutes: 30,
    airSystemMinutes: 30,
  });
  const [below, from] = said(minutes(39), minutes(40));
  t.notRegex(below!, /most of it/);
  t.regex(from!, /most of it weather/);
  t.notRegex(said({ ...delayed, ...noMinutes })[0]!, /most of it/);
  t.regex(said({ ...delayed, ...noMinutes, lateAircraftMinutes: 5 })[0]!, /most of it late aircraft/);
  t.regex(said({ ...delayed, ...noMinutes, airSystemMinutes: 5 })[0]!, /most of it air system/);
});

test('no cause is named while one of the five is not in the file', (t) => {
  t.notRegex(said({ ...delayed, ...noMinutes, weatherMinutes: 400, carrierMinutes: NaN })[0]!, /most of it/);
});

test('a day of cancellations tells how many and why', (t) => {
  t.deepEqual(
    said(shut, { ...shut, ...noCodes, cancelledByWeather: 100, cancelledByCarrier: 42 }, { ...shut, ...noCodes }),
    [
      `A0, 9 Feb 2013: 142 of 274 flights cancelled${worst}`,
      `A1, 9 Feb 2013: 142 of 274 flights cancelled (weather)${worst}`,
      `A2, 9 Feb 2013: 142 of 274 flights cancelled${worst}`,
    ],
  );
});

test('without a column of cancellations, the sentence says that flights did not depart', (t) => {
  t.deepEqual(said({ ...shut, cancelled: NaN, departures: 132 }), [
    `A0, 9 Feb 2013: 142 of 274 flights did not depart${worst}`,
  ]);
});

test('a day of both tells both, the cancelled ones first', (t) => {
  t.deepEqual(said({ ...delayed, ...shut, ...noCodes, anomalyKind: 'both', cancelledBySecurity: 142 }), [
    `A0, 9 Feb 2013: 142 of 274 flights cancelled (security), mean delay 105 min instead of 1 to 34${worst}`,
  ]);
});

test('a day of delays tells of cancelled flights from one in twenty on', (t) => {
  const [four, five, unknown] = said(
    { ...delayed, cancelled: 4 },
    { ...delayed, cancelled: 5 },
    { ...delayed, cancelled: NaN, departures: 20 },
  );
  t.is(four, `A0, 9 Feb 2013: mean delay 105 min instead of 1 to 34${worst}`);
  t.is(five, `A1, 9 Feb 2013: mean delay 105 min instead of 1 to 34, 5 of 100 flights cancelled${worst}`);
  t.is(unknown, `A2, 9 Feb 2013: mean delay 105 min instead of 1 to 34${worst}`);
});

test('without a range of ordinary delays the sentence has no range', (t) => {
  t.deepEqual(said({ ...delayed, expectedLow: NaN, expectedHigh: NaN }), [
    `A0, 9 Feb 2013: mean delay 105 min${worst}`,
  ]);
});

test('zero has no minus sign, and a negative number has one', (t) => {
  t.deepEqual(said({ ...delayed, expectedLow: -0.3 }), [
    `A0, 9 Feb 2013: mean delay 105 min instead of 0 to 34${worst}`,
  ]);
  t.regex(
    said({ ...delayed, expectedLow: -2.5, meanDepartureDelay: 1_234 })[0]!,
    /mean delay 1,234 min instead of −2 to 34/,
  );
});

test('the sentence says in everyday words what was out of line', (t) => {
  const told = (lateBy: number) => said({ ...delayed, lateBy })[0]!.split('; ')[1];
  t.regex(told(1), /^57 % of the flights left a minute late or not at all, /);
  t.regex(told(15), / left 15 minutes late /);
  t.regex(told(30), / left half an hour late /);
  t.regex(told(120), / left two hours late /);
  t.is(told(NaN), '57 % of the flights did not leave, usual here at this time of the year: 7 %');
});

test('the two worst days of an airport are called so', (t) => {
  const day = (day: number, anomalyScore: number): Row => ({ ...delayed, airport: 'JFK', day, anomalyScore });
  const ranks = said(day(10, 5), day(11, 9), day(12, 7)).map((sentence) => sentence!.split('; ')[2]);
  t.deepEqual(ranks, [undefined, 'worse than every other day of the year', 'the second worst day of the year']);
});

test('a day tells whose flights it was, or that it was everybody’s', (t) => {
  const days = airportDaysOf([
    { ...delayed, day: 1, isAnomaly: 1, flights: 298, anomalyScore: 3 },
    { ...delayed, day: 2, isAnomaly: 1, anomalyScore: 4 },
    { ...delayed, day: 3, isAnomaly: 1, anomalyScore: 5 },
  ]);
  const american = {
    ...{
      row: 0,
      dimension: 'carrier' as const,
      value: 'AA',
      flights: 97,
      cancelled: 3,
      lostMinutes: 9,
      excessMinutes: 8,
    },
    ...{ share: 0.94, standsOut: true },
  } as const;
  const { whose, explanation } = explain(days, [american], { told: ['carrier', 'hours'], months: 12 });
  t.deepEqual(whose, ['American', null, null]);
  t.regex(explanation[0]!, /; American: 97 of 298 flights, 94 % of the excess$/);
  t.regex(explanation[1]!, /; all day, all carriers; the second worst day/);
});

test('a day without an anomaly has no words', (t) => {
  const days = airportDaysOf([{ day: 1 }, { ...delayed, day: 2, isAnomaly: 1 }]);
  const { explanation, whose } = explain(days, [], { told: [], months: 12 });
  t.is(explanation[0], null);
  t.regex(explanation[1]!, /^JFK, 3 Jan 2013: /);
  t.deepEqual(whose, [null, null]);
});

test('in short, a day has the cause that stands out, or what was out of line', (t) => {
  const short = (row: Omit<Row, 'day'>) =>
    reasonInShort(airportDaysOf([{ day: 0, lateShare: 0.567, lateBy: 60, ...noMinutes, ...noCodes, ...row }]), 0);
  t.is(short({ anomalyKind: 'delays' }), '57 % an hour late');
  t.is(short({ anomalyKind: 'delays', lateAircraftMinutes: 9, cancelledByWeather: 9 }), 'late aircraft');
  t.is(short({ anomalyKind: 'cancellations', lateBy: NaN, weatherMinutes: 9 }), '57 % cancelled');
  t.is(short({ anomalyKind: 'cancellations', cancelledByWeather: 9, cancelledByAirSystem: 3 }), 'weather');
  t.is(short({ anomalyKind: 'both', carrierMinutes: 9, cancelledByAirSystem: 3 }), 'air system');
});

test('in an incomplete year, the worst days are called the worst so far', (t) => {
  const days = airportDaysOf([
    { day: 1, isAnomaly: 1, anomalyScore: 9, anomalyKind: 'cancellations', lateShare: 0.9, usualLateShare: 0.01 },
    { day: 2, isAnomaly: 1, anomalyScore: 8, anomalyKind: 'cancellations', lateShare: 0.9, usualLateShare: 0.01 },
  ]);
  const { explanation } = explain(days, [], { told: [], months: 3 });
  t.true(explanation[0]!.endsWith('; worse than every other day of the year so far'));
  t.true(explanation[1]!.endsWith('; the second worst day of the year so far'));
});
