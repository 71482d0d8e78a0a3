import test from 'ava';
import { fewAirports } from '../../charts/few-airports.ts';

test('a few airports are named, and many are counted', (t) => {
  t.is(fewAirports([]), '');
  t.is(fewAirports(['JFK']), 'JFK');
  t.is(fewAirports(['JFK', 'LGA']), 'JFK and LGA');
  t.is(fewAirports(['A', 'B', 'C', 'D']), 'A, B, C and D');
  t.is(fewAirports(['A', 'B', 'C', 'D', 'E']), 'A, B, C and 2 more');
  t.is(fewAirports(['A', 'B', 'C', 'D', 'E'], 'more airports'), 'A, B, C and 2 more airports');
});
