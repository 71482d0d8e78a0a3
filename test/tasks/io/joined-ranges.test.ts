import test from 'ava';
import fc from 'fast-check';
import { joinRanges } from '../../../tasks/io/joined-ranges.ts';
import { readBytes } from '../../../tasks/io/read-bytes.ts';
import type { ByteRange } from '../../../tasks/io/storage.ts';

const file = Buffer.from(Uint8Array.from({ length: 12 << 20 }, (_, at) => (at * 31) ^ (at >> 9)));

/** A reader of the file that keeps what it was asked for. */
function asked() {
  const ranges: ByteRange[] = [];
  const read = async function* ({ start, end }: ByteRange) {
    ranges.push({ start, end });
    yield file.subarray(start, end);
  };
  return { ranges, read };
}

test('neighbouring ranges are read at once, and distant ones alone', async (t) => {
  const { ranges, read } = asked();
  const wanted = [
    { start: 2_000_000, end: 2_000_100 },
    { start: 100, end: 200 },
    { start: 200, end: 300 },
    { start: 50_000, end: 60_000 },
  ];
  const { read: joined } = joinRanges(wanted, read);
  for (const range of wanted) t.deepEqual(await readBytes(joined, range), file.subarray(range.start, range.end));
  t.deepEqual(ranges, [
    { start: 2_000_000, end: 2_000_100 },
    { start: 100, end: 60_000 },
  ]);
});

test('more than is kept in memory is read in the portions that are asked for', async (t) => {
  const { ranges, read } = asked();
  const { read: joined } = joinRanges([{ start: 0, end: file.length }], read);
  await readBytes(joined, { start: 5, end: 10 });
  t.deepEqual(ranges, [{ start: 5, end: 10 }]);
});

test('any reads give the bytes of the file', async (t) => {
  const range = fc
    .tuple(fc.nat({ max: file.length - 200_000 }), fc.integer({ min: 1, max: 200_000 }))
    .map(([start, size]) => ({ start, end: start + size }));
  await fc.assert(
    fc.asyncProperty(fc.array(range, { minLength: 1, maxLength: 12 }), async (ranges) => {
      const { read: joined } = joinRanges(ranges, asked().read);
      const found = await Promise.all(ranges.map((each) => readBytes(joined, each)));
      t.true(found.every((bytes, at) => bytes.equals(file.subarray(ranges[at].start, ranges[at].end))));
    }),
    { numRuns: 50, seed: 2018 },
  );
});
