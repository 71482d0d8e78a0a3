import { getCompileCacheDir } from 'node:module';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { fromPlainError } from '../errors.ts';
import type { CountedBatch, Part, PartResult } from './count-part.ts';
import type { KeyRequest } from './flight-keys.ts';
import type { Answer, Question } from './read-thread.ts';

interface Waiting {
  onBatch(batch: CountedBatch): void;
  resolve(result: PartResult | Float64Array): void;
  reject(error: unknown): void;
}

interface Thread {
  worker: Worker;
  /** The parts it reads, by their number. */
  parts: Map<number, Waiting>;
}

/** Enough for what a batch leaves behind; with more, each thread would keep more of it. */
const youngGenerationMegabytes = 4;

/**
 * Threads that read parts of the input, one for each core. They start at once, so that they are ready when the parts are
 * known; a thread without a part does not keep the process alive.
 */
export class Threads {
  readonly #threads: Thread[] = Array.from({ length: availableParallelism() }, () => startThread());
  #parts = 0;

  get count(): number {
    return this.#threads.length;
  }

  /**
   * Have a part read by the thread that reads the fewest.
   * @param onBatch called with what has been counted, before the result is there
   */
  async read(part: Part, onBatch: (batch: CountedBatch) => void): Promise<PartResult> {
    return (await this.#ask({ part }, onBatch)) as PartResult;
  }

  /** The same for what the part's flights are known by in another file, too. */
  async keysOf(part: Part, keys: KeyRequest): Promise<Float64Array> {
    return (await this.#ask({ part, keys }, () => {})) as Float64Array;
  }

  async #ask(question: Omit<Question, 'number'>, onBatch: (batch: CountedBatch) => void) {
    const thread = this.#threads.toSorted((a, b) => a.parts.size - b.parts.size)[0];
    const number = this.#parts++;
    thread.worker.ref();
    try {
      return await new Promise<PartResult | Float64Array>((resolve, reject) => {
        thread.parts.set(number, { onBatch, resolve, reject });
        thread.worker.postMessage({ number, ...question } satisfies Question);
      });
    } finally {
      thread.parts.delete(number);
      if (thread.parts.size === 0) thread.worker.unref();
    }
  }

  /** Stop reading, now; what is being read is given up. */
  async stop(): Promise<void> {
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }
}

let prepared: Threads | undefined;

/** Start the threads that will read the next year. */
export function prepareThreads(): void {
  prepared ??= new Threads();
}

/** The threads that were prepared, or new ones; whoever takes them stops them. */
export function takeThreads(): Threads {
  const threads = prepared ?? new Threads();
  prepared = undefined;
  return threads;
}

function startThread(): Thread {
  const worker = new Worker(new URL('./read-thread.ts', import.meta.url), {
    // A thread does not inherit the cache of compiled code from the process.
    env: { ...process.env, NODE_COMPILE_CACHE: getCompileCacheDir() ?? '' },
    resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMegabytes },
  });
  const parts = new Map<number, Waiting>();
  const fail = (error: unknown) => {
    for (const { reject } of parts.values()) reject(error);
  };
  worker.unref();
  worker.on('message', (answer: Answer) => {
    const waiting = parts.get(answer.number);
    if ('batch' in answer) waiting?.onBatch(answer.batch);
    else if ('result' in answer) waiting?.resolve(answer.result);
    else waiting?.reject(fromPlainError(answer.failure));
  });
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('a reading thread has ended')));
  return { worker, parts };
}
