import { Type, tableFromArrays, tableFromIPC, tableToIPC } from '@uwdata/flechette';
import test from 'ava';
import fc from 'fast-check';
import { InputError } from '../../../tasks/errors.ts';
import type { AirportDays } from '../../../tasks/summary/airport-days.ts';
import { dayOfYear } from '../../../tasks/summary/calendar.ts';
import { columnName, columns } from '../../../tasks/summary/columns.ts';
import type { Contributor } from '../../../tasks/summary/contributors.ts';
import { dimensions } from '../../../tasks/summary/counted-year.ts';
import type { SegmentAnomaly } from '../../../tasks/summary/segment-anomalies.ts';
import {
  carriedHash,
  decodeSummary,
  encodeSummary,
  headBytes,
  type Provenance,
  type Summary,
} from '../../../tasks/summary/summary-file.ts';
import { notGiven, type TypicalDays, typicalDayOf } from '../../../tasks/summary/typical-days.ts';
import { airportDaysOf, type Row } from '../../support/airport-days.ts';

const values = {
  integer: fc.option(fc.oneof(fc.nat(3), fc.nat(2 ** 31 - 1)), { nil: NaN, freq: 4 }),
  number: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: NaN, freq: 3 }),
  flag: fc.nat(1),
  text: fc.option(fc.oneof(fc.constantFrom('', 'delays', 'the year’s'), fc.string({ unit: 'grapheme' })), { freq: 2 }),
};

const provenance: fc.Arbitrary<Provenance> = fc.record({
  codeVersion: fc.string({ unit: 'binary' }),
  flightsRead: fc.nat(),
  rejectedRows: fc.nat(),
  blanks: fc.dictionary(fc.constantFrom('carrier', 'flight number'), fc.constantFrom(0, 0.25, 1 / 3, 1), {
    noNullPrototype: true,
  }),
  months: fc.integer({ min: 1, max: 12 }),
  missing: fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 2 }),
  threshold: fc.double({ min: 0.1, max: 99, noNaN: true }),
  dimensions: fc.subarray([...dimensions]),
  files: fc.array(fc.record({ name: fc.string({ unit: 'grapheme' }), size: fc.nat() })),
});

const days: fc.Arbitrary<AirportDays> = fc
  .record({
    year: fc.integer({ min: 1987, max: 2050 }),
    airports: fc.uniqueArray(fc.stringMatching(/^[A-Z0-9]{2,5}$/), { minLength: 1, maxLength: 6 }),
    /** Columns that are null throughout. */
    absent: fc.subarray(columns.filter(({ type }) => type !== 'flag').map(({ property }) => property)),
  })
  .chain(({ year, airports, absent }) => {
    const row = fc.record({
      airport: fc.constantFrom(...airports),
      day: fc.oneof(fc.constantFrom(0, dayOfYear(year, 12, 31)), fc.nat(dayOfYear(year, 12, 31))),
      ...Object.fromEntries(
        columns.map(({ property, type }) => [
          property,
          absent.includes(property) ? fc.constant(type === 'text' ? null : NaN) : values[type],
        ]),
      ),
    });
    return fc
      .uniqueArray(row, { selector: ({ airport, day }) => `${airport} ${day}`, minLength: 1, maxLength: 25 })
      .map((rows) => airportDaysOf(rows as Row[], year));
  });

const count = fc.nat(1_000);
const share = fc.double({ min: 0, max: 1, noNaN: true });
const orNothing = (values: fc.Arbitrary<number>) => fc.oneof(values, fc.constant(NaN));
const contributors: fc.Arbitrary<Contributor[]> = fc.array(
  fc.record({
    row: count,
    dimension: fc.constantFrom(...dimensions),
    value: fc.string({ unit: 'grapheme' }),
    flights: count,
    cancelled: count,
    lostMinutes: count,
    excessMinutes: share,
    share,
    standsOut: fc.boolean(),
  }),
  { maxLength: 5 },
);
const segmentAnomalies: fc.Arbitrary<SegmentAnomaly[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('carrier', 'destination'),
    airport: fc.string(),
    carrier: fc.option(fc.string()),
    dayOfYear: count,
    flights: count,
    cancelled: count,
    meanDepartureDelay: orNothing(share),
    anomalyScore: share,
    lateBy: orNothing(count),
    lateShare: share,
    usualLateShare: share,
    eventId: orNothing(count),
  }),
  { maxLength: 5 },
);

