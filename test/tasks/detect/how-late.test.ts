import test from 'ava';
import { howLate } from '../../../tasks/detect/how-late.ts';
import { lateSteps } from '../../../tasks/summary/lateness.ts';

test('each step of lateness has words, and so have cancellations', (t) => {
  t.deepEqual(
    [...lateSteps.map(howLate), howLate(NaN)],
    [
      'left a minute late or not at all',
      'left 15 minutes late or not at all',
      'left half an hour late or not at all',
      'left an hour late or not at all',
      'left two hours late or not at all',
      'did not leave',
    ],
  );
});
