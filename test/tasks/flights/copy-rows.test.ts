import test from 'ava';
import fc from 'fast-check';
import type { AirportDays } from '../../../tasks/flights/airport-days.ts';
import { copyColumns, copyRows } from '../../../tasks/flights/copy-rows.ts';

function oneAirport(year: number, rows: number, values: Partial<AirportDays> = {}): AirportDays {
  return {
    year,
    airports: ['JFK'],
    firstRow: Uint32Array.of(0, rows),
    dayOfYear: Uint16Array.from({ length: rows }, (_, row) => row),
    flights: new Uint32Array(rows).fill(300),
    departures: new Uint32Array(rows).fill(290),
    cancelled: new Uint32Array(rows).fill(10),
    meanDepartureDelay: new Float64Array(rows).fill(12.5),
    zScore: new Float64Array(rows).fill(-0.25),
    isOutlier: new Uint8Array(rows),
    ...values,
  };
}

const linesOf = (days: AirportDays) => [...copyRows(days)].join('').split('\n');

test('a row is written for COPY, with \\N for what is not known', (t) => {
  const days: AirportDays = {
    year: 2012,
    airports: ['10397', 'JFK'],
    firstRow: Uint32Array.of(0, 1, 3),
    dayOfYear: Uint16Array.of(59, 0, 365),
    flights: Uint32Array.of(7, 300, 2),
    departures: Uint32Array.of(7, 298, 0),
    cancelled: Uint32Array.of(0, 1, 2),
    meanDepartureDelay: Float64Array.of(-1.5, 0.1 + 0.2, NaN),
    zScore: Float64Array.of(0, 3.5, NaN),
    isOutlier: Uint8Array.of(0, 1, 0),
  };
  t.deepEqual(linesOf(days), [
    '10397\t2012-02-29\t7\t7\t0\t-1.5\t0\tf',
    'JFK\t2012-01-01\t300\t298\t1\t0.30000000000000004\t3.5\tt',
    'JFK\t2012-12-31\t2\t0\t2\t\\N\t\\N\tf',
    '',
  ]);
  t.deepEqual(
    linesOf({ ...days, cancelled: null })
      .slice(0, -1)
      .map((line) => line.split('\t')[4]),
    ['\\N', '\\N', '\\N'],
  );
});

test('there is a value for each column', (t) => {
  t.is(linesOf(oneAirport(2013, 1))[0].split('\t').length, copyColumns.length);
});

test('numbers are the same when they are read', (t) => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const [line] = linesOf(
        oneAirport(2013, 1, { meanDepartureDelay: Float64Array.of(value), zScore: Float64Array.of(-value) }),
      );
      const [, , , , , mean, z] = line.split('\t').map(Number);
      t.true(mean === value && z === -value);
    }),
  );
});

test('a year of many rows comes in chunks of whole lines, and completely', (t) => {
  for (const rows of [1, 4095, 4096, 4097, 8192, 10_000]) {
    const days = oneAirport(2013, rows, {
      dayOfYear: new Uint16Array(rows),
      flights: Uint32Array.from({ length: rows }, (_, row) => row),
    });
    const chunks = [...copyRows(days)];
    t.true(chunks.every((chunk) => chunk === '' || chunk.endsWith('\n')));
    t.true(chunks.length > rows / 5000);
    const lines = chunks.join('').split('\n').slice(0, -1);
    t.is(lines.length, rows);
    t.true(lines.every((line, row) => line.split('\t')[2] === String(row)));
  }
});
