import test from 'ava';
import type { AirportYearOfFlights } from '../../evaluation/airport-year-of-flights.ts';
import { disturb, disturbances, thinned } from '../../evaluation/disturbances.ts';
import { randomNumbers } from '../../samples/random-numbers.ts';

/** 120 days of 50 flights, one of them cancelled, the others 0 … 48 minutes late. */
const year: AirportYearOfFlights = {
  airport: 'JFK',
  year: 2013,
  dayOfYear: Uint16Array.from({ length: 120 }, (_, day) => day),
  flights: Array.from({ length: 120 }, () =>
    Array.from({ length: 50 }, (_, minutes) => ({
      delay: minutes === 49 ? NaN : minutes,
      cancelled: minutes === 49,
      carrier: 'AA',
      destination: 'ORD',
      hour: 9,
    })),
  ),
};
const named = (name: string) => disturbances.find((each) => each.name === name)!;

test('every disturbance happens to as many days as it says, and to no others', (t) => {
  for (const disturbance of disturbances) {
    const { airportYear, truth } = disturb(year, disturbance, randomNumbers(1));
    t.is(truth.filter((mark) => mark === 1).length, disturbance.times * disturbance.days, disturbance.name);
    t.is(truth.filter((mark) => mark === 2).length, disturbance.beside?.times ?? 0, disturbance.name);
    truth.forEach((mark, day) => {
      if (mark === 0) t.is(airportYear.flights[day], year.flights[day]);
      else t.notDeepEqual(airportYear.flights[day], year.flights[day]);
    });
  }
});

test('delays come on top, and a cancelled flight stays cancelled', (t) => {
  const { airportYear, truth } = disturb(year, named('all flights 30 min later'), randomNumbers(1));
  const day = airportYear.flights[truth.indexOf(1)];
  t.deepEqual([day[0].delay, day[10].delay], [30, 40]);
  t.deepEqual(day[49], year.flights[0][49]);
});

test('cancellations take about the share they say', (t) => {
  const { airportYear, truth } = disturb(year, named('two thirds cancelled'), randomNumbers(1));
  const flights = airportYear.flights.filter((_, day) => truth[day] === 1).flat();
  const cancelled = flights.filter((flight) => flight.cancelled).length;
  t.true(Math.abs(cancelled / flights.length - 0.67) < 0.1);
});

test('the same seed gives the same disturbed year', (t) => {
  const [one, same, other] = [1, 1, 2].map((seed) => disturb(year, disturbances[0], randomNumbers(seed)));
  t.deepEqual(one, same);
  t.notDeepEqual(one.truth, other.truth);
});

test('a thinned year has that many flights a day, each of them one of the day', (t) => {
  const thin = thinned(year, 5, randomNumbers(1));
  for (const day of thin.flights) {
    t.is(day.length, 5);
    t.is(new Set(day).size, 5);
    t.true(day.every((flight) => year.flights.some((ofDay) => ofDay.includes(flight))));
  }
  t.is(year.flights[0].length, 50);
  t.is(thinned(year, 60, randomNumbers(1)).flights[0].length, 50);
});
