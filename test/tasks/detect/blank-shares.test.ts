import test from 'ava';
import { blankShares } from '../../../tasks/detect/blank-shares.ts';
import { countedYear, type Flight } from '../../support/counted-year.ts';

const all = { carrier: 'AA', destination: 'BOS', hour: 9, minutes: [0, 20, 0, 0, 0] };
const shares = (flights: Flight[], saysCancelled = true) => blankShares(countedYear([flights], { saysCancelled }));

test('a column without a blank has none, and of what did not happen nothing is said', (t) => {
  const found = shares([
    { day: 1, ...all },
    { day: 40, ...all },
  ]);
  t.deepEqual(new Set(Object.values(found)), new Set([0]));
  t.is(Object.keys(found).length, 11);
  t.false('cause of cancellation' in found, 'no flight was cancelled');
});

test('a column that is not there is blank throughout', (t) => {
  t.deepEqual(
    shares(
      [
        { day: 1, numbered: false },
        { day: 2, numbered: false },
      ],
      false,
    ),
    {
      'departure delay of flights that were not cancelled': 0,
      cancellation: 1,
      'flight number': 1,
      carrier: 1,
      destination: 1,
      'scheduled departure': 1,
      'minutes of delay by carrier': 1,
      'minutes of delay by weather': 1,
      'minutes of delay by air system': 1,
      'minutes of delay by security': 1,
      'minutes of delay by late aircraft': 1,
    },
  );
});

test('blanks are counted flight by flight, minutes by cause month by month', (t) => {
  const found = shares([
    { day: 1, ...all },
    { day: 1, ...all, carrier: '' },
    { day: 2, ...all, destination: '', numbered: false },
    { day: 2, ...all, delay: NaN },
    { day: 3, carrier: 'AA', destination: 'BOS', cancelled: true, code: 'B' },
    { day: 40, carrier: 'AA', destination: 'BOS', hour: 9 },
    { day: 40, carrier: 'AA', destination: 'BOS', hour: 9, cancelled: true },
    { day: 40, carrier: 'AA', destination: 'BOS', hour: 9, cancelled: true, code: 'A' },
  ]);
  t.like(found, {
    'departure delay of flights that were not cancelled': 1 / 5,
    'cause of cancellation': 1 / 3,
    'flight number': 1 / 8,
    carrier: 1 / 8,
    destination: 1 / 8,
    'scheduled departure': 1 / 8,
    'minutes of delay by weather': 3 / 8,
  });
});
