import { CommanderError, Command as CommandLine, type Option } from 'commander';
import type { Command, Context, Options } from './command.ts';
import { ExpectedError, UsageError } from './errors.ts';
import { LineLog } from './io/log.ts';
import * as option from './options.ts';
import { readSettings, type SettingName } from './settings.ts';
import { version } from './version.ts';

interface Entry {
  name: string;
  summary: string;
  options: Option[];
  /** A command's code is loaded when it is called: the others would slow its start. */
  load(): Promise<Command<any>>;
}

const entries: Entry[] = [
  {
    name: 'migrate',
    summary: 'create or upgrade the database schema, and fill the table of airports',
    options: [option.year()],
    load: async () => (await import('./commands/migrate.ts')).migrate,
  },
  {
    name: 'detect',
    summary: "read the year's flights and find the anomalous days → summaries/{year}.arrow",
    options: [option.requiredYear(), option.maxBadRows()],
    load: async () => (await import('./commands/detect.ts')).detect,
  },
  {
    name: 'load',
    summary: 'replace the year in Postgres by the summary → table airport_days',
    options: [option.requiredYear()],
    load: async () => (await import('./commands/load.ts')).load,
  },
  {
    name: 'render',
    summary: 'draw a chart for each airport → plots/{year}/{airport}.png',
    options: [option.requiredYear(), option.shard()],
    load: async () => (await import('./commands/render.ts')).render,
  },
  {
    name: 'publish',
    summary: 'check that the year is all there and agrees, write its report → reports/{year}.html',
    options: [option.requiredYear()],
    load: async () => (await import('./commands/publish.ts')).publish,
  },
  {
    name: 'run',
    summary: 'all of the above, one after the other',
    options: [option.requiredYear(), option.maxBadRows()],
    load: async () => (await import('./commands/run.ts')).run,
  },
];

/** A command that has not stopped by then is stopped the hard way; Kubernetes would kill after 30 s. */
const graceMilliseconds = 4_500;
const bugExitCode = 70;
const signalExitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

const log = new LineLog(process.stderr);

async function execute(entry: Entry, options: Partial<Options>): Promise<void> {
  const { year } = options;
  const commandLog = log.with({ command: entry.name, year });
  const stop = new AbortController();
  for (const [signal, exitCode] of Object.entries(signalExitCodes)) {
    process.once(signal, () => {
      process.exitCode = exitCode;
      commandLog.warn(`stopping on ${signal}`);
      stop.abort(new Error(`stopped by ${signal}`));
      setTimeout(() => process.exit(), graceMilliseconds).unref();
    });
  }
  try {
    const command = await entry.load();
    const settings = readSettings(process.env, command.settings);
    const started = performance.now();
    commandLog.info('start', { version });
    await command.run({ ...options, settings, log: commandLog, signal: stop.signal } as Context<SettingName>);
    commandLog.info('done', { seconds: ((performance.now() - started) / 1000).toFixed(1) });
  } catch (error) {
    if (stop.signal.aborted) {
      commandLog.error(`${(stop.signal.reason as Error).message}; nothing half-made is left, run it again`);
    } else if (error instanceof ExpectedError) {
      process.exitCode = error.exitCode;
      commandLog.error(error.message, { exit: error.exitCode });
    } else {
      process.exitCode = bugExitCode;
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      commandLog.error(`a bug: ${error instanceof Error ? error.message : error}`, { exit: bugExitCode });
    }
  }
}

const commandLine = new CommandLine('delaywatch')
  .description('Finds the days on which an airport’s departures were delayed far beyond normal.')
  .version(version)
  .exitOverride()
  .addHelpText(
    'after',
    '\nSettings come from the environment: FLIGHTS_URI, OUTPUT_URI, DATABASE_URL, …; see README.md.',
  );
for (const entry of entries) {
  const subcommand = commandLine.command(entry.name).summary(entry.summary).description(entry.summary).exitOverride();
  for (const each of entry.options) subcommand.addOption(each);
  subcommand.action((options: Partial<Options>) => execute(entry, options));
}

try {
  await commandLine.parseAsync();
} catch (error) {
  // Commander has said what is wrong by itself; only its exit code is another.
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : new UsageError().exitCode;
}
