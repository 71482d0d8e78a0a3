import test from 'ava';
import fc from 'fast-check';
import { BitRuns } from '../../../tasks/io/bit-runs.ts';

const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]);

/** A run of one value, or of packed ones, which are written eight at a time. */
function bytesOf({ values, isPacked }: { values: number[]; isPacked: boolean }, width: number): number[] {
  if (!isPacked) {
    return [
      ...varint(values.length * 2),
      ...Array.from({ length: Math.ceil(width / 8) }, (_, at) => (values[0] >>> (8 * at)) & 255),
    ];
  }
  let bits = 0n;
  for (const [at, value] of values.entries()) bits |= BigInt(value) << BigInt(at * width);
  const bytes = Array.from({ length: (values.length * width) / 8 }, (_, at) => Number((bits >> BigInt(8 * at)) & 255n));
  return [...varint((values.length / 8) * 2 + 1), ...bytes];
}

test('numbers are what was written, however many are read at once', (t) => {
  const widthAndRuns = fc.integer({ min: 1, max: 25 }).chain((width) => {
    const value = fc.integer({ min: 0, max: 2 ** width - 1 });
    const packed = fc
      .integer({ min: 1, max: 4 })
      .chain((groups) => fc.array(value, { minLength: groups * 8, maxLength: groups * 8 }))
      .map((values) => ({ values, isPacked: true }));
    const repeated = fc
      .tuple(value, fc.integer({ min: 1, max: 300 }))
      .map(([value, count]) => ({ values: Array<number>(count).fill(value), isPacked: false }));
    return fc.tuple(fc.constant(width), fc.array(fc.oneof(packed, repeated), { minLength: 1, maxLength: 6 }));
  });
  fc.assert(
    fc.property(widthAndRuns, fc.integer({ min: 1, max: 50 }), ([width, runs], atOnce) => {
      const bytes = Uint8Array.from(runs.flatMap((run) => bytesOf(run, width)));
      const expected = runs.flatMap(({ values }) => values);
      const reader = new BitRuns(bytes, { start: 0, end: bytes.length, width });
      const found: number[] = [];
      const some = new Int32Array(atOnce);
      while (found.length < expected.length) {
        const count = Math.min(atOnce, expected.length - found.length);
        const same = reader.sameFor(count);
        reader.read(some, count);
        if (same >= 0) t.deepEqual([...some.subarray(0, count)], Array(count).fill(same));
        found.push(...some.subarray(0, count));
      }
      t.deepEqual(found, expected);
      t.throws(() => reader.read(some, 1), { message: 'a page holds fewer values than it says' });
    }),
    { seed: 2018 },
  );
});

test('numbers of no bits are 0', (t) => {
  const reader = new BitRuns(Uint8Array.of(), { start: 0, end: 0, width: 0 });
  const found = new Int32Array(3).fill(7);
  reader.read(found, 3);
  t.deepEqual([...found], [0, 0, 0]);
});

test('packed numbers without a header are read up to the end', (t) => {
  const runs = BitRuns.withoutHeader(Uint8Array.of(0xff, 0b0110_0101), { start: 1, end: 2, width: 1 });
  const found = new Uint8Array(8);
  runs.read(found, 8);
  t.deepEqual([...found], [1, 0, 1, 0, 0, 1, 1, 0]);
  t.throws(() => runs.read(found, 1));
});
