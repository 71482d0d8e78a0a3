import type { Log } from './io/log.ts';
import type { SettingName, Settings } from './settings.ts';

/** What a command is asked for on the command line. */
export interface Options {
  year: number;
  /** Where `acquire` fetches the flights: `bts`, `kaggle` or an address. */
  from: string;
  /** Whether to fetch again what has changed where it came from. */
  refresh?: true;
  /** Whether the months of the year that are published so far are taken for it. */
  soFar: boolean;
  /** The month up to which the year so far must be published, at least. */
  through?: number;
  /** Bad rows that are let through into `rejects/{year}.csv`. */
  maxBadRows: number;
  /** Whether a year that looks incomplete is taken. */
  allowPartial: boolean;
  /** The part of the year's charts to draw: the `index`-th (from 1) of `count` even ones. */
  shard: Shard;
  /** Where `serve` listens. */
  host: string;
  port: number;
}

export interface Shard {
  index: number;
  count: number;
}

/** All that a command has to do with the world. */
export interface Context<Name extends SettingName> extends Options {
  settings: Pick<Settings, Name>;
  log: Log;
  /** Aborts when the process is told to stop. */
  signal: AbortSignal;
}

/** A step of the pipeline: a file in `commands/`, a task of the DAG. */
export interface Command<Name extends SettingName> {
  /** The settings it cannot do without, and those it looks at. */
  settings: readonly Name[];
  run(context: Context<Name>): Promise<void>;
}
