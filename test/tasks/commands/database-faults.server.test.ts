import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import type { Client } from 'pg';
import { makeChain, makeExpired } from '../../support/certificates.ts';
import type { Identity } from '../../support/publisher.ts';
import { runCommand } from '../../support/run-command.ts';
import { writeGeneratedYear } from '../../support/sample-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { mountTest } from '../../support/with-mounts.ts';

const folder = temporaryFolder();
let database: TestDatabase;
let environment: Record<string, string>;
/** A connection that may do everything, and the folder and the user of the server. */
let superuser: Client;
let data: string;
let owner: { uid: number; gid: number };

const load = (more: Record<string, string> = {}) => runCommand(['load', '--year', '2013'], { ...environment, ...more });

test.before(async (t) => {
  database = await startTestDatabase();
  environment = {
    ...database.environment,
    FLIGHTS_URI: `${pathToFileURL(folder).href}/{year}.csv`,
    OUTPUT_URI: `${pathToFileURL(folder).href}/bucket`,
  };
  superuser = await database.postgres.connect('postgres' as 'pipeline');
  data = (await superuser.query('SHOW data_directory')).rows[0].data_directory;
  owner = statSync(data);
  await writeGeneratedYear(folder, { flights: 60_000, airports: 100 });
  for (const command of ['migrate', 'detect', 'load']) {
    const { code, log } = await runCommand([command, '--year', '2013'], environment);
    t.is(code, 0, log);
  }
});

test.after.always(async () => {
  await superuser?.end();
  await database?.stop();
});

const rows = async () => (await database.client.query('SELECT count(*)::int AS rows FROM airport_days')).rows[0].rows;

test.serial("a statement that exceeds the role's time limit is reported, with the setting to raise", async (t) => {
  const before = await rows();
  await superuser.query(`ALTER ROLE pipeline SET statement_timeout = '20ms'`);
  try {
    const { code, lastLine, log } = await load();
    t.is(code, 69, log);
    t.regex(
      lastLine,
      /a statement was cancelled; raise statement_timeout of this role, or try again \(canceling statement/,
    );
  } finally {
    await superuser.query('ALTER ROLE pipeline RESET statement_timeout');
  }
  t.is(await rows(), before);
  t.is((await load()).code, 0);
});

mountTest('a full disk is reported, and the rows stay as they were', async (t) => {
  const small = join(dirname(data), 'small');
  mkdirSync(small);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', small]);
  const before = await rows();
  try {
    chownSync(small, owner.uid, owner.gid);
    await superuser.query(`CREATE TABLESPACE small LOCATION '${small}'`);
    await superuser.query('GRANT CREATE ON TABLESPACE small TO pipeline');
    await superuser.query('ALTER ROLE pipeline SET default_tablespace = small');
    const { code, lastLine, log } = await load();
    t.is(code, 69, log);
    t.regex(lastLine, /its disk is full; make room and run again \(could not .*No space left on device/);
  } finally {
    await superuser.query('ALTER ROLE pipeline RESET default_tablespace');
    await superuser.query('DROP TABLESPACE IF EXISTS small');
    execFileSync('umount', [small]);
  }
  t.is(await rows(), before);
  t.is((await load()).code, 0);
});

/** Have the server show a certificate. */
async function showCertificate({ key, cert }: Identity): Promise<void> {
  for (const [name, text] of [
    ['server.crt', cert],
    ['server.key', key],
  ]) {
    writeFileSync(join(data, name), text, { mode: 0o600 });
    chownSync(join(data, name), owner.uid, owner.gid);
  }
  await superuser.query(`ALTER SYSTEM SET ssl = on`);
  const loaded = async () => String((await superuser.query('SELECT pg_conf_load_time() AS at')).rows[0].at.getTime());
  const before = await loaded();
  await superuser.query('SELECT pg_reload_conf()');
  while ((await loaded()) === before) await sleep(20);
}

/** An address under another name of this machine, and a password file that has that name. */
function under(name: string, query: string): Record<string, string> {
  const passwords = join(folder, `pgpass-${name}`);
  const text = readFileSync(environment.PGPASSFILE, 'utf8').replaceAll(/^127\.0\.0\.1/gm, name);
  writeFileSync(passwords, text, { mode: 0o600 });
  return {
    DATABASE_URL: `${environment.DATABASE_URL.replace('127.0.0.1', name)}?${query}`,
    PGPASSFILE: passwords,
  };
}

test.serial('a certificate that does not fit is a wrong setting, and says what is wrong with it', async (t) => {
  const chain = makeChain();
  await showCertificate(chain.complete);
  const right = await load(under('localhost', `sslmode=verify-full&sslrootcert=${chain.rootFile}`));
  t.is(right.code, 0, right.log);
  for (const [what, more, message] of [
    [
      'an unknown authority',
      under('localhost', `sslmode=verify-full&sslrootcert=${makeChain().rootFile}`),
      /is not trusted: an unknown authority has signed its certificate; check the host and sslrootcert/,
    ],
    ['no root', under('localhost', 'sslmode=verify-full'), /is not trusted: an unknown authority has signed/],
    [
      'another name',
      under('127.0.0.1', `sslmode=verify-full&sslrootcert=${chain.rootFile}`),
      /is not trusted: its certificate is for another name/,
    ],
  ] as const) {
    const { code, lastLine, log } = await load(more);
    t.is(code, 78, `${what}: ${log}`);
    t.regex(lastLine, message, what);
  }
  const expired = makeExpired();
  await showCertificate(expired);
  const late = await load(under('localhost', `sslmode=verify-full&sslrootcert=${expired.file}`));
  t.is(late.code, 78, late.log);
  t.regex(late.lastLine, /is not trusted: its certificate has expired/);
});
