import test from 'ava';
import { Client } from 'pg';
import { makeRoles, type Server } from '../../../tasks/database/make-roles.ts';
import { InputError } from '../../../tasks/errors.ts';
import type { Log } from '../../../tasks/io/log.ts';
import { type RdsPostgres, startRdsPostgres } from '../../support/rds-postgres.ts';
import { runCommand } from '../../support/run-command.ts';

let rds: RdsPostgres;
let server: Server;
const silent: Log = { info: () => {}, warn: () => {}, error: () => {} } as unknown as Log;
const { signal } = new AbortController();

test.before(async () => {
  rds = await startRdsPostgres();
  server = {
    administrator: { DATABASE_URL: rds.url('administrator', 'postgres'), DATABASE_AUTH: 'password' },
    master: async () => ({ DATABASE_URL: rds.url('postgres', 'postgres'), DATABASE_AUTH: 'password' }),
  };
});
test.after.always(async () => await rds?.stop());

async function query(role: string, database: string, sql: string): Promise<any[]> {
  const client = new Client({ connectionString: rds.url(role, database) });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test.serial('before the first run, the master logs in with its password', async (t) => {
  t.is((await query('postgres', 'postgres', 'SELECT 1')).length, 1);
  await t.throwsAsync(query('pipeline', 'postgres', 'SELECT 1'), { message: /authentication failed/ });
});

test.serial('after an interrupted run the master can go on', async (t) => {
  const stopped = new AbortController();
  const broken = { ...silent, info: () => stopped.abort(new Error('stopped')) } as unknown as Log;
  await t.throwsAsync(makeRoles(server, broken, stopped.signal), { message: /stopped/ });
  // From here on the administrator does it.
  await t.notThrowsAsync(makeRoles(server, silent, signal));
});

test.serial('after it, each role logs in with a token, and the master cannot', async (t) => {
  for (const [role, database] of [
    ['administrator', 'postgres'],
    ['pipeline', 'flights'],
    ['viewer', 'flights'],
    ['superset', 'superset'],
  ]) {
    t.is((await query(role, database, 'SELECT 1')).length, 1, role);
  }
  await t.throwsAsync(query('postgres', 'postgres', 'SELECT 1'), { message: /authentication failed/ });
});

test.serial('a second run needs no password and changes nothing', async (t) => {
  const state = `SELECT rolname, rolcreaterole, rolcreatedb, rolsuper FROM pg_roles ORDER BY 1`;
  const access = `SELECT datname, datacl::text, datdba::regrole::text FROM pg_database ORDER BY 1`;
  const look = async () => [
    await query('administrator', 'postgres', state),
    await query('administrator', 'postgres', access),
    await query(
      'administrator',
      'postgres',
      'SELECT roleid, member, admin_option FROM pg_auth_members ORDER BY 1, 2, 3',
    ),
  ];
  const before = await look();
  const noMaster = async () => {
    throw new InputError('the password was asked for');
  };
  await makeRoles({ ...server, master: noMaster }, silent, signal);
  t.deepEqual(await look(), before);
});

test.serial('the pipeline makes its tables, the viewer reads them and no more', async (t) => {
  const { code, log } = await runCommand(['migrate'], { DATABASE_URL: rds.url('pipeline', 'flights') });
  t.is(code, 0, log);
  t.true((await query('viewer', 'flights', 'SELECT * FROM airports LIMIT 1')).length > 0);
  await t.throwsAsync(query('viewer', 'flights', 'DELETE FROM airports'), { message: /permission denied/ });
  await t.throwsAsync(query('viewer', 'flights', 'CREATE TABLE mine ()'), { message: /permission denied/ });
});

test.serial("Superset has its own database, and neither side can enter the other's", async (t) => {
  await query('superset', 'superset', 'CREATE TABLE dashboards (id int)');
  for (const [role, database] of [
    ['superset', 'flights'],
    ['viewer', 'superset'],
    ['pipeline', 'superset'],
  ]) {
    await t.throwsAsync(query(role, database, 'SELECT 1'), { message: /permission denied for database/ }, role);
  }
});

test.serial('no role but the administrator may make roles or databases', async (t) => {
  for (const role of ['pipeline', 'viewer']) {
    await t.throwsAsync(query(role, 'flights', 'CREATE ROLE other'), { message: /permission denied/ });
    await t.throwsAsync(query(role, 'flights', 'CREATE DATABASE other'), { message: /permission denied/ });
  }
});
