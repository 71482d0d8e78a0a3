// The entry of a reading thread: see threads.ts.
import { parentPort } from 'node:worker_threads';
import { type PlainError, toPlainError } from '../errors.ts';
import { type CountedBatch, countPart, type Part, type PartResult } from './count-part.ts';

export interface Question {
  number: number;
  part: Part;
}

export type Answer = { number: number } & ({ batch: CountedBatch } | { result: PartResult } | { failure: PlainError });

const answer = (message: Answer) => parentPort!.postMessage(message, handedOver(message));

/** A batch's flights go to the other thread without being copied. */
function handedOver(message: Answer): ArrayBuffer[] {
  if (!('batch' in message)) return [];
  const { lateness, carrier } = message.batch.counts.flights;
  return [lateness.buffer as ArrayBuffer, carrier.buffer as ArrayBuffer];
}

parentPort!.on('message', async ({ number, part }: Question) => {
  try {
    answer({ number, result: await countPart(part, (batch) => answer({ number, batch })) });
  } catch (error) {
    const failure = toPlainError(error);
    // What was not expected ends the thread, and is told with its stack.
    if (!failure) throw error;
    answer({ number, failure });
  }
});
