import test from 'ava';
import fc from 'fast-check';
import { noDelay } from '../../../tasks/read/flight-batch.ts';
import { JoinedSegments } from '../../../tasks/read/joined-segments.ts';
import { ListMemory } from '../../../tasks/read/list-memory.ts';
import { noSegment, type SegmentList, SegmentTallies } from '../../../tasks/read/segment-tallies.ts';
import { emptyRecord, recordCounts, recordSums } from '../../../tasks/summary/day-records.ts';

const cancelled = 6;

interface Flight {
  day: number;
  segment: number;
  bucket: number;
  delay: number;
  lost: number;
}

function tallied(batches: Flight[][]): SegmentList[][] {
  const tallies = new SegmentTallies(new ListMemory());
  let known = 0;
  for (const flights of batches) {
    const segments = Uint16Array.from(flights, ({ segment }) => segment);
    for (const segment of segments) if (segment !== noSegment) known = Math.max(known, segment + 1);
    const batch = {
      rows: flights.length,
      day: Uint16Array.from(flights, ({ day }) => day),
      departureDelay: Int16Array.from(flights, ({ delay }) => delay),
    };
    const lateness = {
      bucket: Uint8Array.from(flights, ({ bucket }) => bucket),
      lost: Uint16Array.from(flights, ({ lost }) => lost),
    };
    tallies.add(batch, segments, known, lateness);
  }
  return tallies.lists();
}

/** The counts and sums of each segment and day that has flights. */
function read(threads: Flight[][][], segments: number[]): Record<string, number[]> {
  const joined = new JoinedSegments(
    threads.map((batches) => ({ lists: tallied(batches), numbers: Int32Array.from(segments) })),
  );
  const records = emptyRecord(366);
  const found: Record<string, number[]> = {};
  segments.forEach((segment, key) => {
    joined.readAll(key, records);
    for (let day = 0; day < 366; day++) {
      const counts = records.counts.subarray(day * recordCounts, day * recordCounts + 9);
      const sums = records.sums.subarray(day * recordSums + 6, (day + 1) * recordSums);
      if (counts.some((count) => count > 0)) found[`${segment} ${day}`] = [...counts, ...sums];
    }
  });
  return found;
}

function plainly(flights: Flight[]): Record<string, number[]> {
  const found: Record<string, number[]> = {};
  for (const { day, segment, bucket, delay, lost } of flights) {
    if (segment === noSegment) continue;
    const record = (found[`${segment} ${day}`] ??= Array(11).fill(0));
    record[bucket]++;
    record[9] += lost;
    if (delay === noDelay) continue;
    record[10] += delay;
    if (bucket === cancelled) record[8]++;
  }
  return found;
}

const segments = [0, 1, 7, 600, 5_000];
const flight: fc.Arbitrary<Flight> = fc.record({
  day: fc.constantFrom(0, 1, 2, 200, 365),
  segment: fc.constantFrom(...segments, noSegment),
  bucket: fc.nat(7),
  delay: fc.oneof(fc.constant(noDelay), fc.integer({ min: -10_080, max: 10_080 })),
  lost: fc.nat(10_080),
});

test('segments are counted as a plain map does, whichever thread and batch their days come in', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.array(flight, { maxLength: 5 }), { maxLength: 60 }), { maxLength: 3 }),
      (threads) => {
        t.deepEqual(read(threads, segments), plainly(threads.flat(2)));
      },
    ),
    { numRuns: 100 },
  );
});

test('a segment has room for any number of flights, minutes lost and minutes of delay', (t) => {
  const many = Array.from({ length: 1_000 }, () => ({ day: 9, segment: 3, bucket: 0, delay: -20, lost: 0 }));
  const late = Array.from({ length: 30 }, () => ({ day: 9, segment: 3, bucket: 5, delay: 10_080, lost: 10_080 }));
  const early = Array.from({ length: 30 }, () => ({ day: 10, segment: 4, bucket: 0, delay: -10_080, lost: 0 }));
  const all = [...many, ...late, ...early];
  t.deepEqual(read([[all]], [3, 4]), plainly(all));
});

test('a day that comes again after it was put away is counted on', (t) => {
  const of = (day: number) => [{ day, segment: 1, bucket: 2, delay: 20, lost: 20 }];
  const batches = [of(3), ...Array.from({ length: 60 }, () => of(4)), of(3)];
  t.is(tallied(batches)[3].length, 2);
  t.deepEqual(read([batches], [1]), plainly(batches.flat()));
});

test('the flights and the minutes of a year are those of its days', (t) => {
  const flights = fc.sample(flight, { numRuns: 500, seed: 1 });
  const joined = new JoinedSegments([{ lists: tallied([flights]), numbers: Int32Array.from(segments) }]);
  const { flights: ofYear, lost } = joined.total(segments.length);
  segments.forEach((segment, key) => {
    const own = flights.filter((each) => each.segment === segment);
    t.is(ofYear[key], own.length);
    t.is(
      lost[key],
      own.reduce((sum, each) => sum + each.lost, 0),
    );
  });
});