const typicalDays: fc.Arbitrary<TypicalDays> = fc
  .record({
    airports: fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 4 }),
    carriers: fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 4 }),
    cells: fc.array(fc.record({ hour: fc.nat(23), carrier: fc.nat(3), counts: fc.array(fc.nat(), { minLength: 4 }) })),
  })
  .map(({ airports, carriers, cells }) => {
    const column = (index: number) => Uint32Array.from(cells, ({ counts }) => counts[index]);
    return {
      airports,
      firstCell: Uint32Array.from({ length: airports.length + 1 }, (_, index) =>
        index === airports.length ? cells.length : Math.min(index, cells.length),
      ),
      carriers,
      hour: Uint8Array.from(cells, ({ hour }) => hour || notGiven),
      carrier: Uint8Array.from(cells, ({ carrier }) => (carrier < carriers.length ? carrier : notGiven)),
      ...{ flights: column(0), late15: column(1), late60: column(2), late180: column(3) },
    };
  });

const ofJfk: Summary = {
  days: airportDaysOf(
    [
      {
        airport: 'JFK',
        day: 0,
        flights: 300,
        departures: 298,
        cancelled: 1,
        meanDepartureDelay: 4.25,
        zScore: 3.5,
        isOutlier: 1,
        anomalyScore: 7.5,
        expectedLow: -2,
        expectedHigh: 3.25,
        isAnomaly: 1,
        anomalyKind: 'cancellations',
        lateBy: NaN,
        lateShare: 0.875,
        usualLateShare: 0.01,
        lostMinutes: 1_566,
        excessMinutes: 300.5,
        carrierMinutes: 120,
        weatherMinutes: 0,
        airSystemMinutes: 30,
        securityMinutes: 0,
        lateAircraftMinutes: 45,
        cancelledByCarrier: 0,
        cancelledByWeather: 1,
        cancelledByAirSystem: 0,
        cancelledBySecurity: 0,
        whose: 'JetBlue',
        explanation: 'JFK, 1 Jan 2012: 1 of 300 flights cancelled; worse than every other day of the year',
        eventId: 1,
      },
      {
        airport: 'JFK',
        day: 365,
        flights: 2,
        departures: 0,
        cancelled: 2,
        meanDepartureDelay: NaN,
        zScore: NaN,
        anomalyScore: NaN,
        excessMinutes: NaN,
      },
      { airport: 'LGA', day: 59, departures: 90, meanDepartureDelay: -1 },
    ],
    2012,
  ),
  contributors: [
    {
      row: 0,
      dimension: 'carrier',
      value: 'B6',
      flights: 90,
      cancelled: 1,
      lostMinutes: 1_200,
      excessMinutes: 900.25,
      share: 0.75,
      standsOut: true,
    },
  ],
  segmentAnomalies: [
    {
      kind: 'destination',
      airport: 'MIA',
      carrier: null,
      dayOfYear: 252,
      flights: 40,
      cancelled: 40,
      meanDepartureDelay: NaN,
      anomalyScore: 8.5,
      lateBy: NaN,
      lateShare: 1,
      usualLateShare: 0.01,
      eventId: NaN,
    },
  ],
  typicalDays: {
    airports: ['JFK', 'LGA'],
    firstCell: Uint32Array.of(0, 1, 3),
    carriers: ['B6', 'DL'],
    hour: Uint8Array.of(9, 9, notGiven),
    carrier: Uint8Array.of(0, 1, notGiven),
    flights: Uint32Array.of(300, 80, 20),
    late15: Uint32Array.of(60, 8, 2),
    late60: Uint32Array.of(20, 3, 1),
    late180: Uint32Array.of(4, 0, 1),
  },
  provenance: {
    codeVersion: '1.2.3',
    flightsRead: 402,
    rejectedRows: 0,
    blanks: { carrier: 0.25 },
    months: 12,
    missing: ['no flights in May'],
    threshold: 3.1,
    dimensions: ['carrier'],
    files: [{ name: 's3://flights/2012.csv', size: 12 }],
  },
};

