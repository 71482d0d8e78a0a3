import { join } from 'node:path';
import type { Client } from 'pg';
import { type LocalPostgres, startPostgres } from '../../local/postgres.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A real PostgreSQL of this test file's own, with the roles of the cloud's. */
export interface TestDatabase {
  postgres: LocalPostgres;
  /** A connection as the role that owns the tables. */
  client: Client;
  /** The variables of a command. */
  environment: Record<string, string>;
  stop(): Promise<void>;
}

export async function startTestDatabase(): Promise<TestDatabase> {
  const postgres = await startPostgres(join(temporaryFolder(), 'postgres'));
  const client = await postgres.connect('pipeline');
  client.on('error', () => {});
  return {
    postgres,
    client,
    environment: { DATABASE_URL: postgres.url('pipeline'), PGPASSFILE: postgres.passwordFile },
    stop: async () => {
      await client.end();
      await postgres.stop();
    },
  };
}
