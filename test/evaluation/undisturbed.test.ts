import test from 'ava';
import { type AirportYearOfFlights, countedYear } from '../../evaluation/airport-year-of-flights.ts';
import { undisturbed } from '../../evaluation/undisturbed.ts';
import { randomNumbers } from '../../samples/random-numbers.ts';
import { daySurprises } from '../../tasks/detect/surprise.ts';
import { isOutlier, zScoresOfDays } from '../../tasks/detect/z-score.ts';
import { latenessOf } from '../../tasks/read/lateness.ts';

test('what either detector flags is replaced by an ordinary day of the same weekday', (t) => {
  const random = randomNumbers(3);
  const badDay = 100;
  const year: AirportYearOfFlights = {
    airport: 'JFK',
    year: 2013,
    dayOfYear: Uint16Array.from({ length: 200 }, (_, day) => day),
    flights: Array.from({ length: 200 }, (_, day) =>
      Uint16Array.from({ length: 40 }, () => latenessOf(Math.round(30 * random()) + (day === badDay ? 90 : 0))),
    ),
  };
  const calm = undisturbed(year);
  const counted = countedYear(calm);
  t.false(daySurprises(counted, 3.5).isAnomaly.includes(1));
  t.false(zScoresOfDays(counted.days).some((z) => isOutlier(z)));
  t.true([badDay - 7, badDay + 7].some((day) => calm.flights[badDay] === year.flights[day]));
});
