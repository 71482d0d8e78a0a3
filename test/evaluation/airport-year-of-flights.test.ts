import test from 'ava';
import { airportYearsOf, countedYear } from '../../evaluation/airport-year-of-flights.ts';
import { cancelledLateness, latenessOf, unknownLateness } from '../../tasks/read/lateness.ts';

const year = {
  airport: 'JFK',
  year: 2013,
  dayOfYear: Uint16Array.of(3, 7),
  flights: [
    Uint16Array.of(latenessOf(10), latenessOf(20), cancelledLateness, unknownLateness),
    Uint16Array.of(latenessOf(-5)),
  ],
};

test('days are counted as detect counts them', (t) => {
  const { days, histograms } = countedYear(year);
  t.deepEqual([...days.flights], [4, 1]);
  t.deepEqual([...days.departures], [2, 1]);
  t.deepEqual([...days.cancelled], [1, 0]);
  t.deepEqual([...days.meanDepartureDelay], [15, -5]);
  t.is(histograms[0][cancelledLateness], 1);
});

test('a year that was counted gives the same flights again', (t) => {
  t.deepEqual(airportYearsOf(countedYear(year)), [year]);
});
