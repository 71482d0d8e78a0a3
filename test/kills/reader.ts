import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalPostgres } from '../../local/postgres.ts';
import { filesIn, loadedState, type Outcome, stateOf } from './outcome.ts';

/** Looks at database and bucket all the time, as people do. */
export interface Reader {
  stop(): Promise<Seen>;
}

export interface Seen {
  /** At the database. */
  looks: number;
  /** The longest that it waited for the database. */
  longestMilliseconds: number;
  /** What it should not have seen. */
  faults: string[];
}

const databasePauseMilliseconds = 50;
/** A file is written in less than a millisecond. */
const filesPauseMilliseconds = 1;

/** @param right what the runs left that nobody disturbed; any of these may be seen, and no mixture of them */
export async function startReader(
  postgres: LocalPostgres,
  { bucket, year, right }: { bucket: string; year: number; right: Outcome[] },
): Promise<Reader> {
  const client = await postgres.connect('viewer');
  // When the server is stopped after a fault, the fault is what to tell.
  client.on('error', () => {});
  const states = right.map(stateOf);
  const faults = new Set<string>();
  let looks = 0;
  let longestMilliseconds = 0;
  let stopping = false;
  const lookAtDatabase = async () => {
    const started = performance.now();
    const state = await loadedState(client, year);
    longestMilliseconds = Math.max(longestMilliseconds, performance.now() - started);
    if (!states.includes(state)) faults.add(`the database held rows of several summaries: ${state}`);
    looks++;
  };
  const known = new Map<string, string>();
  const lookAtFiles = async () => {
    for (const [name, hash] of Object.entries(filesIn(bucket, known))) {
      if (isHidden(name)) continue;
      if (!right.some(({ files }) => files[name] === hash)) faults.add(`${name} was seen half-made, or is nobody's`);
    }
  };
  const repeat = async (look: () => Promise<void>, pauseMilliseconds: number) => {
    while (!stopping) {
      await look();
      await sleep(pauseMilliseconds);
    }
  };
  const looking = Promise.all([
    repeat(lookAtDatabase, databasePauseMilliseconds),
    repeat(lookAtFiles, filesPauseMilliseconds),
  ]);
  // It is heard of at the end.
  looking.catch(() => {});
  return {
    stop: async () => {
      stopping = true;
      await looking;
      await client.end();
      return { looks, longestMilliseconds, faults: [...faults] };
    },
  };
}

/** Names that start with a dot are files that are being written. */
const isHidden = (name: string) => name.split('/').some((part) => part.startsWith('.'));
