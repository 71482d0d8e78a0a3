import test from 'ava';
import fc from 'fast-check';
import { AirportCodes, CarrierCodes } from '../../../tasks/read/codes.ts';
import { recognizeDialect } from '../../../tasks/read/dialect.ts';
import type { FlightBatch } from '../../../tasks/read/flight-batch.ts';
import { FlightKeys } from '../../../tasks/read/flight-keys.ts';
import { FlightReader } from '../../../tasks/read/flight-reader.ts';
import { causes } from '../../../tasks/summary/causes.ts';

/** For each column, fields as most rows have them, and odd ones. */
const fields: Record<string, [string[], string[]]> = {
  FL_DATE: [
    ['2012-01-31', '2012-02-29', '2012-12-31', '"2012-03-01"', '1/31/2012 12:00:00 AM', '12/1/2012'],
    ['2012-02-30', '2013-01-01', '2012-1-5', '2012-00-10', '2012-13-01', '', '2012-01-0x', ' 2012-01-05', '0000-00-00'],
  ],
  ORIGIN: [
    ['JFK', 'LGA', '"EWR"', 'ZZZ', 'AAA'],
    ['jfk', '10397', 'JF', '', '"JFK', 'J,K', 'JF"', ' JFK', 'NA', '"J""K"', 'ÖJF'],
  ],
  DEP_DELAY: [
    ['-5.0', '0', '12', '', '180.00', '"7.0"', '-0.0', '10080', '-10080', '5.'],
    ['NA', '+3', '0000007', '10081', '-10081', '1e3', '5.5', '-', '.', '99999999999', '""', ' 5', '4294967296', '"'],
  ],
  CANCELLED: [
    ['0.00', '0', '"0"', '-0'],
    ['1.00', '', 'False', 'True', '2', '"1"', 'NA', '-1'],
  ],
  CANCELLATION_CODE: [[''], ['A', 'B', '"C"', 'x']],
  OP_CARRIER: [
    ['AA', '9E', '"B6"', 'WN'],
    ['NA', 'AAL', '', 'PA (1)', 'aa', '"A', ' A', 'Ä'],
  ],
  OP_CARRIER_FL_NUM: [
    ['1', '1234', '"77"', '5x'],
    ['', 'NA', 'x', '""', ' 1'],
  ],
  DEST: [
    ['LAX', 'BOS', '"SFO"'],
    ['', '12478', 'NA', 'lax', 'L'],
  ],
  CRS_DEP_TIME: [
    ['0515', '1200', '2359', '"0905"', '1871', '', '2400', '5', '-5', '815.0', '2401'],
    ['12:30', 'x', 'NA', '99999999', '05:15:00'],
  ],
  CARRIER_DELAY: [
    ['', '', '0.0', '12.0', '-3'],
    ['x', '10081', 'NA', '""'],
  ],
  WEATHER_DELAY: [
    ['', '', '0.0', '5'],
    ['5.5', '"5"', ' '],
  ],
  LATE_AIRCRAFT_DELAY: [['', '', '33.0', '""'], ['late']],
  CITY: [
    ['New York', '"New York, NY"', '', '5'],
    ['"open', 'a"b'],
  ],
};
const dated: typeof fields = {
  YEAR: [
    ['2012', '2012.0'],
    ['2013', '12', ''],
  ],
  MONTH: [
    ['1', '02', '12'],
    ['13', '0', ''],
  ],
  DAY_OF_MONTH: [
    ['1', '29', '31'],
    ['32', '0', 'x'],
  ],
};
const all = { ...fields, ...dated };

interface File {
  header: string;
  lines: string[];
  endsInComma: boolean;
}

