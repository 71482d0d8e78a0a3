// The entry of a reading thread: see threads.ts.
import { parentPort } from 'node:worker_threads';
import { type PlainError, toPlainError } from '../errors.ts';
import { countPart, keysOfPart, type Part, type PartResult } from './count-part.ts';
import { buffersOf, type CounterTables } from './counter-tables.ts';
import { FlightCounters } from './flight-counters.ts';
import type { KeyRequest } from './flight-keys.ts';

/** A part to read; without one, what all parts came to is asked for. */
export interface Question {
  number: number;
  part?: Part;
  /** What to answer instead of counting the part. */
  keys?: KeyRequest;
}

export type Answer = { number: number } & (
  | { bytes: number }
  | { result: PartResult }
  | { keys: Float64Array }
  | { tables: CounterTables }
  | { failure: PlainError }
);

const counters = new FlightCounters();
const answer = (message: Answer, handedOver?: ArrayBuffer[]) => parentPort!.postMessage(message, handedOver);

parentPort!.on('message', async ({ number, part, keys: request }: Question) => {
  if (!part) {
    const tables = counters.tables();
    answer({ number, tables }, buffersOf(tables));
    return;
  }
  try {
    if (request) {
      const keys = await keysOfPart(part, request);
      answer({ number, keys }, [keys.buffer]);
    } else answer({ number, result: await countPart(part, counters, (bytes) => answer({ number, bytes })) });
  } catch (error) {
    const failure = toPlainError(error);
    // An error that was not expected ends the thread and is reported with its stack.
    if (!failure) throw error;
    answer({ number, failure });
  }
});
