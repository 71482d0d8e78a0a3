import test from 'ava';
import { SettingsError } from '../../../tasks/errors.ts';
import { explainFault } from '../../../tasks/io/postgres-faults.ts';

const url = 'postgres://pipeline@db/flights?sslmode=verify-full&sslrootcert=/etc/root.pem';
const missing = (path: string) =>
  Object.assign(new Error(`ENOENT: no such file, open '${path}'`), { code: 'ENOENT', path });

test('only the certificate of DATABASE_URL is called a missing certificate', (t) => {
  const certificate = explainFault(missing('/etc/root.pem'), { url, attempts: 1 });
  t.true(certificate instanceof SettingsError);
  t.regex((certificate as Error).message, /names the certificate \/etc\/root\.pem, which is not there/);
  const other = missing('/data/out/exports/2013/events.csv');
  t.is(explainFault(other, { url, attempts: 1 }), other);
});
