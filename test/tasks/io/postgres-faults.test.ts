import test from 'ava';
import { explainFault } from '../../../tasks/io/postgres-faults.ts';

test('a file that is missing while the database is open is no fault of the database', (t) => {
  const path = '/data/out/exports/2013/events.csv';
  const missing = Object.assign(new Error(`ENOENT: no such file, open '${path}'`), { code: 'ENOENT', path });
  const url = 'postgres://pipeline@db/flights?sslmode=verify-full&sslrootcert=/etc/root.pem';
  t.is(explainFault(missing, { url, attempts: 1 }), missing);
});
