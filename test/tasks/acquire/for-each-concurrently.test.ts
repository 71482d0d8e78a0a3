import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { forEachConcurrently } from '../../../tasks/acquire/for-each-concurrently.ts';

const never = new AbortController().signal;

test('each item is taken once, and only so many at once', async (t) => {
  const done: number[] = [];
  let running = 0;
  let most = 0;
  await forEachConcurrently([1, 2, 3, 4, 5, 6, 7], { atOnce: 3, signal: never }, async (item) => {
    most = Math.max(most, ++running);
    await sleep(1);
    running--;
    done.push(item);
  });
  t.deepEqual(done.toSorted(), [1, 2, 3, 4, 5, 6, 7]);
  t.is(most, 3);
});

test('after an error nothing new is begun, and what is under way is stopped and waited for', async (t) => {
  const begun: number[] = [];
  let stopped = false;
  const failure = new Error('failed');
  await t.throwsAsync(
    forEachConcurrently([1, 2, 3, 4], { atOnce: 2, signal: never }, async (item, signal) => {
      begun.push(item);
      if (item === 1) throw failure;
      await sleep(10_000, undefined, { signal }).catch(() => {});
      stopped = true;
    }),
    { is: failure },
  );
  t.deepEqual(begun, [1, 2]);
  t.true(stopped);
});

test('it stops when the signal aborts', async (t) => {
  const stop = new AbortController();
  const reason = new Error('stopped');
  await t.throwsAsync(
    forEachConcurrently([1, 2, 3], { atOnce: 1, signal: stop.signal }, async (item) => {
      t.is(item, 1);
      stop.abort(reason);
    }),
    { is: reason },
  );
});
