import { Presets, SingleBar } from 'cli-progress';
import { withoutPasswords } from '../without-passwords.ts';

/** The fields of a log line, after its message. */
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

/** One event a line: time, level, words, `key=value`. On a terminal progress is a bar, elsewhere a line now and then. */
export class LineLog implements Log {
  readonly #terminal: Terminal;
  readonly #fields: Fields;
  /** Shared by all logs of the terminal: the bar that is being drawn. */
  readonly #bars: { drawn?: SingleBar | undefined };

  constructor(terminal: Terminal, fields: Fields = {}, bars = {}) {
    this.#terminal = terminal;
    this.#fields = fields;
    this.#bars = bars;
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
    return new LineLog(this.#terminal, { ...this.#fields, ...fields }, this.#bars);
  }

  progress(what: string, total: number | undefined): Progress {
    if (this.#terminal.isTTY && total) return this.#bar(what, total);
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

  #bar(what: string, total: number): Progress {
    const format = `${what.padEnd(16)} {bar} {percentage} %  {value} of {total}`;
    const stream = this.#terminal as unknown as NodeJS.WritableStream;
    const bar = new SingleBar({ format, stream, barsize: 30, gracefulExit: false }, Presets.shades_classic);
    this.#bars.drawn?.stop();
    this.#bars.drawn = bar;
    bar.start(total, 0);
    return {
      update: (done) => bar.update(done),
      end: () => {
        bar.update(total);
        bar.stop();
        this.#bars.drawn = undefined;
      },
    };
  }

  #line(level: string, message: string, fields: Fields = {}): void {
    // A line in the middle of a bar, such as an error, leaves the bar behind.
    this.#bars.drawn?.stop();
    this.#bars.drawn = undefined;
    const pairs = Object.entries({ ...this.#fields, ...fields })
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => `${key}=${/[\s"=]/.test(String(value)) ? JSON.stringify(value) : value}`);
    // A line break in a message would start a line without time and level.
    const words = message.replaceAll(/\s*\n\s*/g, ' ');
    this.#terminal.write(`${withoutPasswords([new Date().toISOString(), level, words, ...pairs].join(' '))}\n`);
  }
}
