// `npm run postgres`: the database of the demo, until Ctrl-C.
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { startPostgres } from './postgres.ts';
import { stopSignal } from './stop-signal.ts';

new Command('npm run postgres --')
  .description('Starts the database of the demo, prints how to connect to it, and stops it at Ctrl-C.')
  .addHelpText('after', '\nExample:\n  npm run postgres')
  .parse();

const postgres = await startPostgres(fileURLToPath(new URL('../.local/postgres', import.meta.url)));
const { url, passwordFile } = postgres;
console.log(`PostgreSQL is up. To look around, in another terminal:

  PGPASSFILE=${join(passwordFile)} psql ${url('viewer')}

Ctrl-C stops it.`);
await once(stopSignal(), 'abort');
await postgres.stop();
process.exit(0);
