import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalPostgres } from '../../local/postgres.ts';
import { filesIn, loadedState, type Outcome, stateOf } from './outcome.ts';

/** Looks at database and bucket all the time, as people do. */
export interface Reader {
  stop(): Promise<Seen>;
}

export interface Seen {
  looks: number;
  /** The longest that it waited for the database. */
  longestMilliseconds: number;
  /** What it should not have seen. */
  faults: string[];
}

const pauseMilliseconds = 50;

/** @param right what the runs left that nobody disturbed; any of these may be seen, and no mixture of them */
export async function startReader(
  postgres: LocalPostgres,
  { bucket, year, right }: { bucket: string; year: number; right: Outcome[] },
): Promise<Reader> {
  const client = await postgres.connect('viewer');
  const states = right.map(stateOf);
  const faults = new Set<string>();
  let looks = 0;
  let longestMilliseconds = 0;
  let stopping = false;
  const look = async () => {
    const started = performance.now();
    const state = await loadedState(client, year);
    longestMilliseconds = Math.max(longestMilliseconds, performance.now() - started);
    if (!states.includes(state)) faults.add(`the database held rows of several summaries: ${state}`);
    for (const [name, hash] of Object.entries(filesIn(bucket))) {
      if (isHidden(name)) continue;
      if (!right.some(({ files }) => files[name] === hash)) faults.add(`${name} was seen half-made, or is nobody's`);
    }
    looks++;
  };
  const looking = (async () => {
    while (!stopping) {
      await look();
      await sleep(pauseMilliseconds);
    }
  })();
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
