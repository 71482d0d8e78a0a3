// Runs in the cluster, as the Job of identity `database` (infra/manifests/database.ts), after the database was made and at
// each change of the image. It may run at any time.
import { Command, InvalidArgumentError } from 'commander';
import { ExpectedError, InputError } from '../errors.ts';
import { LineLog } from '../io/log.ts';
import type { DatabaseSettings } from '../io/postgres-client.ts';
import { readSecret } from '../io/secret.ts';
import { generateSecret } from './generate-secret.ts';
import { makeRoles } from './make-roles.ts';

const {
  server,
  masterSecret,
  generate = [],
} = new Command('prepare-database')
  .description(
    'Makes the roles and databases on the RDS server, and fills empty secrets. It runs as a Job of the cluster at each ' +
      'deployment.',
  )
  .addHelpText(
    'after',
    '\nExample:\n  prepare-database --server postgres://host:5432/postgres --master-secret arn:aws:secretsmanager:…',
  )
  .requiredOption(
    '--server <address>',
    'address of the database postgres on the server, like postgres://host:5432/postgres?…',
    parseServer,
  )
  .requiredOption('--master-secret <arn>', 'the secret in which RDS keeps the name and password of the master user')
  .option('--generate <arns...>', 'secrets to fill with a random text if they are empty')
  .parse()
  .opts<{ server: URL; masterSecret: string; generate?: string[] }>();

const log = new LineLog(process.stderr, { command: 'prepare-database' });
const stop = new AbortController();
for (const [signal, exitCode] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => {
    process.exitCode = exitCode;
    stop.abort(new Error(`stopped by ${signal}; no partial output is left: run it again`));
  });
}
try {
  await makeRoles({ administrator: { ...addressAs('administrator'), DATABASE_AUTH: 'iam' }, master }, log, stop.signal);
  for (const arn of generate) {
    const generated = await generateSecret(arn);
    log.info(generated ? 'put a random text into the secret' : 'the secret has a text', { secret: arn });
  }
  log.info('done');
} catch (error) {
  process.exitCode ??= error instanceof ExpectedError ? error.exitCode : 70;
  log.error((error as Error).message, { exit: process.exitCode });
}

async function master(): Promise<DatabaseSettings> {
  const { username, password } = JSON.parse(await readSecret(masterSecret));
  if (!username || !password) throw new InputError(`the secret ${masterSecret} holds no username and password`);
  return addressAs(username, password);
}

function addressAs(username: string, password = ''): DatabaseSettings {
  const url = new URL(server);
  url.username = encodeURIComponent(username);
  url.password = encodeURIComponent(password);
  return { DATABASE_URL: url.href, DATABASE_AUTH: 'password' };
}

function parseServer(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol === 'postgres:' && url.hostname && !url.password) return url;
  throw new InvalidArgumentError('Expected an address like postgres://host:5432/postgres, without a password.');
}
