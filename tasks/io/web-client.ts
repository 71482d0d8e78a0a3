import { once } from 'node:events';
import { type IncomingMessage, request as requestByHttp } from 'node:http';
import { request as requestByHttps } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CookieJar } from 'tough-cookie';
import { InputError, SettingsError, UnreachableError } from '../errors.ts';
import { shown } from './origin.ts';

/** How long to try. */
export interface Patience {
  /** Number of attempts in a row that may bring no byte. */
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
/** How to ask. */
export interface WebOptions {
  userAgent: string;
  /** The header that says who asks; it is not sent on to another host. */
  authorization?: string | undefined;
  /** Called before each further attempt, with the reason. */
  onRetry(what: string): void;
  signal: AbortSignal;
  patience?: Patience;
  /** What messages call an address; without it they show the address without its query. */
  nameOf?: (url: URL) => string;
}

/** What to ask. */
export interface Question {
  headers?: Record<string, string>;
  /** A form's fields, to be posted; after a redirect what it leads to is got. */
  form?: URLSearchParams;
  /** Cookies to send, and where those of the answer are kept. */
  cookies?: CookieJar;
}

/** Asks servers by http and https, with patience. Certificates are always verified. */
export class WebClient {
  readonly #options: WebOptions;
  readonly #patience: Patience;
  readonly #nameOf: (url: URL) => string;

  constructor(options: WebOptions) {
    this.#options = options;
    this.#patience = options.patience ?? defaultPatience;
    this.#nameOf = options.nameOf ?? shown;
  }

  /** Do something again, with pauses, until it does not fail for a passing reason. */
  async persistently<T>(url: URL, action: () => Promise<T>): Promise<T> {
    for (let failures = 0; ; ) {
      try {
        return await action();
      } catch (error) {
        await this.pauseAfter(error, { url, failures: ++failures });
      }
    }
  }

