import { type LogLine, parseLogLine } from './log-line.ts';

/** A terminal that a person watches. */
interface Terminal {
  write(text: string): unknown;
  columns?: number;
}

const eraseLine = '\r\x1b[2K';
/** The command that runs the others. */
const wholeRun = 'run';

/**
 * Shows the log of a run as a person wants to see it: what a step does at this moment, and of each that is done one line with
 * its seconds. Warnings and errors, and what is no line of a log, are shown as they are.
 */
export class StepDisplay {
  readonly #terminal: Terminal;
  /** The step that is at work: its first line and its last. */
  #step: { first: LogLine; last: LogLine } | undefined;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Take a line of the log. */
  hear(text: string): void {
    this.#terminal.write(eraseLine);
    const line = parseLogLine(text);
    if (line?.level === 'INFO') this.#follow(line);
    else this.#terminal.write(`${text}\n`);
    if (this.#step) this.#terminal.write(this.#cut(`${nameOf(this.#step.last)} ${this.#step.last.words} …`));
  }

  /** The end of the log. A step that is not done is removed from the display. */
  end(): void {
    if (this.#step) this.#terminal.write(eraseLine);
    this.#step = undefined;
  }

  #follow(line: LogLine): void {
    const { command } = line.fields;
    if (this.#step?.first.fields.command === command) {
      this.#step.last = line;
      return;
    }
    if (this.#step) {
      const { first, last } = this.#step;
      const seconds = ((last.time - first.time) / 1000).toFixed(1);
      this.#terminal.write(`${nameOf(last)} ${seconds.padStart(6)} s  ${done(last)}\n`);
    }
    this.#step = command === wholeRun ? undefined : { first: line, last: line };
  }

  /** A line that wraps could not be erased. */
  #cut(text: string): string {
    return text.slice(0, (this.#terminal.columns || 80) - 1);
  }
}

function nameOf({ fields }: LogLine): string {
  return `${fields.year}  ${(fields.command ?? '').padEnd(8)}`;
}

/** What a step has said last, with its numbers. */
function done({ words, fields: { year, ...fields } }: LogLine): string {
  const numbers = Object.entries(fields)
    .filter(([, value]) => /^\d+$/.test(value) && Number(value) > 0)
    .map(([name, value]) => `${Number(value).toLocaleString('en-US')} ${name.replaceAll('_', ' ')}`);
  return [words, ...(numbers.length > 0 ? [numbers.join(', ')] : [])].join(': ');
}
