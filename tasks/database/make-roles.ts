import type { Client } from 'pg';
import { SettingsError } from '../errors.ts';
import type { Log } from '../io/log.ts';
import { inTransaction, withDatabase } from '../io/postgres.ts';
import type { DatabaseSettings } from '../io/postgres-client.ts';

/** A PostgreSQL in RDS, and the two who administer it. */
export interface Server {
  /** How to connect as the role that proves by IAM who it is. */
  administrator: DatabaseSettings;
  /** How to connect as the master, by the password that RDS keeps; asked for only as long as there is no administrator. */
  master(): Promise<DatabaseSettings>;
}

/** Who owns which database, and who else may connect to it. */
const databases = [
  { name: 'flights', owner: 'pipeline', guests: ['viewer'] },
  { name: 'superset', owner: 'superset', guests: [] },
];
const roles = ['pipeline', 'viewer', 'superset'];
/** Key of the advisory lock, a number that nothing else uses. */
const lock = 19_871_005;

/**
 * Make roles and databases as they have to be; what is there stays. Since PostgreSQL 16, who makes a role is a member of it:
 * the master is in `rds_iam`, and its password worth nothing, as soon as a role that it made is. So it makes only the
 * administrator, who makes all others, and is there when this runs again.
 * @throws SettingsError when neither is let in
 */
export async function makeRoles(server: Server, log: Log, signal: AbortSignal): Promise<void> {
  if (!(await isLetIn(server.administrator, signal))) {
    await withDatabase(await server.master(), { signal }, (client) =>
      inTransaction(client, () => makeAdministrator(client)),
    );
    log.info('made role administrator');
  }
  await withDatabase(server.administrator, { signal, log }, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [lock]);
    for (const role of roles) await inTransaction(client, () => makeRole(client, role, log));
    for (const database of databases) await makeDatabase(client, database, log);
  });
  log.info('roles and databases are there', {
    roles: roles.join(),
    databases: databases.map(({ name }) => name).join(),
  });
}

async function isLetIn(settings: DatabaseSettings, signal: AbortSignal): Promise<boolean> {
  try {
    await withDatabase(settings, { signal }, (client) => client.query('SELECT'));
    return true;
  } catch (error) {
    if (error instanceof SettingsError) return false;
    throw error;
  }
}

async function makeAdministrator(client: Client): Promise<void> {
  if (!(await isThere(client, 'pg_roles', 'rolname', 'administrator'))) {
    await client.query('CREATE ROLE administrator LOGIN CREATEROLE CREATEDB');
  }
  await client.query('GRANT rds_superuser TO administrator');
  await client.query('GRANT rds_iam TO administrator');
}

async function makeRole(client: Client, role: string, log: Log): Promise<void> {
  if (!(await isThere(client, 'pg_roles', 'rolname', role))) {
    await client.query(`CREATE ROLE ${role} LOGIN`);
    log.info('made role', { role });
  }
  // The administrator needs this to make databases that the role owns.
  await client.query(`GRANT ${role} TO administrator WITH INHERIT TRUE, SET TRUE`);
  await client.query(`GRANT rds_iam TO ${role}`);
}

/** Its owner may do all in it (PostgreSQL 15 on: also make tables in `public`); others may not even connect. */
async function makeDatabase(client: Client, database: (typeof databases)[number], log: Log): Promise<void> {
  const { name, owner, guests } = database;
  if (!(await isThere(client, 'pg_database', 'datname', name))) {
    // PostgreSQL cannot make a database in a transaction.
    await client.query(`CREATE DATABASE ${name} OWNER ${owner}`);
    log.info('made database', { database: name });
  }
  await inTransaction(client, async () => {
    await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
    for (const guest of guests) await client.query(`GRANT CONNECT ON DATABASE ${name} TO ${guest}`);
  });
}

async function isThere(client: Client, table: string, column: string, name: string): Promise<boolean> {
  const { rowCount } = await client.query(`SELECT FROM ${table} WHERE ${column} = $1`, [name]);
  return rowCount === 1;
}
