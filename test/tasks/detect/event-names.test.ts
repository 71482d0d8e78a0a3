import test from 'ava';
import { eventNames } from '../../../tasks/detect/event-names.ts';

test('events that are known by a name have it by their number', (t) => {
  const events = [
    { eventId: 1, name: 'blizzard Nemo' },
    { eventId: 2, name: null },
  ];
  t.deepEqual([...eventNames(events)], [[1, 'blizzard Nemo']]);
});
