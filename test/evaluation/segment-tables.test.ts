import test from 'ava';
import type { AirportYearOfFlights } from '../../evaluation/airport-year-of-flights.ts';
import { segmentTables } from '../../evaluation/segment-tables.ts';
import { randomNumbers } from '../../samples/random-numbers.ts';

const random = randomNumbers(1);
const year: AirportYearOfFlights = {
  airport: 'JFK',
  year: 2013,
  dayOfYear: Uint16Array.from({ length: 120 }, (_, day) => day),
  flights: Array.from({ length: 120 }, () =>
    Array.from({ length: 60 }, (_, index) => ({
      delay: Math.round(20 * random()),
      cancelled: false,
      carrier: index < 12 ? 'AA' : index < 58 ? 'DL' : 'HA',
      destination: index < 58 ? 'ATL' : 'HNL',
      hour: 9,
    })),
  ),
};

test('a carrier’s cancellations are found by its own score, and segments are counted', (t) => {
  const lines = segmentTables([year], [year], { threshold: 3.1, repeats: 1 }).split('\n');
  const cellsOf = (name: string) => lines.find((line) => line.startsWith(`| ${name} |`))!.split(' | ');
  t.true(Number(cellsOf('profile of the carrier')[2]) > 0.95);
  t.true(Number(cellsOf('profile of the airport')[4]) <= 1);
  t.deepEqual(cellsOf('carriers at an airport').slice(1, 3), ['2', '240'], 'Hawaiian flies too seldom');
  t.deepEqual(cellsOf('destinations').slice(1, 3), ['1', '120']);
  t.is(cellsOf('**all**')[1], '3');
});
