import test from 'ava';
import fc from 'fast-check';
import { ordinaryDays } from '../../../tasks/detect/ordinary-days.ts';

function middle(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.floor(sorted.length / 2)]) / 2;
}

/** Steps 4 and 5 of the design: what is not r. */
function plainly(values: number[], weekday: number[]): number[] {
  const m = middle(values);
  let r = values.map((value, i) => {
    const season = middle(values.slice(Math.max(0, i - 45), i + 46));
    return value - (m + 0.5 * (season - m));
  });
  r = r.map((each, i) => {
    const same = r.filter((_, j) => weekday[j] === weekday[i]);
    return each - (middle(same) * same.length) / (same.length + 30);
  });
  const rest = middle(r);
  return values.map((value, i) => value - (r[i] - rest));
}

const day = fc.tuple(fc.double({ min: -50, max: 500, noNaN: true }), fc.nat(6));

test('the ordinary delay is the year’s median plus half of the season’s and the weekday’s effect', (t) => {
  fc.assert(
    fc.property(fc.array(day, { maxLength: 200, size: 'max' }), (days) => {
      const [values, weekday] = [days.map(([value]) => value), days.map(([, weekday]) => weekday)];
      const ordinary = ordinaryDays(Float64Array.from(values), Uint8Array.from(weekday));
      plainly(values, weekday).forEach((expected, i) => {
        t.true(Math.abs(ordinary[i] - expected) < 1e-9, `day ${i} of ${days.length}`);
      });
    }),
    { numRuns: 60 },
  );
});

const year = Array.from({ length: 364 }, (_, i) => i);
const weekdays = Uint8Array.from(year, (i) => i % 7);

test('days that are all alike are all ordinary', (t) => {
  t.deepEqual(new Set(ordinaryDays(new Float64Array(364).fill(4), weekdays)), new Set([4]));
  t.deepEqual([...ordinaryDays(Float64Array.of(9), Uint8Array.of(3))], [9]);
  t.deepEqual([...ordinaryDays(new Float64Array(), new Uint8Array())], []);
});

test('some gigantic days do not move it', (t) => {
  const values = Float64Array.from(year, (i) => i % 5);
  const before = ordinaryDays(values, weekdays);
  for (const bad of [100, 101, 102, 200]) values[bad] = 10_000;
  const after = ordinaryDays(values, weekdays);
  t.true(after.every((each, i) => Math.abs(each - before[i]) < 1));
});

test('a season moves it half-way, a bad weekday by its shrunken effect', (t) => {
  const summer = ordinaryDays(
    Float64Array.from(year, (i) => (i >= 150 && i < 260 ? 10 : 0)),
    new Uint8Array(364),
  );
  t.is(summer[205] - summer[20], 5);
  const sundays = ordinaryDays(
    Float64Array.from(year, (i) => (i % 7 === 0 ? 8 : 0)),
    weekdays,
  );
  t.is(sundays[7] - sundays[8], (8 * 52) / (52 + 30));
});
