// The entry of a reading thread: see threads.ts.
import { parentPort } from 'node:worker_threads';
import { type PlainError, toPlainError } from '../errors.ts';
import { type CountedBatch, countPart, keysOfPart, type Part, type PartResult } from './count-part.ts';
import type { KeyRequest } from './flight-keys.ts';

export interface Question {
  number: number;
  part: Part;
  /** What to answer instead of counts. */
  keys?: KeyRequest;
}

export type Answer = { number: number } & (
  | { batch: CountedBatch }
  | { result: PartResult | Float64Array }
  | { failure: PlainError }
);

const answer = (message: Answer) => parentPort!.postMessage(message, handedOver(message));

/** A batch's flights and keys go to the other thread without being copied. */
function handedOver(message: Answer): ArrayBuffer[] {
  if ('result' in message && message.result instanceof Float64Array) return [message.result.buffer as ArrayBuffer];
  if (!('batch' in message)) return [];
  const { lateness, carrier } = message.batch.counts.flights;
  return [lateness.buffer as ArrayBuffer, carrier.buffer as ArrayBuffer];
}

parentPort!.on('message', async ({ number, part, keys }: Question) => {
  try {
    if (keys) answer({ number, result: await keysOfPart(part, keys) });
    else answer({ number, result: await countPart(part, (batch) => answer({ number, batch })) });
  } catch (error) {
    const failure = toPlainError(error);
    // What was not expected ends the thread, and is told with its stack.
    if (!failure) throw error;
    answer({ number, failure });
  }
});
