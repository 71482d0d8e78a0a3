import test from 'ava';
import { mayStillCome, missingMonthsError } from '../../../tasks/acquire/missing-months.ts';

test('months are waited for until half a year after their year', (t) => {
  t.true(mayStillCome(2025, new Date('2025-03-01')));
  t.true(mayStillCome(2025, new Date('2026-06-30T23:59:59Z')));
  t.false(mayStillCome(2025, new Date('2026-07-01T00:00:00Z')));
});

test('months that may still come end with 75 and months long past with 65, both with the sentence', (t) => {
  t.like(missingMonthsError(2025, 'May is missing', new Date('2026-01-03')), {
    exitCode: 75,
    message: 'May is missing',
  });
  t.like(missingMonthsError(2012, 'May is missing', new Date('2026-01-03')), {
    exitCode: 65,
    message: 'May is missing',
  });
});
