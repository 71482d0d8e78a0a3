import test from 'ava';
import { latenessHistograms } from '../../../tasks/detect/lateness-histograms.ts';
import { airportDaysOf } from '../../support/airport-days.ts';

test('each airport’s flights are counted by their lateness, from all batches', (t) => {
  const days = airportDaysOf([
    { airport: 'JFK', day: 3 },
    { airport: 'JFK', day: 4 },
    { airport: 'LGA', day: 3 },
    { airport: 'ZZZ', day: 0 },
  ]);
  const common = { carriers: [], carrier: new Uint8Array(6) };
  const [jfk, lga, zzz] = latenessHistograms(days, [
    {
      ...common,
      days: Uint32Array.of(2, 0),
      ends: Uint32Array.of(2, 5),
      lateness: Uint16Array.of(7, 4_200, 200, 200, 4_201),
    },
    { ...common, days: Uint32Array.of(1), ends: Uint32Array.of(1), lateness: Uint16Array.of(200) },
  ]);
  const counted = (histogram: Uint32Array) =>
    [...histogram.entries()].filter(([, flights]) => flights > 0).map(([lateness, flights]) => [lateness, flights]);
  t.deepEqual(counted(jfk), [
    [200, 3],
    [4_201, 1],
  ]);
  t.deepEqual(counted(lga), [
    [7, 1],
    [4_200, 1],
  ]);
  t.deepEqual(counted(zzz), []);
});
