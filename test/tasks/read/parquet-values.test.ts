import test from 'ava';
import type { SchemaElement } from 'hyparquet';
import { type Format, formatOf, type Role } from '../../../tasks/read/parquet-values.ts';

const written = (value: unknown, role: Role, type: Omit<SchemaElement, 'name'>) => {
  const format = formatOf({ element: { name: 'x', ...type } }, role);
  if (typeof format === 'string') throw new Error(format);
  return (format as Format)(value);
};
const timestamp = (unit: 'MILLIS' | 'MICROS' | 'NANOS', isAdjustedToUTC: boolean): Omit<SchemaElement, 'name'> => ({
  type: 'INT64',
  logical_type: { type: 'TIMESTAMP', unit, isAdjustedToUTC },
});
const seconds = Date.UTC(2018, 0, 31, 5, 15) / 1_000;
const midnight = Date.UTC(2018, 0, 31) / 1_000;

test('local timestamps are dates, or times, in whatever unit', (t) => {
  for (const [unit, factor] of [
    ['MILLIS', 1e3],
    ['MICROS', 1e6],
    ['NANOS', 1e9],
  ] as const) {
    const value = BigInt(seconds) * BigInt(factor);
    t.is(written(value, 'date', timestamp(unit, false)), '2018-01-31');
    t.is(written(value, 'time', timestamp(unit, false)), '05:15');
  }
});

test('a moment is a date only at midnight in UTC, and never a local time', (t) => {
  const type = timestamp('MICROS', true);
  t.is(written(BigInt(midnight) * 1_000_000n, 'date', type), '2018-01-31');
  t.is(written(BigInt(seconds) * 1_000_000n, 'date', type), '2018-01-31T05:15Z');
  t.throws(() => written(0n, 'time', type), { message: /^holds times in UTC; expected the local time/ });
  t.is(written(midnight * 1e3, 'date', { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' }), '2018-01-31');
});

test('the moments of Spark and Impala are read', (t) => {
  const int96 = (days: number, nanoseconds: bigint) => (BigInt(days + 2_440_588) << 64n) | nanoseconds;
  t.is(written(int96(17_562, 0n), 'date', { type: 'INT96' }), '2018-01-31');
  t.is(written(int96(17_562, 3_600_000_000_000n), 'date', { type: 'INT96' }), '2018-01-31T01:00Z');
});

test('days, digits and texts are dates', (t) => {
  t.is(written(17_562, 'date', { type: 'INT32', converted_type: 'DATE' }), '2018-01-31');
  t.is(written(-1, 'date', { type: 'INT32', converted_type: 'DATE' }), '1969-12-31');
  t.is(written(20_180_131n, 'date', { type: 'INT64' }), '2018-01-31');
  t.is(written(2_018, 'date', { type: 'INT64' }), '2018');
  t.is(written(Buffer.from('1/31/2018'), 'date', { type: 'BYTE_ARRAY', converted_type: 'UTF8' }), '1/31/2018');
});

test('numbers are written as short as possible, and missing ones as nothing', (t) => {
  t.is(written(12, 'number', { type: 'DOUBLE' }), '12');
  t.is(written(-0, 'number', { type: 'DOUBLE' }), '0');
  t.is(written(NaN, 'number', { type: 'FLOAT' }), '');
  t.is(written(12.5, 'number', { type: 'FLOAT' }), '12.5');
  t.is(written(-1, 'number', { type: 'INT32', converted_type: 'UINT_32' }), '4294967295');
  t.is(written(1_500, 'number', { type: 'INT32', converted_type: 'DECIMAL', scale: 2, precision: 9 }), '15');
  t.is(
    written(Uint8Array.of(0xff, 0x38), 'number', { type: 'BYTE_ARRAY', converted_type: 'DECIMAL', scale: 1 }),
    '-20',
  );
});

test('times are of the day', (t) => {
  const time = (unit: 'MILLIS' | 'MICROS'): Omit<SchemaElement, 'name'> => ({
    type: unit === 'MILLIS' ? 'INT32' : 'INT64',
    logical_type: { type: 'TIME', unit, isAdjustedToUTC: false },
  });
  t.is(written(18_900_000, 'time', time('MILLIS')), '05:15');
  t.is(written(86_340_000_000n, 'time', time('MICROS')), '23:59');
});

test('a text that would not be one field of one line is put in quotes', (t) => {
  const of = (text: string) => written(Buffer.from(text), 'code', { type: 'BYTE_ARRAY', converted_type: 'UTF8' });
  t.is(of('AA'), 'AA');
  t.is(of('Air, "Wisconsin"'), '"Air, ""Wisconsin"""');
  t.is(of('New\r\nYork'), '"New  York"');
  t.is(of('x'.repeat(900)).length, 500);
});

test('a column without values says nothing', (t) => {
  t.is(written(1, 'number', { type: 'INT32', logical_type: { type: 'NULL' } }), '');
});

test('wrong types are reported', (t) => {
  t.is(formatOf({ element: undefined }, 'number'), 'is a list, a map or a struct; expected numbers or text');
  t.is(
    formatOf({ element: { name: 'x', type: 'INT32', converted_type: 'DATE' } }, 'code'),
    'is of type DATE; expected text',
  );
  t.is(
    formatOf({ element: { name: 'x', type: 'FIXED_LEN_BYTE_ARRAY', logical_type: { type: 'UUID' } } }, 'code'),
    'is of type UUID; expected text',
  );
});
