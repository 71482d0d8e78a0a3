import test from 'ava';
import { toLargestDestinations } from '../../evaluation/to-largest-destinations.ts';

const to = (destination: string) => ({ delay: 0, cancelled: false, carrier: 'AA', destination, hour: 9 });

test('the flights to the largest destinations are left, and the days that have some', (t) => {
  const year = {
    airport: 'JFK',
    year: 2013,
    dayOfYear: Uint16Array.of(4, 6, 9),
    flights: [[to('ORD'), to('MIA')], [to('BOS')], [to('ORD'), to('MIA'), to('BOS'), to('ATL'), to('ORD')]],
  };
  const { dayOfYear, flights } = toLargestDestinations(year, 1);
  t.deepEqual([...dayOfYear], [4, 9]);
  t.deepEqual(flights, [[to('ORD')], [to('ORD'), to('ORD')]]);
  t.deepEqual(
    new Set(toLargestDestinations(year, 2).flights.flatMap((day) => day.map(({ destination }) => destination))),
    new Set(['ORD', 'BOS']),
    'of destinations with as many flights, the first of the alphabet',
  );
});
