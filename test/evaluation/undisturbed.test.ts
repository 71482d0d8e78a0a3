import test from 'ava';
import type { AirportYearOfFlights } from '../../evaluation/airport-year-of-flights.ts';
import { countFlights } from '../../evaluation/count-flights.ts';
import { undisturbed } from '../../evaluation/undisturbed.ts';
import { randomNumbers } from '../../samples/random-numbers.ts';
import { scoreDays } from '../../tasks/detect/score-days.ts';
import { isOutlier, zScoresOfDays } from '../../tasks/detect/z-score.ts';

test('days that either detector flags are replaced by ordinary days of the same weekday', (t) => {
  const random = randomNumbers(3);
  const badDay = 100;
  const year: AirportYearOfFlights = {
    airport: 'JFK',
    year: 2013,
    dayOfYear: Uint16Array.from({ length: 200 }, (_, day) => day),
    flights: Array.from({ length: 200 }, (_, day) =>
      Array.from({ length: 40 }, () => ({
        delay: Math.round(30 * random()) + (day === badDay ? 90 : 0),
        cancelled: false,
        carrier: 'AA',
        destination: 'ORD',
        hour: 9,
      })),
    ),
  };
  t.is(scoreDays(countFlights([year]), 3.1).isAnomaly[badDay], 1);
  const calm = undisturbed(year, 3.1);
  const counted = countFlights([calm]);
  t.false(scoreDays(counted, 3.1).isAnomaly.includes(1));
  t.false(zScoresOfDays(counted.days).some((z) => isOutlier(z)));
  t.true([badDay - 7, badDay + 7].some((day) => calm.flights[badDay] === year.flights[day]));
});
