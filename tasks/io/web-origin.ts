import { once } from 'node:events';
import { get as getByHttp, type IncomingMessage } from 'node:http';
import { get as getByHttps } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { InputError, SettingsError, UnreachableError } from '../errors.ts';
import { lastSegment, type Origin, type OriginFile, StartOverError, shown } from './origin.ts';

/** How long to try. */
export interface Patience {
  /** In a row without a byte. */
  attempts: number;
  /** Before the second attempt; each pause is twice as long as the one before. */
  firstPauseMilliseconds: number;
  /** Without a byte for this long, a connection counts as lost. */
  stallMilliseconds: number;
  /** A server that asks for a longer pause is left for today. */
  longestPauseMilliseconds: number;
}

/** With the pauses between them, an outage of about fifteen seconds is survived. */
const defaultPatience: Patience = {
  attempts: 6,
  firstPauseMilliseconds: 500,
  stallMilliseconds: 30_000,
  longestPauseMilliseconds: 300_000,
};

const mostRedirects = 5;
/** Reading an answer to its end is cheaper than a new connection up to here. */
const longestDrainBytes = 1 << 14;

/** How to ask. */
export interface WebOriginOptions {
  userAgent: string;
  /** The header that says who asks; it is not sent on to another host. */
  authorization?: string | undefined;
  /** Told whenever something has to be asked for again. */
  onRetry(what: string): void;
  signal: AbortSignal;
  patience?: Patience;
}

/** Files behind http and https. Certificates are always verified. */
export class WebOrigin implements Origin {
  readonly #options: WebOriginOptions;
  readonly #patience: Patience;

  constructor(options: WebOriginOptions) {
    this.#options = options;
    this.#patience = options.patience ?? defaultPatience;
  }

