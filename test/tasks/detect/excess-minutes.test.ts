import test from 'ava';
import { excessMinutes } from '../../../tasks/detect/excess-minutes.ts';
import { airportDaysOf } from '../../support/airport-days.ts';

test("excess is what exceeds the usual of the airport's days without an anomaly", (t) => {
  const days = airportDaysOf([
    { airport: 'JFK', day: 0, flights: 100 },
    { airport: 'JFK', day: 1, flights: 300 },
    { airport: 'JFK', day: 2, flights: 50 },
    { airport: 'LGA', day: 0, flights: 10 },
  ]);
  const excess = excessMinutes(days, Float64Array.of(500, 3_500, 9_000, 70), Uint8Array.of(0, 0, 1, 0));
  // JFK's flights usually lose 4,000 ÷ 400 minutes.
  t.deepEqual([...excess], [-500, 500, 8_500, 0]);
});

test('in a year of anomalies only, all minutes are excess', (t) => {
  const days = airportDaysOf([{ day: 0, flights: 10 }]);
  t.deepEqual([...excessMinutes(days, Float64Array.of(900), Uint8Array.of(1))], [900]);
});
