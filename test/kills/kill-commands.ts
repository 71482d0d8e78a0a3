// `npm run test:kills`: kills each command at random moments while a reader looks, and compares with runs that were left alone.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { startPostgres } from '../../local/postgres.ts';
import { randomNumbers } from '../../samples/random-numbers.ts';
import { writeGeneratedYear } from '../support/sample-files.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { filesIn, type Outcome, outcomeOf } from './outcome.ts';
import { startReader } from './reader.ts';

const { seed, rounds } = new Command('npm run test:kills --')
  .description(
    'Kills acquire, migrate, detect, load, render and publish at random moments, runs each to its end afterwards, and ' +
      'compares files and rows with those of a run without kills, while a reader checks them all the time. Ten rounds take ' +
      'about four minutes.',
  )
  .addHelpText('after', '\nExample:\n  npm run test:kills -- --seed 7 --rounds 2')
  .option('--seed <n>', 'seed of the random moments and signals', whole, Date.now() % 1_000_000)
  .option('--rounds <n>', 'number of rounds; each kills every command twice', whole, 10)
  .parse()
  .opts<{ seed: number; rounds: number }>();

const year = 2013;
/** The second version of the year has other flights, and airports that the first has not. */
const versions = [
  { name: 'first', airports: 10 },
  { name: 'second', airports: 12 },
];
const flightsOfVersion = 60_000;
const signals = ['SIGKILL', 'SIGKILL', 'SIGTERM', 'SIGINT'] as const;
const killsOfCommand = 2;

const main = fileURLToPath(new URL('../../tasks/main.ts', import.meta.url));
const random = randomNumbers(seed);
const folder = temporaryFolder();
const bucket = join(folder, 'bucket');
const address = (name: string) => pathToFileURL(join(folder, name)).href;
const commands = [
  ['acquire', '--from', `${address('source')}/{year}.csv`, '--refresh'],
  ['migrate'],
  ['detect'],
  ['load'],
  ['render'],
  ['publish'],
];

console.log(`npm run test:kills -- --seed ${seed} --rounds ${rounds}`);
const postgres = await startPostgres(join(folder, 'postgres'));
const environment = {
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  FLIGHTS_URI: `${address('flights')}/{year}/`,
  OUTPUT_URI: address('bucket'),
  DATABASE_URL: postgres.url('pipeline'),
  PGPASSFILE: postgres.passwordFile,
};
const client = await postgres.connect('pipeline');
const faults: string[] = [];
try {
  const right: Outcome[] = [];
  const milliseconds = new Map<string, number>();
  mkdirSync(join(folder, 'source'));
  for (const [index, { name, airports }] of versions.entries()) {
    mkdirSync(join(folder, name));
    await writeGeneratedYear(join(folder, name), { year, flights: flightsOfVersion, airports, seed: index + 1 });
    offer(name);
    for (const command of commands) {
      const started = performance.now();
      await runToItsEnd(command);
      milliseconds.set(command[0], performance.now() - started);
    }
    right.push(await outcomeOf(bucket, client, year));
  }

  const reader = await startReader(postgres, { bucket, year, right });
  let kills = 0;
  for (let round = 0; round < rounds; round++) {
    const version = round % versions.length;
    offer(versions[version].name);
    for (const command of commands) {
      for (let kill = 0; kill < killsOfCommand; kill++) {
        const signal = signals[Math.floor(random() * signals.length)];
        if (await killed(command, signal, random() * milliseconds.get(command[0])!)) kills++;
      }
      await runToItsEnd(command);
    }
    const different = differences(await outcomeOf(bucket, client, year), right[version]);
    faults.push(...different.map((name) => `round ${round + 1}: ${name} differs from that of the run left alone`));
    const leftovers = Object.keys(filesIn(join(folder, 'flights'))).filter((name) => name.endsWith('.tmp'));
    faults.push(...leftovers.map((name) => `round ${round + 1}: ${name} was left behind in flights`));
    console.log(`round ${round + 1} of ${rounds}: ${kills} kills, ${faults.length} faults`);
  }
  const { rows } = await client.query('SELECT count(*)::int AS runs FROM runs WHERE year = $1', [year]);
  const published = versions.length + rounds;
  if (rows[0].runs !== published) faults.push(`runs has ${rows[0].runs} rows for ${published} summaries published`);
  const seen = await reader.stop();
  faults.push(...seen.faults);
  console.log(`The reader looked ${seen.looks} times and waited ${Math.round(seen.longestMilliseconds)} ms at most.`);
} finally {
  await client.end();
  await postgres.stop();
}
for (const fault of faults) console.error(fault);
console.log(faults.length === 0 ? 'All is as it is without kills.' : `${faults.length} faults with seed ${seed}.`);
process.exit(faults.length === 0 ? 0 : 1);

/** Put a version of the year where \`acquire\` finds it. */
function offer(name: string): void {
  const file = join(folder, 'source', `${year}.csv`);
  copyFileSync(join(folder, name, `${year}.csv`), `${file}.half`);
  renameSync(`${file}.half`, file);
}

function start([name, ...options]: string[]): ChildProcess {
  const args = [main, name, '--year', String(year), ...options];
  return spawn(process.execPath, args, { env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
}

/** @throws Error with the command's log when it fails */
async function runToItsEnd(command: string[]): Promise<void> {
  const child = start(command);
  let log = '';
  child.stderr!.on('data', (text) => {
    log += text;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${command[0]} ended with ${code} after kills (seed ${seed}):\n${log}`);
}

/** Whether a command still ran when it was killed. */
async function killed(command: string[], signal: NodeJS.Signals, afterMilliseconds: number): Promise<boolean> {
  const child = start(command);
  child.stderr!.resume();
  const exited = once(child, 'exit');
  await Promise.race([sleep(afterMilliseconds), exited]);
  const wasRunning = child.kill(signal);
  await exited;
  return wasRunning;
}

/** What differs, by name. */
function differences(got: Outcome, expected: Outcome): string[] {
  return (['files', 'tables'] as const).flatMap((kind) => {
    const names = new Set([...Object.keys(got[kind]), ...Object.keys(expected[kind])]);
    return [...names].filter((name) => got[kind][name] !== expected[kind][name]);
  });
}

function whole(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number, like 10.');
}
