import test from 'ava';
import { eventNames } from '../../../tasks/detect/event-names.ts';

test('known events have their names by event number', (t) => {
  const events = [
    { eventId: 1, name: 'blizzard Nemo' },
    { eventId: 2, name: null },
  ];
  t.deepEqual([...eventNames(events)], [[1, 'blizzard Nemo']]);
});
