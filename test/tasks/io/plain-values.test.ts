import test from 'ava';
import fc from 'fast-check';
import type { SchemaElement } from 'hyparquet';
import { PlainValues, plainBytesOf } from '../../../tasks/io/plain-values.ts';

type ParquetType = NonNullable<SchemaElement['type']>;
const element = (type: ParquetType): SchemaElement => ({ name: 'c', type });

function decoded(bytes: Uint8Array, of: SchemaElement, count: number): unknown[] {
  const values = new PlainValues(bytes, of);
  return Array.from({ length: count }, () => {
    values.next();
    return values.decode();
  });
}

test('values of another encoding are found again, whatever their type', (t) => {
  const numbers = [
    [element('INT32'), Int32Array],
    [element('FLOAT'), Float32Array],
    [element('DOUBLE'), Float64Array],
  ] as const;
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -99_999, max: 99_999 })), (values) => {
      for (const [of, type] of numbers) {
        t.deepEqual(decoded(plainBytesOf(type.from(values), of), of, values.length), values);
      }
      const large = values.map((value) => BigInt(value) << 20n);
      t.deepEqual(
        decoded(plainBytesOf(BigInt64Array.from(large), element('INT64')), element('INT64'), large.length),
        large,
      );
    }),
    { numRuns: 50, seed: 2018 },
  );
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), (texts) => {
      t.deepEqual(decoded(plainBytesOf(texts, element('BYTE_ARRAY')), element('BYTE_ARRAY'), texts.length), texts);
    }),
    { numRuns: 50, seed: 2018 },
  );
  const fixed = { ...element('FIXED_LEN_BYTE_ARRAY'), type_length: 2 };
  const pairs = [Uint8Array.of(1, 2), Uint8Array.of(3, 4)];
  t.deepEqual(decoded(plainBytesOf(pairs, fixed), fixed, 2), pairs);
  t.deepEqual(decoded(Uint8Array.of(0, 1), element('BOOLEAN'), 2), [false, true]);
});

test('a value that goes on behind the page is refused', (t) => {
  const message = 'a page holds fewer values than it says';
  t.throws(() => decoded(new Uint8Array(12), element('DOUBLE'), 2), { message });
  t.throws(() => decoded(Uint8Array.of(4, 0, 0, 0, 65), element('BYTE_ARRAY'), 1), { message });
  t.throws(() => decoded(Uint8Array.of(4, 0), element('BYTE_ARRAY'), 1), { message });
  t.throws(() => new PlainValues(new Uint8Array(4), element('FIXED_LEN_BYTE_ARRAY')));
});
