import { getCompileCacheDir } from 'node:module';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { fromPlainError } from '../errors.ts';
import type { Part, PartResult } from './count-part.ts';
import type { CounterTables } from './counter-tables.ts';
import type { KeyRequest } from './flight-keys.ts';
import type { Answer, Question } from './read-thread.ts';

interface Waiting {
  onBytes: ((bytes: number) => void) | undefined;
  resolve(answer: any): void;
  reject(error: unknown): void;
}

interface Thread {
  worker: Worker;
  /** The questions that it has not answered yet, by number. */
  questions: Map<number, Waiting>;
}

/** Enough for what a batch leaves behind; with more, each thread would keep more of it. */
const youngGenerationMegabytes = 4;

/**
 * Threads that read parts of the input, one for each core. They start at once, so that they are ready when the parts are
 * known; a thread without a part does not keep the process alive.
 */
export class Threads {
  readonly #threads: Thread[] = Array.from({ length: availableParallelism() }, () => startThread());
  #questions = 0;

  get count(): number {
    return this.#threads.length;
  }

  /**
   * Have a part read by the thread that reads the fewest.
   * @param onBytes called with the bytes read, before the result is there
   */
  async read(part: Part, onBytes: (bytes: number) => void): Promise<PartResult> {
    return await this.#ask(this.#leastBusy(), { part }, onBytes);
  }

  /** Have a part read for the keys by which its flights are recognised in another file. */
  async keysOf(part: Part, keys: KeyRequest): Promise<Float64Array> {
    return await this.#ask(this.#leastBusy(), { part, keys });
  }

  /** The counts of all parts that were read: the tables of each thread. They can be taken once. */
  async tables(): Promise<CounterTables[]> {
    return await Promise.all(this.#threads.map((thread) => this.#ask<CounterTables>(thread, {})));
  }

  #leastBusy(): Thread {
    return this.#threads.toSorted((a, b) => a.questions.size - b.questions.size)[0];
  }

  async #ask<Result>(thread: Thread, question: Omit<Question, 'number'>, onBytes?: (bytes: number) => void) {
    const number = this.#questions++;
    thread.worker.ref();
    try {
      return await new Promise<Result>((resolve, reject) => {
        thread.questions.set(number, { onBytes, resolve, reject });
        thread.worker.postMessage({ number, ...question } satisfies Question);
      });
    } finally {
      thread.questions.delete(number);
      if (thread.questions.size === 0) thread.worker.unref();
    }
  }

  /** Stop reading at once; what is being read is given up. */
  async stop(): Promise<void> {
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
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

function startThread(): Thread {
  const worker = new Worker(new URL('./read-thread.ts', import.meta.url), {
    // A thread does not inherit the cache of compiled code from the process.
    env: { ...process.env, NODE_COMPILE_CACHE: getCompileCacheDir() ?? '' },
    resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMegabytes },
  });
  const questions = new Map<number, Waiting>();
  const fail = (error: unknown) => {
    for (const { reject } of questions.values()) reject(error);
  };
  worker.unref();
  worker.on('message', (answer: Answer) => {
    const waiting = questions.get(answer.number);
    if ('bytes' in answer) waiting?.onBytes?.(answer.bytes);
    else if ('result' in answer) waiting?.resolve(answer.result);
    else if ('keys' in answer) waiting?.resolve(answer.keys);
    else if ('tables' in answer) waiting?.resolve(answer.tables);
    else waiting?.reject(fromPlainError(answer.failure));
  });
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('a reader thread ended unexpectedly')));
  return { worker, questions };
}
