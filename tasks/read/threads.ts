import { availableParallelism } from 'node:os';
import type { Part, PartResult } from './count-part.ts';
import type { CounterTables } from './counter-tables.ts';
import type { CountingThread } from './counting-thread.ts';
import type { KeyRequest } from './flight-keys.ts';
import { OwnThread } from './own-thread.ts';
import { WorkerThread } from './worker-thread.ts';

/**
 * Threads that read parts of the input, one for each core: the process's own, and workers, which start at once, so that
 * they are ready when the parts are known.
 */
export class Threads {
  // Workers come first, since the own thread still has the plan to make while they could read.
  readonly #threads: CountingThread[] = [
    ...Array.from({ length: availableParallelism() - 1 }, () => new WorkerThread()),
    new OwnThread(),
  ];

  get count(): number {
    return this.#threads.length;
  }

  /**
   * Have a part read by the thread that reads the fewest.
   * @param onBytes called with the bytes read, before the result is there
   */
  async read(part: Part, onBytes: (bytes: number) => void): Promise<PartResult> {
    return await this.#leastBusy().read(part, onBytes);
  }

  /** Have a part read for the keys by which its flights are recognised in another file. */
  async keysOf(part: Part, keys: KeyRequest): Promise<Float64Array> {
    return await this.#leastBusy().keysOf(part, keys);
  }

  /** The counts of all parts that were read: the tables of each thread. They can be taken once. */
  async tables(): Promise<CounterTables[]> {
    return await Promise.all(this.#threads.map((thread) => thread.tables()));
  }

  #leastBusy(): CountingThread {
    return this.#threads.toSorted((a, b) => a.busy - b.busy)[0];
  }

  /** Stop reading at once; what is being read is given up. */
  async stop(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.stop()));
  }
}

let prepared: Threads | undefined;

/** Start the threads that will read the next year. */
export function prepareThreads(): void {
  prepared ??= new Threads();
}

/** The threads that were prepared, or new ones. The caller has to stop them. */
export function takeThreads(): Threads {
  const threads = prepared ?? new Threads();
  prepared = undefined;
  return threads;
}