const encoded = (summary: Summary) => Buffer.concat(encodeSummary(summary));

test('a summary is read as it was written', (t) => {
  fc.assert(
    fc.property(fc.record({ days, provenance, contributors, segmentAnomalies, typicalDays }), (summary) => {
      const { sha256, ...read } = decodeSummary(encoded(summary), 'f');
      t.deepEqual(read, summary);
      t.regex(sha256, /^[0-9a-f]{64}$/);
    }),
    { numRuns: 80 },
  );
});

test('the file can be opened by others: it has the columns of table airport_days', (t) => {
  const table = tableFromIPC(encoded(ofJfk), { useDate: true });
  const rows = table.toArray().map((row) => ({ ...row }));
  const unknown = Object.fromEntries(columns.map((column) => [columnName(column), null]));
  t.deepEqual(rows, [
    {
      airport: 'JFK',
      flight_date: new Date('2012-01-01'),
      flights: 300,
      numbered_flights: 300,
      departures: 298,
      cancelled: 1,
      mean_departure_delay: 4.25,
      z_score: 3.5,
      is_outlier: true,
      anomaly_score: 7.5,
      expected_low: -2,
      expected_high: 3.25,
      is_anomaly: true,
      anomaly_kind: 'cancellations',
      late_share: 0.875,
      usual_late_share: 0.01,
      late_by: null,
      lost_minutes: 1_566,
      excess_minutes: 300.5,
      carrier_minutes: 120,
      weather_minutes: 0,
      air_system_minutes: 30,
      security_minutes: 0,
      late_aircraft_minutes: 45,
      cancelled_by_carrier: 0,
      cancelled_by_weather: 1,
      cancelled_by_air_system: 0,
      cancelled_by_security: 0,
      whose: 'JetBlue',
      explanation: 'JFK, 1 Jan 2012: 1 of 300 flights cancelled; worse than every other day of the year',
      event_id: 1,
    },
    {
      ...unknown,
      airport: 'JFK',
      flight_date: new Date('2012-12-31'),
      flights: 2,
      numbered_flights: 2,
      departures: 0,
      cancelled: 2,
      is_outlier: false,
      is_anomaly: false,
    },
    {
      ...unknown,
      airport: 'LGA',
      flight_date: new Date('2012-02-29'),
      flights: 100,
      numbered_flights: 100,
      departures: 90,
      cancelled: 0,
      mean_departure_delay: -1,
      z_score: 0,
      is_outlier: false,
      anomaly_score: 0,
      is_anomaly: false,
      excess_minutes: 0,
    },
  ]);
  const types = table.schema.fields.map(({ name, type }) => [
    name,
    type.typeId === Type.Dictionary ? type.dictionary.typeId : type.typeId,
  ]);
  t.deepEqual(types, [
    ['airport', Type.Utf8],
    ['flight_date', Type.Date],
    ...columns.map((column) => [
      columnName(column),
      { integer: Type.Int, number: Type.Float, flag: Type.Bool, text: Type.Utf8 }[column.type],
    ]),
  ]);
});

test('values that the input does not have are null in the file', (t) => {
  const summary = {
    ...ofJfk,
    days: airportDaysOf([
      { day: 0, cancelled: NaN },
      { day: 1, cancelled: NaN },
    ]),
  };
  const table = tableFromIPC(encoded(summary));
  for (const [name, type] of [
    ['cancelled', Type.Int],
    ['carrier_minutes', Type.Float],
  ] as const) {
    t.is(table.getChild(name).type.typeId, type);
    t.deepEqual([...table.getChild(name)], [null, null], name);
  }
  t.deepEqual([...table.getChild('explanation')], [null, null]);
  t.deepEqual(decodeSummary(encoded(summary), 'f').days, summary.days);
});

