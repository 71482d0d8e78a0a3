import { getCompileCacheDir } from 'node:module';
import { Worker } from 'node:worker_threads';
import { fromPlainError } from '../errors.ts';
import type { Part, PartResult } from './count-part.ts';
import type { CounterTables } from './counter-tables.ts';
import type { CountingThread } from './counting-thread.ts';
import type { KeyRequest } from './flight-keys.ts';
import type { Answer, Question } from './read-thread.ts';

interface Waiting {
  onBytes: ((bytes: number) => void) | undefined;
  resolve(answer: any): void;
  reject(error: unknown): void;
}

/** Enough for what a batch leaves behind; with more, each thread would keep more of it. */
const youngGenerationMegabytes = 4;

/** A thread beside that of the process. It starts at once; while it reads nothing, it does not keep the process alive. */
export class WorkerThread implements CountingThread {
  readonly #worker = new Worker(new URL('./read-thread.ts', import.meta.url), {
    // A thread does not inherit the cache of compiled code from the process.
    env: { ...process.env, NODE_COMPILE_CACHE: getCompileCacheDir() ?? '' },
    resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMegabytes },
  });
  /** The questions that it has not answered yet, by number. */
  readonly #questions = new Map<number, Waiting>();
  #asked = 0;
  /** Why it has ended. Nobody answers what is asked after that. */
  #fault: unknown;

  constructor() {
    const fail = (error: unknown) => {
      this.#fault ??= error;
      for (const { reject } of this.#questions.values()) reject(error);
    };
    this.#worker.unref();
    this.#worker.on('message', (answer: Answer) => {
      const waiting = this.#questions.get(answer.number);
      if ('bytes' in answer) waiting?.onBytes?.(answer.bytes);
      else if ('result' in answer) waiting?.resolve(answer.result);
      else if ('keys' in answer) waiting?.resolve(answer.keys);
      else if ('tables' in answer) waiting?.resolve(answer.tables);
      else waiting?.reject(fromPlainError(answer.failure));
    });
    this.#worker.on('error', fail);
    this.#worker.on('exit', () => fail(new Error('a reader thread ended unexpectedly')));
  }

  get busy(): number {
    return this.#questions.size;
  }

  async read(part: Part, onBytes: (bytes: number) => void): Promise<PartResult> {
    return await this.#ask({ part }, onBytes);
  }

  async keysOf(part: Part, keys: KeyRequest): Promise<Float64Array> {
    return await this.#ask({ part, keys });
  }

  async tables(): Promise<CounterTables> {
    return await this.#ask({});
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  async #ask<Result>(question: Omit<Question, 'number'>, onBytes?: (bytes: number) => void): Promise<Result> {
    if (this.#fault !== undefined) throw this.#fault;
    const number = this.#asked++;
    this.#worker.ref();
    try {
      return await new Promise<Result>((resolve, reject) => {
        this.#questions.set(number, { onBytes, resolve, reject });
        this.#worker.postMessage({ number, ...question } satisfies Question);
      });
    } finally {
      this.#questions.delete(number);
      if (this.#questions.size === 0) this.#worker.unref();
    }
  }
}
