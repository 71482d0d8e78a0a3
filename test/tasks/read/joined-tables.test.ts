import test from 'ava';
import { InputError } from '../../../tasks/errors.ts';
import type { CounterTables } from '../../../tasks/read/counter-tables.ts';
import { joinTables } from '../../../tasks/read/joined-tables.ts';

test('threads that know more carriers together than a carrier’s number can tell apart are refused', (t) => {
  const tablesOf = (prefix: string, count: number) =>
    ({
      airports: [],
      carriers: Array.from({ length: count }, (_, number) => `${prefix}${number.toString(36).toUpperCase()}`),
      segments: [],
    }) as unknown as CounterTables;
  t.throws(() => joinTables([tablesOf('A', 200), tablesOf('B', 56)]), {
    instanceOf: InputError,
    message: /^more than 255 carriers; expected flights of airlines/,
  });
});
