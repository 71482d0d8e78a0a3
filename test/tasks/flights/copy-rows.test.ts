import test from 'ava';
import fc from 'fast-check';
import type { AirportDays } from '../../../tasks/flights/airport-days.ts';
import { copyColumns, copyRows } from '../../../tasks/flights/copy-rows.ts';

function oneAirport(year: number, rows: number, values: Partial<AirportDays> = {}): AirportDays {
  return {
    year,
    airports: ['JFK'],
    firstRow: Uint32Array.of(0, rows),
    dayOfYear: Uint16Array.from({ length: rows }, (_, row) => row % 366),
    flights: new Uint32Array(rows).fill(300),
    departures: new Uint32Array(rows).fill(290),
    cancelled: new Uint32Array(rows).fill(10),
    meanDepartureDelay: new Float64Array(rows).fill(12.5),
    zScore: new Float64Array(rows).fill(-0.25),
    isOutlier: new Uint8Array(rows),
    ...values,
  };
}

/** Reads the binary format back, field by field, by its description in Postgres' manual. */
function read(days: AirportDays): (Buffer | null)[][] {
  // A chunk's memory must not be used again before the server has it.
  const bytes = Buffer.concat([...copyRows(days)]);
  let at = 0;
  const take = (length: number) => bytes.subarray(at, (at += length));
  const signature = take(11).toString('latin1');
  if (signature !== 'PGCOPY\n\xff\r\n\0') throw new Error(`signature ${JSON.stringify(signature)}`);
  const flags = take(4).readInt32BE();
  const extension = take(4).readInt32BE();
  if (flags !== 0 || extension !== 0) throw new Error('flags or an extension');
  const rows: (Buffer | null)[][] = [];
  for (;;) {
    const fields = take(2).readInt16BE();
    if (fields === -1) break;
    rows.push(
      Array.from({ length: fields }, () => {
        const length = take(4).readInt32BE();
        return length === -1 ? null : take(length);
      }),
    );
  }
  if (at !== bytes.length) throw new Error('bytes behind the end');
  return rows;
}

const date = (field: Buffer) => new Date(Date.UTC(2000, 0, 1 + field.readInt32BE())).toISOString().slice(0, 10);

test('a row has its values, and nothing for what is not known', (t) => {
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
  const values = read(days).map(([airport, day, flights, departures, cancelled, mean, z, flag]) => [
    airport!.toString(),
    date(day!),
    flights!.readInt32BE(),
    departures!.readInt32BE(),
    cancelled!.readInt32BE(),
    mean?.readDoubleBE() ?? null,
    z?.readDoubleBE() ?? null,
    flag!.readInt8(),
  ]);
  t.deepEqual(values, [
    ['10397', '2012-02-29', 7, 7, 0, -1.5, 0, 0],
    ['JFK', '2012-01-01', 300, 298, 1, 0.1 + 0.2, 3.5, 1],
    ['JFK', '2012-12-31', 2, 0, 2, null, null, 0],
  ]);
  t.deepEqual(
    read({ ...days, cancelled: null }).map((fields) => fields[4]),
    [null, null, null],
  );
});

test('there is a value for each column', (t) => {
  t.is(read(oneAirport(2013, 1))[0].length, copyColumns.length);
});

test('numbers are the same when they are read', (t) => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), (value) => {
      const [row] = read(
        oneAirport(2013, 1, { meanDepartureDelay: Float64Array.of(value), zScore: Float64Array.of(-value) }),
      );
      t.is(row[5]!.readDoubleBE(), value);
      t.is(row[6]!.readDoubleBE(), -value);
    }),
  );
});

test('many rows come in many chunks, each once and in order', (t) => {
  const flights = Uint32Array.from({ length: 20_000 }, (_, row) => row);
  const rows = read(oneAirport(2013, flights.length, { flights }));
  t.deepEqual(
    Uint32Array.from(rows, (fields) => fields[2]!.readInt32BE()),
    flights,
  );
  t.true([...copyRows(oneAirport(2013, flights.length))].length > 5);
});
