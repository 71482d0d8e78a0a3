import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import { readAirports } from '../airports/airports.ts';
import type { Command } from '../command.ts';
import { carriers } from '../detect/carrier-names.ts';
import { SettingsError } from '../errors.ts';
import { inTransaction, withDatabase } from '../io/postgres.ts';
import { commentTables } from '../tables/comment-tables.ts';

const migrations = fileURLToPath(new URL('../migrations', import.meta.url));
/** Key of the advisory lock, a number that nothing else uses. */
const lock = 19_871_001;

/** Creates or upgrades the schema. Two at once take turns; one that is killed leaves whole migrations only. */
export const migrate: Command<'DATABASE_URL' | 'DATABASE_AUTH'> = {
  settings: ['DATABASE_URL', 'DATABASE_AUTH'],
  async run({ settings, log, signal }) {
    await withDatabase(settings, { signal, log }, async (client) => {
      await client.query('SELECT pg_advisory_lock($1)', [lock]);
      const done = await runner({
        dbClient: client,
        dir: migrations,
        direction: 'up',
        migrationsTable: 'schema_versions',
        singleTransaction: false,
        noLock: true,
        log: () => {},
      }).catch((error: Error) => {
        if (!/^Not run migration/.test(error.message)) throw error;
        throw new SettingsError(
          `the database was made by a newer version than this one (${error.message}); deploy the newer image`,
        );
      });
      for (const { name } of done) log.info('migrated', { migration: name });

      const airports = [...(await readAirports()).values()];
      await inTransaction(client, async () => {
        for (const [table, rows] of Object.entries({ airports, carriers })) {
          await client.query(`DELETE FROM ${table}`);
          await client.query(`INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::${table}, $1)`, [
            JSON.stringify(rows),
          ]);
        }
        await commentTables(client);
      });
      log.info('the schema is up to date', {
        migrations_run: done.length,
        airports: airports.length,
        carriers: carriers.length,
      });
    });
  },
};