  async look(url: URL): Promise<OriginFile | undefined> {
    return await this.#persistently(url, async () => {
      // A byte, since not every server answers HEAD as it answers GET.
      const connection = await this.#ask(url, { range: 'bytes=0-0' });
      try {
        const { status, headers } = connection;
        // A connection whose answer was read serves the next question, too.
        if (Number(headers['content-length'] ?? Infinity) <= longestDrainBytes) await drain(connection.body);
        if (isGone(status)) return undefined;
        const range = /\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1];
        const size = status === 206 ? range : headers['content-length'];
        return {
          url,
          name: lastSegment(connection.url),
          ...(size && { size: Number(size) }),
          ...(headers.etag && { etag: headers.etag }),
          ...(headers['last-modified'] && { lastModified: headers['last-modified'] }),
        };
      } finally {
        connection.close();
      }
    });
  }

  async *read(file: OriginFile): AsyncIterable<Uint8Array> {
    const { url } = file;
    const validator = file.etag?.startsWith('"') ? file.etag : file.lastModified;
    let position = 0;
    for (let failures = 0; ; ) {
      let connection: Connection | undefined;
      try {
        if (position > 0 && !validator) throw new StartOverError();
        connection = await this.#ask(url, position > 0 ? { range: `bytes=${position}-`, 'if-range': validator! } : {});
        const { status, headers, body } = connection;
        if (isGone(status) || status === 416) throw changed(url);
        if (position > 0 && status !== 206) throw new StartOverError();
        const rest = headers['content-length'];
        if (file.size !== undefined && rest !== undefined && position + Number(rest) !== file.size) throw changed(url);
        for await (const chunk of body as AsyncIterable<Buffer>) {
          position += chunk.length;
          failures = 0;
          connection.patient = true;
          yield chunk;
          connection.patient = false;
          connection.heard();
        }
        if (file.size !== undefined && position < file.size) throw new LostError('the connection closed early');
        return;
      } catch (error) {
        await this.#pauseAfter(error, { url, failures: ++failures, lost: connection?.lost });
      } finally {
        connection?.close();
      }
    }
  }

  async #persistently<T>(url: URL, action: () => Promise<T>): Promise<T> {
    for (let failures = 0; ; ) {
      try {
        return await action();
      } catch (error) {
        await this.#pauseAfter(error, { url, failures: ++failures });
      }
    }
  }

  async #ask(url: URL, headers: Record<string, string>): Promise<Connection> {
    const { userAgent, authorization, signal } = this.#options;
    const connection = new Connection(url, signal, this.#patience.stallMilliseconds);
    try {
      for (let redirects = 0; ; redirects++) {
        await connection.open({
          ...headers,
          'user-agent': userAgent,
          ...(authorization && connection.url.host === url.host && { authorization }),
        });
        const { location } = connection.headers;
        if (!isRedirect(connection.status) || location === undefined) break;
        await drain(connection.body);
        if (redirects === mostRedirects) throw new InputError(`${shown(url)} redirects without end; check the address`);
        const next = new URL(location, connection.url);
        if (next.protocol !== connection.url.protocol && next.protocol !== 'https:') {
          throw new SettingsError(`${shown(url)} redirects to ${shown(next)}; expected https all the way`);
        }
        connection.url = next;
      }
      checkAnswer(url, connection);
      return connection;
    } catch (error) {
      connection.close();
      throw connection.lost ?? error;
    }
  }

  /** Wait before the next attempt; an error after which there is none is thrown. */
  async #pauseAfter(error: unknown, { url, failures, lost }: { url: URL; failures: number; lost?: Error | undefined }) {
    const { signal, onRetry } = this.#options;
    const { attempts, firstPauseMilliseconds, longestPauseMilliseconds } = this.#patience;
    signal.throwIfAborted();
    const reason = lost ?? error;
    const what = passingReason(reason);
    if (what === undefined) throw explain(url, reason);
    if (failures === attempts) {
      throw new UnreachableError(`${shown(url)} did not answer after ${attempts} attempts (${what}); try again later`);
    }
    const asked = reason instanceof BusyError ? reason.pauseMilliseconds : 0;
    if (asked > longestPauseMilliseconds) {
      const minutes = Math.ceil(asked / 60_000);
      throw new UnreachableError(`${shown(url)} asks to come back in ${minutes} minutes (${what}); try again then`);
    }
    const pause = Math.max(asked, firstPauseMilliseconds * 2 ** (failures - 1) * (1 + Math.random() / 4));
    onRetry(`${shown(url)}: ${what}; next attempt in ${Math.ceil(pause / 1000)} s`);
    await sleep(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** A question and its answer, given up when nothing is heard for too long. */
class Connection {
  /** After redirects. */
  url: URL;
  body!: IncomingMessage;
  /** Why it was given up. */
  lost: LostError | undefined;
  /** Nothing can be heard while nobody listens. */
  patient = false;
  readonly #signal: AbortSignal;
  readonly #stop = new AbortController();
  readonly #watchdog: NodeJS.Timeout;

  constructor(url: URL, signal: AbortSignal, stallMilliseconds: number) {
    this.url = url;
    this.#signal = AbortSignal.any([signal, this.#stop.signal]);
    this.#watchdog = setTimeout(() => {
      if (this.patient) return;
      this.lost = new LostError(`nothing was heard for ${stallMilliseconds / 1000} s`);
      this.#stop.abort();
    }, stallMilliseconds);
  }

  get status(): number {
    return this.body.statusCode!;
  }

  get headers(): IncomingMessage['headers'] {
    return this.body.headers;
  }

  async open(headers: Record<string, string>): Promise<void> {
    const get = this.url.protocol === 'https:' ? getByHttps : getByHttp;
    [this.body] = await once(get(this.url, { headers, signal: this.#signal }), 'response');
    this.heard();
  }

  heard(): void {
    this.#watchdog.refresh();
  }

  close(): void {
    clearTimeout(this.#watchdog);
    this.#stop.abort();
  }
}

async function drain(body: IncomingMessage): Promise<void> {
  for await (const _ of body);
}

const isRedirect = (status: number) => [301, 302, 303, 307, 308].includes(status);
const isGone = (status: number) => status === 404 || status === 410;

class LostError extends Error {}

/** A server that answers, but not with the file. */
class BusyError extends Error {
  readonly pauseMilliseconds: number;

  constructor({ status, headers }: Connection) {
    super(`HTTP ${status}`);
    const text = headers['retry-after'] ?? '';
    const milliseconds = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
    this.pauseMilliseconds = milliseconds > 0 ? milliseconds : 0;
  }
}

function checkAnswer(url: URL, connection: Connection): void {
  const { status } = connection;
  if (status === 429 || status === 408 || status >= 500) throw new BusyError(connection);
  if ([401, 403, 407].includes(status)) {
    throw new SettingsError(`${shown(url)} refuses access (HTTP ${status}); check the address and the credentials`);
  }
  if ((status < 200 || status > 299) && !isGone(status) && status !== 416) {
    throw new InputError(`${shown(url)} answers HTTP ${status}; expected the file; check the address`);
  }
}

const changed = (url: URL) => new StartOverError(`${shown(url)} changed while it was fetched`);

const lostConnection = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['ENOTFOUND', 'EAI_AGAIN'],
]);

/** In a few words what went wrong, if it may go well another time. */
function passingReason(error: unknown): string | undefined {
  if (error instanceof LostError || error instanceof BusyError) return error.message;
  const code = codeOf(error);
  return lostConnection.has(code) || code.startsWith('HPE_') ? code : undefined;
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';

const incompleteChain = [
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_GET_ISSUER_CERT',
];

function explain(url: URL, error: unknown): unknown {
  const code = codeOf(error);
  if (incompleteChain.includes(code)) {
    return new SettingsError(
      `${shown(url)}: the server does not send the whole chain of its certificate, or an authority that this machine ` +
        `does not know signed it (${code}); save the missing certificate of the authority as a PEM file and name that ` +
        'in NODE_EXTRA_CA_CERTS (docs/acquire.md tells how)',
    );
  }
  if (/^(?:CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_)/.test(code)) {
    return new SettingsError(`${shown(url)}: the server's certificate cannot be verified (${code}); check the address`);
  }
  return error;
}
