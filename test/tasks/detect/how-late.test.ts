import test from 'ava';
import { howLate, shareLate } from '../../../tasks/detect/how-late.ts';
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

test('each step also has a few words with its share', (t) => {
  t.deepEqual(
    [...lateSteps, NaN].map((lateBy, index) => shareLate(0.105 * index + 0.001, lateBy)),
    ['0 % late', '11 % 15 min late', '21 % 30 min late', '32 % an hour late', '42 % two hours late', '53 % cancelled'],
  );
});
