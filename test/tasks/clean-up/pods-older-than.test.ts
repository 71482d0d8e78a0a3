import test from 'ava';
import { type Pod, podsOlderThan } from '../../../tasks/clean-up/pods-older-than.ts';

const noon = new Date('2026-01-04T12:00:00Z');
const before = '2026-01-04T11:59:59Z';
const after = '2026-01-04T12:00:01Z';

/** @param ends when each container finished; null: it never will say; undefined: it has not */
const pod = (made: string, ...ends: (string | null | undefined)[]): Pod => ({
  metadata: { name: 'load-1', uid: '1', creationTimestamp: made },
  status: {
    containerStatuses: ends.map((finishedAt) => ({
      state: finishedAt === undefined ? {} : { terminated: { finishedAt } },
    })),
  },
});
const isOld = (one: Pod) => podsOlderThan(noon, [one]).length === 1;

test('a pod that ended before the moment is old, one that ended after it is not', (t) => {
  t.true(isOld(pod(before, before)));
  t.false(isOld(pod(before, after)));
});

test('the last container counts', (t) => {
  t.false(isOld(pod(before, before, after)));
});

test('a pod that runs, never began, or does not say when it ended counts from when it was made', (t) => {
  for (const ends of [[undefined], [before, undefined], [], [null]]) {
    t.true(isOld(pod(before, ...ends)), JSON.stringify(ends));
    t.false(isOld(pod(after, ...ends)), JSON.stringify(ends));
  }
  t.false(isOld({ ...pod(after), status: {} }));
});

test('the old pods are returned in their order', (t) => {
  const pods = [pod(before, before), pod(before, after), pod(before, before)];
  t.deepEqual(podsOlderThan(noon, pods), [pods[0], pods[2]]);
});
