import { MultiBar, Presets, type SingleBar } from 'cli-progress';

/** What a line tells beside its words. */
export type Fields = Record<string, string | number | boolean | undefined>;

const secondsBetweenProgressLines = 5;

/** What happens, for people who read `kubectl logs`; on a terminal also progress bars. */
export interface Log {
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
  /** Start to show the progress of something that takes a while. */
  progress(what: string, total: number | undefined): Progress;
  /** The same log with fields added to each line. */
  with(fields: Fields): Log;
}

/** Something under way. */
export interface Progress {
  update(done: number): void;
  end(): void;
}

/** A stream of text, and whether a person watches it. */
export interface Terminal {
  write(text: string): unknown;
  isTTY?: boolean;
}

/** One event a line: time, level, words, `key=value`. */
export class LineLog implements Log {
  readonly #terminal: Terminal;
  readonly #fields: Fields;

  constructor(terminal: Terminal, fields: Fields = {}) {
    this.#terminal = terminal;
    this.#fields = fields;
  }

  info(message: string, fields?: Fields): void {
    this.#line('INFO', message, fields);
  }

  warn(message: string, fields?: Fields): void {
    this.#line('WARN', message, fields);
  }

  error(message: string, fields?: Fields): void {
    this.#line('ERROR', message, fields);
  }

  with(fields: Fields): Log {
    return new LineLog(this.#terminal, { ...this.#fields, ...fields });
  }

  progress(what: string, total: number | undefined): Progress {
    if (this.#terminal.isTTY && total) return bar(what, total);
    let last = performance.now();
    return {
      update: (done) => {
        const now = performance.now();
        if (now - last < secondsBetweenProgressLines * 1000) return;
        last = now;
        this.info(what, { done, ...(total && { total, percent: Math.floor((100 * done) / total) }) });
      },
      end: () => {},
    };
  }

  #line(level: string, message: string, fields: Fields = {}): void {
    const pairs = Object.entries({ ...this.#fields, ...fields })
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => `${key}=${/[\s"=]/.test(String(value)) ? JSON.stringify(value) : value}`);
    // A line break in a message would start a line without time and level.
    const words = message.replaceAll(/\s*\n\s*/g, ' ');
    this.#terminal.write(`${[new Date().toISOString(), level, words, ...pairs].join(' ')}\n`);
  }
}

function bar(what: string, total: number): Progress {
  const bars = new MultiBar(
    { format: `${what.padEnd(18)} {bar} {percentage}% {value}/{total}`, hideCursor: true, stopOnComplete: true },
    Presets.shades_classic,
  );
  const single: SingleBar = bars.create(total, 0);
  return {
    update: (done) => single.update(done),
    end: () => {
      single.update(total);
      bars.stop();
    },
  };
}
