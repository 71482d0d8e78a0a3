import { setFlagsFromString } from 'node:v8';
import { Command as CommandLine, type Option } from 'commander';
import type { Command, Options } from './command.ts';
import * as option from './options.ts';
import type { SettingName } from './settings.ts';
import { version } from './version.ts';
import { withoutPasswords } from './without-passwords.ts';

/** What is asked for. */
export interface Request {
  name: string;
  options: Partial<Options>;
  load(): Promise<Command<SettingName>>;
  prepare?(): Promise<void>;
}

interface Entry {
  name: string;
  summary: string;
  options: Option[];
  /** A command's code is loaded when it is called: the others would slow its start. */
  load(): Promise<Command<any>>;
  /** Comes before all else: starts what takes a while, while the command's code is loaded and the settings are read. */
  prepare?(): Promise<void>;
}

const entries: Entry[] = [
  {
    name: 'acquire',
    summary: "fetch the year's flights → flights/{year}/",
    options: [option.requiredYear(), option.from(), option.refresh(), option.soFar(), option.through()],
    load: async () => (await import('./commands/acquire.ts')).acquire,
    prepare: keepHeapSmall,
  },
  {
    name: 'migrate',
    summary: 'create or upgrade the database schema, and fill the table of airports',
    options: [option.year()],
    load: async () => (await import('./commands/migrate.ts')).migrate,
  },
  {
    name: 'detect',
    summary: "read the year's flights and find the anomalous days → summaries/{year}.arrow",
    options: [option.requiredYear(), option.maxBadRows(), option.allowPartial(), option.soFar()],
    load: async () => (await import('./commands/detect.ts')).detect,
    prepare: startThreads,
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
    summary:
      'check that the year is all there and agrees, write its tables and report → exports/{year}/, reports/{year}.html',
    options: [option.requiredYear()],
    load: async () => (await import('./commands/publish.ts')).publish,
  },
  {
    name: 'run',
    summary: 'migrate, detect, load, render and publish, one after the other',
    options: [option.requiredYear(), option.maxBadRows(), option.allowPartial(), option.soFar()],
    load: async () => (await import('./commands/run.ts')).run,
  },
  {
    name: 'serve',
    summary: 'show reports, charts and exports to browsers, until it is stopped',
    options: [option.host(), option.port()],
    load: async () => (await import('./commands/serve.ts')).serve,
  },
];

/**
 * Passing bytes on makes much garbage that lives for a moment, and so does judging series; for its sake the heap would grow by some 40 MB, which can
 * be kept from it only before it has begun to.
 */
async function keepHeapSmall(): Promise<void> {
  setFlagsFromString('--semi-space-growth-factor=1');
}

async function startThreads(): Promise<void> {
  await keepHeapSmall();
  const { prepareThreads } = await import('./read/threads.ts');
  prepareThreads();
}

/**
 * Parse the arguments.
 * @returns undefined when no command was named
 * @throws CommanderError when the arguments are wrong, or help or the version was asked for (exit code 0); in both cases
 *   what there is to say has been printed
 */
export async function parseArguments(args: string[]): Promise<Request | undefined> {
  let request: Request | undefined;
  const commandLine = new CommandLine('delaywatch')
    .description('Finds the days on which an airport’s departures were delayed far beyond normal.')
    .version(version)
    .exitOverride()
    // It repeats an argument that is wrong.
    .configureOutput({ writeErr: (text) => process.stderr.write(withoutPasswords(text)) })
    .addHelpText(
      'after',
      '\nSettings come from the environment: FLIGHTS_URI, OUTPUT_URI, DATABASE_URL, …; see README.md.',
    );
  for (const { name, summary, options, load, prepare } of entries) {
    const subcommand = commandLine.command(name).summary(summary).description(summary).exitOverride();
    for (const each of options) subcommand.addOption(each);
    subcommand.action((given: Partial<Options>) => {
      request = { name, options: given, load, ...(prepare && { prepare }) };
    });
  }
  await commandLine.parseAsync(args);
  return request;
}
