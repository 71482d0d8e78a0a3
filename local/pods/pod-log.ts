import { EventEmitter, on } from 'node:events';

interface Line {
  time: Date;
  text: string;
}

/** How much of a log is wanted, as in the pod API. */
export interface LogOptions {
  follow: boolean;
  timestamps: boolean;
  tailLines?: number | undefined;
  sinceSeconds?: number | undefined;
}

/** The log of a container: lines with their time, for any number of readers, until it is closed. */
export class PodLog {
  readonly #lines: Line[] = [];
  readonly #changed = new EventEmitter().setMaxListeners(0);
  #half = '';
  #closed = false;

  write(text: string): void {
    const lines = (this.#half + text).split('\n');
    this.#half = lines.pop()!;
    for (const line of lines) this.#lines.push({ time: new Date(), text: line });
    this.#changed.emit('change');
  }

  close(): void {
    if (this.#half) this.write('\n');
    this.#closed = true;
    this.#changed.emit('change');
  }

  /** The end of the log, as Kubernetes cuts it for a termination message. */
  tail(): string {
    return this.#lines
      .slice(-80)
      .map(({ text }) => `${text}\n`)
      .join('')
      .slice(-2048);
  }

  async *read({ follow, timestamps, tailLines, sinceSeconds }: LogOptions, signal: AbortSignal): AsyncIterable<string> {
    const from = sinceSeconds === undefined ? 0 : Date.now() - sinceSeconds * 1000;
    let next = tailLines === undefined ? 0 : Math.max(0, this.#lines.length - tailLines);
    const changes = on(this.#changed, 'change', { signal });
    try {
      while (true) {
        for (; next < this.#lines.length; next++) {
          const { time, text } = this.#lines[next];
          // Kubernetes writes times in nanoseconds.
          if (time.getTime() >= from)
            yield `${timestamps ? `${time.toISOString().replace('Z', '000000Z')} ` : ''}${text}\n`;
        }
        if (this.#closed || !follow) return;
        await changes.next();
      }
    } finally {
      await changes.return?.();
    }
  }
}