  /**
   * Ask once.
   * @returns a connection to be closed, whose status is one of success, or says that there is no such file or range
   * @throws InputError, SettingsError for other answers; other errors are for {@link pauseAfter}
   */
  async ask(url: URL, { headers = {}, form, cookies }: Question = {}): Promise<Connection> {
    const { userAgent, authorization, signal } = this.#options;
    const connection = new Connection(url, signal, this.#patience.stallMilliseconds);
    try {
      for (let redirects = 0; ; redirects++) {
        const cookie = await cookies?.getCookieString(connection.url.href);
        await connection.open(
          {
            ...headers,
            'user-agent': userAgent,
            ...(authorization && connection.url.host === url.host && { authorization }),
            ...(cookie && { cookie }),
          },
          redirects === 0 && form ? { type: 'application/x-www-form-urlencoded', content: form.toString() } : undefined,
        );
        for (const each of connection.headers['set-cookie'] ?? []) {
          await cookies?.setCookie(each, connection.url.href, { ignoreError: true });
        }
        const { location } = connection.headers;
        if (!isRedirect(connection.status) || location === undefined) break;
        await drain(connection.body);
        if (redirects === mostRedirects)
          throw new InputError(`${this.#nameOf(url)} redirects too many times; check the address`);
        const next = new URL(location, connection.url);
        if (next.protocol !== connection.url.protocol && next.protocol !== 'https:') {
          throw new SettingsError(
            `${this.#nameOf(url)} redirects to an address with ${next.protocol}; expected https all the way`,
          );
        }
        connection.url = next;
      }
      checkAnswer(this.#nameOf(url), connection);
      return connection;
    } catch (error) {
      connection.close();
      throw connection.lost ?? error;
    }
  }

  /**
   * Post JSON once. A redirect counts as a fault, since what it leads to does not get the content.
   * @throws SettingsError for an answer that time does not change; other errors are for {@link pauseAfter}
   */
  async post(url: URL, json: string): Promise<void> {
    const { userAgent, signal } = this.#options;
    const connection = new Connection(url, signal, this.#patience.stallMilliseconds);
    try {
      await connection.open({ 'user-agent': userAgent }, { type: 'application/json; charset=utf-8', content: json });
      const { status } = connection;
      if (isBusy(status)) throw new BusyError(connection);
      if (status < 200 || status > 299) {
        throw new SettingsError(`${this.#nameOf(url)} refuses the message (HTTP ${status}); check its address`);
      }
    } catch (error) {
      throw connection.lost ?? error;
    } finally {
      connection.close();
    }
  }

  /** Whether an error may not come again another time. */
  isPassing(error: unknown): boolean {
    return passingReason(error) !== undefined;
  }

  /** Wait before the next attempt, or throw the error if there is no next attempt. */
  async pauseAfter(error: unknown, { url, failures, lost }: { url: URL; failures: number; lost?: Error | undefined }) {
    const { signal, onRetry } = this.#options;
    const { attempts, firstPauseMilliseconds, longestPauseMilliseconds } = this.#patience;
    signal.throwIfAborted();
    const reason = lost ?? error;
    const what = passingReason(reason);
    if (what === undefined) throw explain(this.#nameOf(url), reason);
    if (failures === attempts) {
      throw new UnreachableError(
        `${this.#nameOf(url)} did not answer after ${attempts} attempts (${what}); try again later`,
      );
    }
    const asked = reason instanceof BusyError ? reason.pauseMilliseconds : 0;
    if (asked > longestPauseMilliseconds) {
      const minutes = Math.ceil(asked / 60_000);
      throw new UnreachableError(`${this.#nameOf(url)} asks to wait ${minutes} minutes (${what}); try again then`);
    }
    const pause = Math.max(asked, firstPauseMilliseconds * 2 ** (failures - 1) * (1 + Math.random() / 4));
    onRetry(`${this.#nameOf(url)}: ${what}; next attempt in ${Math.ceil(pause / 1000)} s`);
    await sleep(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** A question and its answer, given up when nothing is heard for too long. */
export class Connection {
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
      this.lost = new LostError(`no data came for ${stallMilliseconds / 1000} s`);
      this.#stop.abort();
    }, stallMilliseconds);
  }

  get status(): number {
    return this.body.statusCode!;
  }

  get headers(): IncomingMessage['headers'] {
    return this.body.headers;
  }

  async open(headers: Record<string, string>, body?: { type: string; content: string }): Promise<void> {
    const request = this.url.protocol === 'https:' ? requestByHttps : requestByHttp;
    const asked = request(this.url, { method: body ? 'POST' : 'GET', headers, signal: this.#signal });
    if (body) asked.setHeader('content-type', body.type);
    asked.end(body?.content);
    [this.body] = await once(asked, 'response');
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

/** Read an answer to its end, so that its connection serves the next question. */
export async function drain(body: IncomingMessage): Promise<void> {
  for await (const _ of body);
}

const isRedirect = (status: number) => [301, 302, 303, 307, 308].includes(status);
/** Whether a status says that there is no such file. */
export const isGone = (status: number) => status === 404 || status === 410;

/** A connection broke. */
export class LostError extends Error {}

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

const isBusy = (status: number) => status === 429 || status === 408 || status >= 500;

function checkAnswer(name: string, connection: Connection): void {
  const { status } = connection;
  if (isBusy(status)) throw new BusyError(connection);
  if ([401, 403, 407].includes(status)) {
    throw new SettingsError(`${name} refuses access (HTTP ${status}); check the address and the credentials`);
  }
  if ((status < 200 || status > 299) && !isGone(status) && status !== 416) {
    throw new InputError(`${name} answers HTTP ${status}; expected the file; check the address`);
  }
}

const lostConnection = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['ENOTFOUND', 'EAI_AGAIN'],
]);

/** What went wrong, in a few words, if another attempt may succeed; otherwise undefined. */
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

function explain(name: string, error: unknown): unknown {
  const code = codeOf(error);
  if (incompleteChain.includes(code)) {
    return new SettingsError(
      `${name}: the server does not send the whole chain of its certificate, or an authority that this machine ` +
        `does not know signed it (${code}); save the missing certificate of the authority as a PEM file and name that ` +
        'in NODE_EXTRA_CA_CERTS (docs/acquire.md tells how)',
    );
  }
  if (/^(?:CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_)/.test(code)) {
    return new SettingsError(`${name}: the server's certificate cannot be verified (${code}); check the address`);
  }
  return error;
}
