import test from 'ava';
import type { AirportYearOfFlights } from '../../evaluation/airport-year-of-flights.ts';
import { whoseTables } from '../../evaluation/whose-tables.ts';
import { randomNumbers } from '../../samples/random-numbers.ts';

const random = randomNumbers(1);
/** Four carriers that fly to four cities, at all hours of the day. */
const year: AirportYearOfFlights = {
  airport: 'JFK',
  year: 2013,
  dayOfYear: Uint16Array.from({ length: 120 }, (_, day) => day),
  flights: Array.from({ length: 120 }, () =>
    Array.from({ length: 64 }, (_, index) => ({
      delay: Math.round(20 * random()),
      cancelled: false,
      carrier: ['AA', 'B6', 'DL', 'UA'][index % 4],
      destination: ['ORD', 'MIA', 'LAX', 'BOS'][(index >> 2) % 4],
      hour: 6 + 3 * (index >> 4),
    })),
  ),
};

test('on clear cases the culprit stands out, and nobody on days of everybody', (t) => {
  const lines = whoseTables([year], { threshold: 3.1, repeats: 1, stateOf: () => undefined }).split('\n');
  const all = lines.filter((line) => line.startsWith('| **all** |')).map((line) => line.split(' | '));
  t.is(all.length, 2);
  const [injected, , right, namedFirst] = all[0].slice(2);
  t.is(injected, String(2 * 12 * 12));
  t.true(Number.parseFloat(right) > 95, right);
  t.true(Number.parseFloat(namedFirst) > 95, namedFirst);
  t.true(Number.parseFloat(all[1][3]) > 95, all[1][3]);
});
