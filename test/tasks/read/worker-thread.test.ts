import test from 'ava';
import { WorkerThread } from '../../../tasks/read/worker-thread.ts';

test('a thread that has ended answers with a fault, before it is asked and after', async (t) => {
  const thread = new WorkerThread();
  const asked = thread.tables();
  await thread.stop();
  const message = 'a reader thread ended unexpectedly';
  await t.throwsAsync(asked, { message });
  await t.throwsAsync(thread.tables(), { message });
});
