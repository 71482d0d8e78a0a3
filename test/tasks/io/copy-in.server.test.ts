import { readFileSync } from 'node:fs';
import test from 'ava';
import { UnreachableError } from '../../../tasks/errors.ts';
import { copyIn } from '../../../tasks/io/copy-in.ts';
import { inTransaction, withDatabase } from '../../../tasks/io/postgres.ts';
import { type DatabaseSettings, postgresClient } from '../../../tasks/io/postgres-client.ts';
import { type FlakyProxy, startFlakyProxy } from '../../support/flaky-proxy.ts';
import { forwardPort } from '../../support/forward-port.ts';
import { startTestDatabase, type TestDatabase } from '../../support/test-database.ts';

let database: TestDatabase;
let proxy: FlakyProxy;
let port: number;

const { signal } = new AbortController();
const patienceMilliseconds = 1_500;
/** More than all buffers on the way hold. */
const chunks = Array.from({ length: 400 }, () => Buffer.from(`${'x'.repeat(999)}\n`.repeat(64)));
const rowCount = 400 * 64;

function settings(through: number): DatabaseSettings {
  const password = /:pipeline:(.*)$/m.exec(readFileSync(database.environment.PGPASSFILE, 'utf8'))![1];
  return { DATABASE_URL: `postgres://pipeline:${password}@127.0.0.1:${through}/flights`, DATABASE_AUTH: 'password' };
}

/** Copy by way of another port, as a command does. */
async function copy(through: number): Promise<number> {
  return await withDatabase(settings(through), { signal }, (client) =>
    inTransaction(client, async () => {
      await client.query('TRUNCATE copied');
      return await copyIn(client, 'COPY copied FROM STDIN', chunks, { signal, patienceMilliseconds });
    }),
  );
}

const rows = async () => (await database.client.query('SELECT count(*)::int AS rows FROM copied')).rows[0].rows;

test.before(async () => {
  database = await startTestDatabase();
  port = Number(new URL(database.environment.DATABASE_URL).port);
  await database.client.query('CREATE TABLE copied (text text)');
});

test.beforeEach(async () => {
  proxy = await startFlakyProxy(port);
});

test.afterEach.always(() => proxy?.stop());

test.after.always(() => database?.stop());

test.serial('rows are copied and counted', async (t) => {
  t.is(await copy(proxy.port), rowCount);
  t.is(await rows(), rowCount);
});

test.serial('a connection that falls silent is given up and replaced', async (t) => {
  for (const bytes of [2_000, 5_000_000]) {
    proxy.swallowAfter(bytes, 1);
    t.is(await copy(proxy.port), rowCount, `after ${bytes} bytes`);
  }
});

test.serial('if all connections fall silent, the error says so, and the rows stay as they were', async (t) => {
  proxy.swallowAfter(5_000_000, Infinity);
  const error = await t.throwsAsync(copy(proxy.port), { instanceOf: UnreachableError });
  t.regex(
    error.message,
    /did not answer after 6 attempts \(the server neither took a byte nor answered for 1\.5 s of COPY\); is it up and reachable/,
  );
  t.is(await rows(), rowCount);
});

test.serial('a connection that accepts no more bytes is also given up', async (t) => {
  const held = await forwardPort('127.0.0.1', port);
  const client = await postgresClient(settings(held.port));
  try {
    await client.connect();
    const copied = copyIn(client, 'COPY copied FROM STDIN', chunks, { signal, patienceMilliseconds });
    held.hold();
    await t.throwsAsync(copied, { message: /the server neither took a byte nor answered for 1\.5 s of COPY/ });
  } finally {
    await held.stop();
  }
});

test.serial('a commit may take longer than the patience with COPY', async (t) => {
  await database.client.query(`
    CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(2.5); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON copied DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW WHEN (new.text = 'last') EXECUTE FUNCTION slow()`);
  chunks.push(Buffer.from('last\n'));
  try {
    t.is(await copy(proxy.port), rowCount + 1);
    t.is(await rows(), rowCount + 1);
  } finally {
    chunks.pop();
  }
});
