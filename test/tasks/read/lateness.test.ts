import test from 'ava';
import fc from 'fast-check';
import {
  cancelledLateness,
  earliestMinutes,
  latenessOf,
  latenessSlots,
  latestMinutes,
  unknownLateness,
} from '../../../tasks/read/lateness.ts';

test('a later flight has a greater lateness, within the limits', (t) => {
  t.deepEqual([earliestMinutes, latestMinutes], [-200, 3_999]);
  t.deepEqual(
    [-10_080, -201, -200, -199, 0, 1, 3_998, 3_999, 4_000, 10_080].map(latenessOf),
    [0, 0, 0, 1, 200, 201, 4_198, 4_199, 4_199, 4_199],
  );
  fc.assert(
    fc.property(fc.integer({ min: -10_080, max: 10_080 }), (minutes) => {
      t.is(latenessOf(minutes), Math.min(3_999, Math.max(-200, minutes)) + 200);
    }),
  );
});

test('a cancelled flight is later than every delay, and what is not known has a place of its own', (t) => {
  t.is(cancelledLateness, latenessOf(latestMinutes) + 1);
  t.true(unknownLateness > cancelledLateness && unknownLateness < latenessSlots);
  t.true(latenessSlots <= 1 << 16, 'fits into two bytes');
});
