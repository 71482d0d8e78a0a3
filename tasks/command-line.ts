import { Command as CommandLine, type Option } from 'commander';
import type { Command, Options } from './command.ts';
import * as option from './options.ts';
import type { SettingName } from './settings.ts';
import { version } from './version.ts';
import { withoutPasswords } from './without-passwords.ts';

/** The command that the arguments ask for, with its options. */
export interface Request {
  name: string;
  options: Partial<Options>;
  load(): Promise<Command<SettingName>>;
  prepare?(): Promise<void>;
}

interface Entry {
  name: string;
  summary: string;
  /** A line of shell that calls the command, shown by its `--help`. */
  example: string;
  options: Option[];
  /** A command's code is loaded when it is called: the others would slow its start. */
  load(): Promise<Command<any>>;
  /** Runs first. It starts slow preparations, which go on while the command's code is loaded and the settings are read. */
  prepare?(): Promise<void>;
}

const entries: Entry[] = [
  {
    name: 'acquire',
    summary: "fetch the year's flights → flights/{year}/",
    example: "FLIGHTS_URI='file:///data/{year}/' npx delaywatch acquire --year 2024",
    options: [option.requiredYear(), option.from(), option.refresh(), option.soFar(), option.through()],
    load: async () => (await import('./commands/acquire.ts')).acquire,
  },
  {
    name: 'migrate',
    summary: 'create or upgrade the database schema, and fill the tables of airports and carriers',
    example: 'npx delaywatch migrate',
    options: [option.year()],
    load: async () => (await import('./commands/migrate.ts')).migrate,
  },
  {
    name: 'detect',
    summary: "read the year's flights and find the anomalous days → summaries/{year}.arrow",
    example: 'npx delaywatch detect --year 2013 --max-bad-rows 100',
    options: [option.requiredYear(), option.maxBadRows(), option.allowPartial(), option.soFar()],
    load: async () => (await import('./commands/detect.ts')).detect,
    prepare: startThreads,
  },
  {
    name: 'load',
    summary: 'replace the rows of the year in Postgres by those of the summary → table airport_days and others',
    example: 'npx delaywatch load --year 2013',
    options: [option.requiredYear()],
    load: async () => (await import('./commands/load.ts')).load,
  },
  {
    name: 'render',
    summary: 'draw a chart for each airport → plots/{year}/{airport}.png',
    example: 'npx delaywatch render --year 2013 --shard 1/4',
    options: [option.requiredYear(), option.shard()],
    load: async () => (await import('./commands/render.ts')).render,
  },
  {
    name: 'publish',
    summary:
      "check that the year's rows, charts and summary agree, and write its tables and pages → exports/{year}/, reports/",
    example: 'npx delaywatch publish --year 2013',
    options: [option.requiredYear()],
    load: async () => (await import('./commands/publish.ts')).publish,
  },
  {
    name: 'tell',
    summary: 'tell which events of the published year are new → reports/feed.xml, SNS, a webhook',
    options: [option.requiredYear()],
    example: 'npx delaywatch tell --year 2013',
    load: async () => (await import('./commands/tell.ts')).tell,
  },
  {
    name: 'run',
    summary: 'run migrate, detect, load, render, publish and tell, one after the other',
    example: "FLIGHTS_URI='file:///data/{year}.csv.gz' OUTPUT_URI=file:///data/out npx delaywatch run --year 2013",
    options: [option.requiredYear(), option.maxBadRows(), option.allowPartial(), option.soFar()],
    load: async () => (await import('./commands/run.ts')).run,
  },
  {
    name: 'serve',
    summary: 'serve pages, charts and exports over HTTP until it is stopped',
    example: 'OUTPUT_URI=file:///data/out npx delaywatch serve --port 8080',
    options: [option.host(), option.port()],
    load: async () => (await import('./commands/serve.ts')).serve,
  },
];

async function startThreads(): Promise<void> {
  const { prepareThreads } = await import('./read/threads.ts');
  prepareThreads();
}

/**
 * Parse the arguments.
 * @returns undefined when no command was named
 * @throws CommanderError when the arguments are wrong, or help or the version was asked for (exit code 0); in both cases
 *   commander has printed its message
 */
export async function parseArguments(args: string[]): Promise<Request | undefined> {
  let request: Request | undefined;
  const commandLine = new CommandLine('delaywatch')
    .description('Finds the days on which an airport’s departures were delayed far beyond normal.')
    .version(version)
    .exitOverride()
    // Commander's messages repeat a wrong argument, which may be an address with a password.
    .configureOutput({ writeErr: (text) => process.stderr.write(withoutPasswords(text)) })
    .addHelpText(
      'after',
      '\nExample:\n  npx delaywatch detect --year 2013\n\n' +
        'Settings come from the environment: FLIGHTS_URI, OUTPUT_URI, DATABASE_URL, …; see README.md.',
    );
  for (const { name, summary, example, options, load, prepare } of entries) {
    const subcommand = commandLine
      .command(name)
      .summary(summary)
      .description(summary)
      .exitOverride()
      .addHelpText('after', `\nExample:\n  ${example}`);
    for (const each of options) subcommand.addOption(each);
    subcommand.action((given: Partial<Options>) => {
      request = { name, options: given, load, ...(prepare && { prepare }) };
    });
  }
  await commandLine.parseAsync(args);
  return request;
}
