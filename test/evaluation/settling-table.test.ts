import test from 'ava';
import type { AirportYearOfFlights } from '../../evaluation/airport-year-of-flights.ts';
import { settling, settlingTable } from '../../evaluation/settling-table.ts';

const flightsADay = 40;

/** A day in January is as bad as can be; one in February is bad only as long as the second half of the year is not there. */
const lateShare = (day: number) => {
  if (day === 10) return 1;
  if (day === 40) return 0.55;
  return day > 180 && day % 2 === 0 ? 0.8 : 0.1 + (day % 4) / 40;
};

function year(airport: string): AirportYearOfFlights {
  const flightsOn = (day: number) =>
    Array.from({ length: flightsADay }, (_, index) => ({
      delay: index < Math.round(flightsADay * lateShare(day)) ? 70 : 0,
      cancelled: false,
      carrier: 'AA',
      destination: 'BOS',
      hour: 9,
    }));
  return {
    airport,
    year: 2013,
    dayOfYear: Uint16Array.from({ length: 365 }, (_, day) => day),
    flights: Array.from({ length: 365 }, (_, day) => flightsOn(day)),
  };
}
const years = [year('JFK'), year('LGA')];

test('the whole year agrees with itself, and earlier months have their days only', (t) => {
  const found = settling(years, 3.1);
  t.deepEqual(
    found.map(({ months, airportDays }) => [months, airportDays]),
    [31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365].map((days, index) => [index + 1, 2 * days]),
  );
  const whole = found[11];
  t.is(whole.rankCorrelation, 1);
  t.is(whole.kept, whole.flags);
  t.is(whole.going, 0);
  t.true(found[0].flags >= 2, 'the bad day of each airport');
});

test('a flag that the whole year does not have is one that goes again', (t) => {
  const calm = settling(years, 3.1)[3];
  t.is(calm.going, 2);
  t.is(calm.kept, 2);
  t.is(calm.flags, 2);
  t.true(calm.rankCorrelation > 0 && calm.rankCorrelation < 1);
});

test('the table has a line for each number of months', (t) => {
  const lines = settlingTable(years, 3.1).split('\n');
  t.is(lines.length, 14);
  t.regex(lines[4], /^\| January to March \| 180 \| 0\.\d{3} \| \d+ \| \d+ \| \d+ \|$/);
});