test('texts are read as they were written, however long', (t) => {
  const texts = ['', 'the year’s', '飛'.repeat(40_000), null, 'x'.repeat(200_000), '', null];
  const days = airportDaysOf(texts.map((explanation, day) => ({ day, explanation })));
  t.deepEqual(decodeSummary(encoded({ ...ofJfk, days }), 'f').days.explanation, texts);
});

/** The summary as an earlier version wrote it. */
function withoutColumn(name: string): Uint8Array {
  const table = tableFromIPC(encoded(ofJfk));
  const others = table.schema.fields.map((field) => field.name).filter((other) => other !== name);
  const { metadata } = table.schema;
  const smaller = table.select(others);
  smaller.schema.metadata = metadata!;
  return tableToIPC(smaller, { format: 'file' })!;
}

test('the cells of an airport’s typical day have an hour and a carrier', (t) => {
  const { typicalDays } = decodeSummary(encoded(ofJfk), 'f');
  t.deepEqual(
    [...typicalDayOf(typicalDays, 'LGA')],
    [
      { hour: 9, carrier: 'DL', flights: 80, late15: 8, late60: 3, late180: 0 },
      { hour: null, carrier: null, flights: 20, late15: 2, late60: 1, late180: 1 },
    ],
  );
  t.deepEqual([...typicalDayOf(typicalDays, 'BOS')], []);
});

test('a file that is not a summary is an error that says what to do', (t) => {
  const { months: _, ...provenance } = ofJfk.provenance;
  const withoutMonths = { ...ofJfk, provenance: provenance as Provenance };
  const whole = encoded(ofJfk);
  const others: [string, Uint8Array][] = [
    ['nothing', new Uint8Array()],
    ['text', Buffer.from('FL_DATE,ORIGIN\n2013-01-01,JFK\n'.repeat(50))],
    ['zeros', new Uint8Array(1000)],
    ['an Arrow file of something else', tableToIPC(tableFromArrays({ airport: ['JFK'] }), { format: 'file' })!],
    ['a summary that does not tell its months', encoded(withoutMonths)],
  ];
  for (const [what, bytes] of others) {
    t.throws(
      () => decodeSummary(bytes, 's3://out/summaries/2013.arrow'),
      {
        instanceOf: InputError,
        message: /^s3:\/\/out\/summaries\/2013\.arrow is not a summary of this version .*; run `detect` for the year/,
      },
      what,
    );
  }
  for (let length = 0; length < whole.length; length++) {
    t.throws(() => decodeSummary(whole.subarray(0, length), 'f'), { instanceOf: InputError }, `cut at ${length}`);
  }
});

test('random bytes are not a summary', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      t.throws(() => decodeSummary(bytes, 'f'), { instanceOf: InputError });
    }),
  );
});

test('the same summary gives the same bytes, another one another hash', (t) => {
  const [one, again] = [encoded(ofJfk), encoded(structuredClone(ofJfk))];
  t.deepEqual(one, again);
  const other = encoded({ ...ofJfk, provenance: { ...ofJfk.provenance, threshold: 4 } });
  t.not(decodeSummary(other, 'f').sha256, decodeSummary(one, 'f').sha256);
});

test('a summary that was changed by others is found', (t) => {
  t.throws(() => decodeSummary(withoutColumn('is_anomaly'), 'f'), { instanceOf: InputError, message: /^f is damaged/ });
});

test('a single bit that has flipped anywhere is found', (t) => {
  const whole = encoded(ofJfk);
  for (let at = 0; at < whole.length; at += 101) {
    const bytes = Buffer.from(whole);
    bytes[at] ^= 1 << (at % 8);
    t.throws(() => decodeSummary(bytes, 'f'), { instanceOf: InputError }, `byte ${at}`);
  }
});

test('the hash stands in the head of the file, however much stands behind it', (t) => {
  const [file] = ofJfk.provenance.files;
  const bytes = encoded({
    ...ofJfk,
    contributors: Array(20_000).fill(ofJfk.contributors[0]),
    provenance: { ...ofJfk.provenance, files: Array(2_000).fill(file) },
  });
  t.true(bytes.length > 10 * headBytes);
  t.is(carriedHash(bytes.subarray(0, headBytes)), decodeSummary(bytes, 'f').sha256);
});