const file: fc.Arbitrary<File> = fc
  .record({
    date: fc.constantFrom(['FL_DATE'], ['YEAR', 'MONTH', 'DAY_OF_MONTH']),
    others: fc.subarray(Object.keys(fields).filter((name) => !['FL_DATE', 'ORIGIN', 'DEP_DELAY'].includes(name))),
    oddness: fc.constantFrom(0, 1, 8),
    endsInComma: fc.boolean(),
  })
  .chain(({ date, others, oddness, endsInComma }) =>
    fc
      .shuffledSubarray([...date, ...others, 'ORIGIN', 'DEP_DELAY'], { minLength: date.length + others.length + 2 })
      .chain((names) => {
        const field = (name: string) => {
          const [ordinary, odd] = all[name];
          const choices = [{ weight: 100, arbitrary: fc.constantFrom(...ordinary) }];
          return fc.oneof(...choices, { weight: oddness, arbitrary: fc.constantFrom(...odd) });
        };
        const end = endsInComma
          ? fc.oneof({ weight: 50, arbitrary: fc.constant(',') }, fc.constantFrom('', ',x', ',,'))
          : fc.oneof({ weight: 50, arbitrary: fc.constant('') }, fc.constantFrom(',', '\0'));
        const line = fc.tuple(fc.tuple(...names.map(field)), end).map(([values, end]) => values.join(',') + end);
        return fc
          .array(fc.oneof({ weight: 50, arbitrary: line }, fc.constantFrom('', ' ', names.join(','))), {
            maxLength: 40,
          })
          .map((lines) => ({
            header: names.join(','),
            lines,
            endsInComma,
          }));
      }),
  );

/** All that a reader finds. With keys it reads each row in TypeScript. */
function read({ header, lines, endsInComma }: File, otherYears: 'reject' | 'skip', inTypeScript: boolean) {
  const airports = new AirportCodes();
  const carriers = new CarrierCodes();
  const rows: unknown[] = [];
  const onBatch = (batch: FlightBatch) => {
    for (let row = 0; row < batch.rows; row++) {
      rows.push({
        origin: airports.codes[batch.origin[row]],
        carrier: carriers.codes[batch.carrier[row]],
        destination: airports.codes[batch.destination[row]],
        ...{ day: batch.day[row], delay: batch.departureDelay[row], cancellation: batch.cancellation[row] },
        hour: batch.hour[row],
        isNumbered: !batch.unnumbered.subarray(0, batch.unnumberedRows).includes(row),
      });
    }
    for (let i = 0; i < batch.explainedRows; i++) {
      rows.push([batch.explained[i], ...batch.minutes.subarray(i * causes.length, (i + 1) * causes.length)]);
    }
  };
  const dialect = { ...recognizeDialect(header, 'f'), ...(endsInComma && { endsInComma }) };
  if (endsInComma) dialect.fieldCount++;
  const reader = new FlightReader({
    ...{ dialect, year: 2012, otherYears, maxBadRows: Infinity, airports, carriers, onBatch },
    ...(inTypeScript && { keys: new FlightKeys({ by: 'delay', every: 1 }) }),
  });
  reader.push(Buffer.from(lines.map((line) => `${line}\n`).join('')));
  reader.end();
  const { badRows, badRowCount, fault, lines: read, otherYearRows, days, months, causesOfMonth } = reader;
  const { unnumberedRows, hasOtherCarriers, saysCancelled, filledDelays, airportsSeen, carriersSeen, years } = reader;
  return {
    ...{ rows, badRows, badRowCount, fault, read, otherYearRows, days, months, causesOfMonth },
    ...{ unnumberedRows, hasOtherCarriers, saysCancelled, filledDelays, airportsSeen },
    carriersSeen: carriersSeen.toSorted(),
    years: [...years].sort(),
  };
}

test('the compiled reader of ordinary rows finds what the one in TypeScript finds, which it replaces', (t) => {
  let rows = 0;
  fc.assert(
    fc.property(file, fc.constantFrom('reject', 'skip'), (one, otherYears) => {
      const found = read(one, otherYears, false);
      t.deepEqual(found, read(one, otherYears, true));
      rows += found.rows.length;
    }),
    { numRuns: 600 },
  );
  t.log(`${rows} rows`);
  t.true(rows > 2_000);
});

test('an airport too many is found on its line among ordinary rows', (t) => {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const codes = letters.flatMap((a) => letters.flatMap((b) => letters.map((c) => a + b + c)));
  const lines = codes.slice(0, 6_010).map((code) => `2012-01-31,${code},5`);
  const one = { header: 'FL_DATE,ORIGIN,DEP_DELAY', lines, endsInComma: false };
  const found = read(one, 'reject', false);
  t.is(found.fault?.line, 6_001);
  t.deepEqual(found, read(one, 'reject', true));
});
