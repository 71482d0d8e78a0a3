import type { Part, PartResult } from './count-part.ts';
import type { CounterTables } from './counter-tables.ts';
import type { KeyRequest } from './flight-keys.ts';

/** A thread that reads parts of the input, and counts the flights of all of them in tables of its own. */
export interface CountingThread {
  /** Number of parts that it reads at the moment. */
  readonly busy: number;
  /** @param onBytes called with the bytes read, before the result is there */
  read(part: Part, onBytes: (bytes: number) => void): Promise<PartResult>;
  /** Read a part for the keys by which its flights are recognised in another file. */
  keysOf(part: Part, request: KeyRequest): Promise<Float64Array>;
  /** The counts of all parts that were read. They can be taken once. */
  tables(): Promise<CounterTables>;
  /** Give up what is being read, whose promises are rejected. */
  stop(): Promise<void>;
}
