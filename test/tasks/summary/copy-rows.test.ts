import test from 'ava';
import fc from 'fast-check';
import type { AirportDays } from '../../../tasks/summary/airport-days.ts';
import { columnName, columns } from '../../../tasks/summary/columns.ts';
import { copyColumns, copyRows } from '../../../tasks/summary/copy-rows.ts';
import { airportDaysOf } from '../../support/airport-days.ts';

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

const types = { integer: 4, number: 8, flag: 1 };
const valueIn = (field: Buffer | null, type: keyof typeof types | 'text') => {
  if (field === null) return null;
  if (type === 'text') return field.toString();
  if (field.length !== types[type]) throw new Error(`${field.length} bytes for ${type}`);
  return { integer: () => field.readInt32BE(), number: () => field.readDoubleBE(), flag: () => field.readInt8() }[
    type
  ]();
};
const date = (field: Buffer) => new Date(Date.UTC(2000, 0, 1 + field.readInt32BE())).toISOString().slice(0, 10);

/** Each row as an object, by the columns' names in the table. */
function named(days: AirportDays): Record<string, unknown>[] {
  return read(days).map(([airport, day, ...fields]) => ({
    airport: airport!.toString(),
    flight_date: date(day!),
    ...Object.fromEntries(columns.map((column, index) => [columnName(column), valueIn(fields[index], column.type)])),
  }));
}

test('a row has its values, and nothing for what is not known', (t) => {
  const days = airportDaysOf(
    [
      { airport: '10397', day: 59, flights: 7, departures: 7, cancelled: 0, meanDepartureDelay: -1.5 },
      {
        airport: 'JFK',
        day: 0,
        flights: 300,
        departures: 298,
        cancelled: 1,
        meanDepartureDelay: 0.1 + 0.2,
        zScore: 3.5,
        isOutlier: 1,
        anomalyScore: 12.25,
        expectedLow: -3.5,
        expectedHigh: 21.75,
        isAnomaly: 1,
        anomalyKind: 'both',
        lateBy: 60,
        lateShare: 0.99,
        usualLateShare: 0.07,
        lostMinutes: 4_000,
        excessMinutes: 1_234.5,
        carrierMinutes: 0,
        weatherMinutes: 4000,
        cancelledByWeather: 1,
        cancelledByCarrier: 0,
        whose: 'JetBlue and Delta',
        explanation: 'JFK, 1 Jan 2012: …; worse than every other day of the year’s',
        eventId: 3,
      },
      {
        airport: 'JFK',
        day: 365,
        flights: 2,
        departures: 0,
        cancelled: NaN,
        meanDepartureDelay: NaN,
        zScore: NaN,
        anomalyScore: NaN,
        excessMinutes: NaN,
      },
    ],
    2012,
  );
  const unknown = Object.fromEntries(columns.map((column) => [columnName(column), null]));
  const ordinary = { ...unknown, z_score: 0, is_outlier: 0, anomaly_score: 0, is_anomaly: 0, excess_minutes: 0 };
  t.deepEqual(named(days), [
    {
      ...ordinary,
      airport: '10397',
      flight_date: '2012-02-29',
      flights: 7,
      numbered_flights: 7,
      departures: 7,
      cancelled: 0,
      mean_departure_delay: -1.5,
    },
    {
      ...ordinary,
      airport: 'JFK',
      flight_date: '2012-01-01',
      flights: 300,
      numbered_flights: 300,
      departures: 298,
      cancelled: 1,
      mean_departure_delay: 0.1 + 0.2,
      z_score: 3.5,
      is_outlier: 1,
      anomaly_score: 12.25,
      expected_low: -3.5,
      expected_high: 21.75,
      is_anomaly: 1,
      anomaly_kind: 'both',
      late_by: 60,
      late_share: 0.99,
      usual_late_share: 0.07,
      lost_minutes: 4_000,
      excess_minutes: 1_234.5,
      carrier_minutes: 0,
      weather_minutes: 4000,
      cancelled_by_weather: 1,
      cancelled_by_carrier: 0,
      whose: 'JetBlue and Delta',
      explanation: 'JFK, 1 Jan 2012: …; worse than every other day of the year’s',
      event_id: 3,
    },
    {
      ...unknown,
      airport: 'JFK',
      flight_date: '2012-12-31',
      flights: 2,
      numbered_flights: 2,
      departures: 0,
      is_outlier: 0,
      is_anomaly: 0,
    },
  ]);
});

test('there is a value for each column', (t) => {
  t.is(read(airportDaysOf([{ day: 0 }]))[0].length, copyColumns.length);
  t.is(new Set(copyColumns).size, columns.length + 2);
});

test('numbers are the same when they are read', (t) => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), (value) => {
      const [row] = named(airportDaysOf([{ day: 0, meanDepartureDelay: value, zScore: -value }]));
      t.is(row.mean_departure_delay, value);
      t.is(row.z_score, -value);
    }),
  );
});

test('texts are the same when they are read, however long', (t) => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('', '’', '–', '\t"\\N\n', 'é'.repeat(300), '飛'.repeat(30_000), 'x'.repeat(200_000)),
  );
  const row = fc.record({ explanation: fc.option(text), whose: fc.option(text) });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), (rows) => {
      const read = named(airportDaysOf(rows.map((row, day) => ({ ...row, day }))));
      read.forEach(({ explanation, whose }, index) => {
        t.true(explanation === rows[index].explanation && whose === rows[index].whose);
      });
    }),
  );
});

test('many rows come in many chunks, each once and in order, and the progress is reported', (t) => {
  const explanation = `LGA, 1 Jan 2013: ${'mean delay 50 min instead of −1 to 20, '.repeat(5)}`;
  const days = airportDaysOf(
    Array.from({ length: 5_000 }, (_, row) => ({ day: row, flights: row, ...(row % 3 === 0 && { explanation }) })),
  );
  const told: number[] = [];
  const chunks = [...copyRows(days, (rows) => told.push(rows))];
  t.true(chunks.length > 5);
  t.deepEqual(
    read(days).map((fields) => fields[2]!.readInt32BE()),
    [...days.flights],
  );
  t.true(told.length > 5);
  t.deepEqual(
    told,
    told.toSorted((a, b) => a - b),
  );
  t.true(told.at(-1)! <= 5_000);
});
