import test from 'ava';
import type { AirportYearOfFlights, Flight } from '../../evaluation/airport-year-of-flights.ts';
import { countFlights } from '../../evaluation/count-flights.ts';
import { culpritsOf, strikeCulprits } from '../../evaluation/culprits.ts';
import { randomNumbers } from '../../samples/random-numbers.ts';

/** 60 days of 50 flights: 49 of American at nine o'clock, in turn to two cities, and one of Hawaiian at six. */
const year: AirportYearOfFlights = {
  airport: 'JFK',
  year: 2013,
  dayOfYear: Uint16Array.from({ length: 60 }, (_, day) => day),
  flights: Array.from({ length: 60 }, () =>
    Array.from({ length: 50 }, (_, index) => ({
      delay: index,
      cancelled: false,
      carrier: index === 49 ? 'HA' : 'AA',
      destination: index === 49 ? 'HNL' : ['ORD', 'MIA'][index % 2],
      hour: index === 49 ? 8 : 9,
    })),
  ),
};
const counted = countFlights([year]);

test('culprits have at least a share of the flights', (t) => {
  t.deepEqual(
    culpritsOf(counted, 0.03).map(({ dimension, value, share }) => [dimension, value, share]),
    [
      ['carrier', 'AA', 0.98],
      ['destination', 'ORD', 0.5],
      ['destination', 'MIA', 0.48],
      ['hours', '09–12', 0.98],
    ],
  );
  t.is(culpritsOf(counted, 0.01).length, 7);
});

test('on each struck day the culprit’s flights are an hour to three later, or cancelled, and no others', (t) => {
  const choice = { culprits: culpritsOf(counted, 0.01), hours: counted.tallies.hours.values, times: 30 };
  const { airportYear, struck } = strikeCulprits(year, choice, randomNumbers(1));
  t.is(new Set(struck.map(({ day }) => day)).size, 30);
  const valueBy = {
    carrier: ({ carrier }: Flight) => carrier,
    destination: ({ destination }: Flight) => destination,
    hours: ({ hour }: Flight) => counted.tallies.hours.values[Math.floor(hour / 3)],
  };
  for (const { day, culprit, minutes } of struck) {
    t.true(minutes === null || (minutes >= 60 && minutes <= 180));
    airportYear.flights[day].forEach((flight, index) => {
      const before = year.flights[day][index];
      if (valueBy[culprit.dimension](before) !== culprit.value) t.is(flight, before);
      else if (minutes === null) t.true(flight.cancelled);
      else t.is(flight.delay, before.delay + minutes);
    });
  }
  t.true(struck.some(({ minutes }) => minutes === null) && struck.some(({ minutes }) => minutes !== null));
  airportYear.flights.forEach((flights, day) => {
    if (!struck.some((each) => each.day === day)) t.is(flights, year.flights[day]);
  });
});
