import { Type, tableFromArrays, tableFromIPC, tableToIPC } from '@uwdata/flechette';
import test from 'ava';
import fc from 'fast-check';
import { InputError } from '../../../tasks/errors.ts';
import type { AirportDays } from '../../../tasks/flights/airport-days.ts';
import { dayOfYear } from '../../../tasks/flights/calendar.ts';
import { decodeSummary, encodeSummary, type Provenance, type Summary } from '../../../tasks/flights/summary-file.ts';

const orNaN = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: NaN, freq: 3 });
const count = fc.oneof(fc.nat(3), fc.nat(2 ** 31 - 1));
const airport = fc.stringMatching(/^[A-Z0-9]{2,5}$/);

const provenance: fc.Arbitrary<Provenance> = fc.record({
  startedAt: fc.constant('2014-01-03T06:00:00.000Z'),
  codeVersion: fc.string({ unit: 'binary' }),
  flightsRead: fc.nat(),
  rejectedRows: fc.nat(),
  files: fc.array(fc.string({ unit: 'grapheme' })),
});

const days: fc.Arbitrary<AirportDays> = fc
  .record({
    year: fc.integer({ min: 1987, max: 2050 }),
    airports: fc.uniqueArray(airport, { minLength: 1, maxLength: 12 }),
    saysCancelled: fc.boolean(),
  })
  .chain(({ year, airports, saysCancelled }) => {
    const day = fc.record({
      dayOfYear: fc.oneof(fc.constantFrom(0, dayOfYear(year, 12, 31)), fc.nat(dayOfYear(year, 12, 31))),
      flights: count,
      departures: count,
      cancelled: count,
      meanDepartureDelay: orNaN,
      zScore: orNaN,
      isOutlier: fc.nat(1),
    });
    const airportYear = fc.uniqueArray(day, {
      selector: ({ dayOfYear }) => dayOfYear,
      minLength: 1,
      maxLength: 20,
    });
    return fc.tuple(...airports.map(() => airportYear)).map((years) => {
      const rows = years.flatMap((rows) => rows.toSorted((a, b) => a.dayOfYear - b.dayOfYear));
      const firstRow = new Uint32Array(airports.length + 1);
      years.forEach(({ length }, index) => {
        firstRow[index + 1] = firstRow[index] + length;
      });
      return {
        year,
        airports: airports.toSorted(),
        firstRow,
        dayOfYear: Uint16Array.from(rows, (row) => row.dayOfYear),
        flights: Uint32Array.from(rows, (row) => row.flights),
        departures: Uint32Array.from(rows, (row) => row.departures),
        cancelled: saysCancelled ? Uint32Array.from(rows, (row) => row.cancelled) : null,
        meanDepartureDelay: Float64Array.from(rows, (row) => row.meanDepartureDelay),
        zScore: Float64Array.from(rows, (row) => row.zScore),
        isOutlier: Uint8Array.from(rows, (row) => row.isOutlier),
      };
    });
  });

const ofJfk: Summary = {
  days: {
    year: 2012,
    airports: ['JFK', 'LGA'],
    firstRow: Uint32Array.of(0, 2, 3),
    dayOfYear: Uint16Array.of(0, 365, 59),
    flights: Uint32Array.of(300, 2, 100),
    departures: Uint32Array.of(298, 0, 90),
    cancelled: Uint32Array.of(1, 2, 0),
    meanDepartureDelay: Float64Array.of(4.25, NaN, -1),
    zScore: Float64Array.of(3.5, NaN, 0),
    isOutlier: Uint8Array.of(1, 0, 0),
  },
  provenance: {
    startedAt: '2013-01-03T06:00:00.000Z',
    codeVersion: '1.2.3',
    flightsRead: 402,
    rejectedRows: 0,
    files: ['s3://flights/2012.csv'],
  },
};

test('a summary is read as it was written', (t) => {
  fc.assert(
    fc.property(fc.record({ days, provenance }), (summary) => {
      t.deepEqual(decodeSummary(encodeSummary(summary), 'f'), summary);
    }),
    { numRuns: 150 },
  );
});

test('the file can be opened by others: it has the columns of table airport_days', (t) => {
  const table = tableFromIPC(encodeSummary(ofJfk), { useDate: true });
  const rows = table.toArray().map((row) => ({ ...row }));
  t.deepEqual(rows, [
    {
      airport: 'JFK',
      flight_date: new Date('2012-01-01'),
      flights: 300,
      departures: 298,
      cancelled: 1,
      mean_departure_delay: 4.25,
      z_score: 3.5,
      is_outlier: true,
    },
    {
      airport: 'JFK',
      flight_date: new Date('2012-12-31'),
      flights: 2,
      departures: 0,
      cancelled: 2,
      mean_departure_delay: null,
      z_score: null,
      is_outlier: false,
    },
    {
      airport: 'LGA',
      flight_date: new Date('2012-02-29'),
      flights: 100,
      departures: 90,
      cancelled: 0,
      mean_departure_delay: -1,
      z_score: 0,
      is_outlier: false,
    },
  ]);
  const types = table.schema.fields.map(({ name, type }) => [
    name,
    type.typeId === Type.Dictionary ? type.dictionary.typeId : type.typeId,
  ]);
  t.deepEqual(types, [
    ['airport', Type.Utf8],
    ['flight_date', Type.Date],
    ['flights', Type.Int],
    ['departures', Type.Int],
    ['cancelled', Type.Int],
    ['mean_departure_delay', Type.Float],
    ['z_score', Type.Float],
    ['is_outlier', Type.Bool],
  ]);
});

test('cancelled is null in the file where the input does not say', (t) => {
  const summary = { ...ofJfk, days: { ...ofJfk.days, cancelled: null } };
  const column = tableFromIPC(encodeSummary(summary)).getChild('cancelled');
  t.is(column.type.typeId, Type.Int);
  t.deepEqual([...column], [null, null, null]);
  t.is(decodeSummary(encodeSummary(summary), 'f').days.cancelled, null);
});

test('what is no summary is an error that says what to do', (t) => {
  const whole = encodeSummary(ofJfk);
  const others: [string, Uint8Array][] = [
    ['nothing', new Uint8Array()],
    ['text', Buffer.from('FL_DATE,ORIGIN\n2013-01-01,JFK\n'.repeat(50))],
    ['zeros', new Uint8Array(1000)],
    ['an Arrow file of something else', tableToIPC(tableFromArrays({ airport: ['JFK'] }), { format: 'file' })!],
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

test('random bytes are no summary', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      t.throws(() => decodeSummary(bytes, 'f'), { instanceOf: InputError });
    }),
  );
});
