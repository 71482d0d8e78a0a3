import type { Readable, Writable } from 'node:stream';
import type { ConnectionTransport } from 'puppeteer';

/** The browser sends this when the process of a page has died, also of a page that Puppeteer does not know yet. */
const crash = Buffer.from('{"method":"Target.targetCrashed"');

/** Messages to and from a browser on two pipes, each with a zero behind it. Puppeteer keeps its own one to itself. */
export class PipeTransport implements ConnectionTransport {
  onmessage?: (message: string) => void;
  onclose?: () => void;
  readonly #toBrowser: Writable;

  constructor(toBrowser: Writable, fromBrowser: Readable, onCrash: () => void) {
    this.#toBrowser = toBrowser;
    // A browser that has died is noticed by its end.
    toBrowser.on('error', () => {});
    fromBrowser.on('error', () => {});
    fromBrowser.on('close', () => this.onclose?.());
    let begun: Buffer[] = [];
    fromBrowser.on('data', (chunk: Buffer) => {
      for (let start = 0; start < chunk.length; ) {
        const end = chunk.indexOf(0, start);
        begun.push(chunk.subarray(start, end === -1 ? chunk.length : end));
        if (end === -1) return;
        const message = Buffer.concat(begun);
        begun = [];
        start = end + 1;
        if (message.subarray(0, crash.length).equals(crash)) onCrash();
        // Each message gets its own turn of the event loop, as with a socket.
        setImmediate(() => this.onmessage?.(message.toString()));
      }
    });
  }

  send(message: string): void {
    this.#toBrowser.write(`${message}\0`);
  }

  close(): void {
    this.#toBrowser.end();
  }
}
