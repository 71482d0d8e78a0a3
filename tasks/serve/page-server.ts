import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { contentPolicy } from '../../charts/pages/content-policy.ts';
import { ExpectedError, InputError, SettingsError, UnreachableError } from '../errors.ts';
import type { Log } from '../io/log.ts';
import { ReplacedError } from '../io/replaced-while-read.ts';
import type { Storage, StoredObject } from '../io/storage.ts';
import { type Answer, answerFor } from './answer-for.ts';
import { outputKey } from './output-key.ts';

/** Reports, charts and exports over HTTP. */
export interface PageServer {
  url: string;
  /** Takes no more requests, and resolves when those under way are answered, or after some seconds. */
  stop(): Promise<void>;
}

export interface PageServerOptions {
  host: string;
  /** 0: any that is free. */
  port: number;
  /** Faults go there. */
  log: Log;
}

const healthPath = '/healthz';
const firstPage = '/reports/index.html';
const firstPagePaths = ['/', '/reports', '/reports/'];

/** A load balancer keeps a connection for 60 s, and must be the first to close it. */
const keepAliveMilliseconds = 65_000;
/** A client that accepts no byte for this long counts as gone. */
const idleMilliseconds = 60_000;
/** Each connection holds a chunk or two in memory: with 40 at once, a server of a bucket takes 250 MB. */
const mostConnections = 200;
/** Less than `main.ts` leaves a command to stop. */
const graceMilliseconds = 3_000;
/** A page that is replaced between two questions is looked up again. */
const lookUps = 3;
const retrySeconds = 10;

const securityHeaders = {
  'content-security-policy': `${contentPolicy("'self'")}; frame-ancestors 'none'`,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/**
 * Serve the public folders of the outputs, for GET and HEAD only. Nothing is listed.
 * @throws UnreachableError when the port is taken
 * @throws SettingsError when host and port cannot be listened on
 */
export async function startPageServer(storage: Storage, { host, port, log }: PageServerOptions): Promise<PageServer> {
  const answer = requestListener(storage, log);
  const underWay = new Set<ServerResponse>();
  const server = createServer({ keepAliveTimeout: keepAliveMilliseconds }, (request, response) => {
    underWay.add(response);
    response.once('close', () => underWay.delete(response));
    void answer(request, response);
  });
  server.timeout = idleMilliseconds;
  server.maxConnections = mostConnections;
  await listen(server, { host, port });
  const { port: given } = server.address() as AddressInfo;
  return {
    url: `http://${isIPv6(host) ? `[${host}]` : host}:${given}`,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      const answered = Promise.all([...underWay].map((response) => once(response, 'close')));
      await Promise.race([answered, sleep(graceMilliseconds, undefined, { ref: false })]);
      server.closeAllConnections();
      await closed;
    },
  };
}

async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new UnreachableError(`port ${port} is taken; choose another with --port`);
    throw new SettingsError(`cannot listen on ${host}, port ${port} (${message}); check --host and --port`);
  }
}

/** What listens to requests. It answers each of them and throws nothing. */
function requestListener(storage: Storage, log: Log) {
  const tellOnce = onlyOnce((message) => log.warn(`${message}. It is answered with 404, and not logged again`));
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    try {
      await answerRequest(request, response);
    } catch (error) {
      // To a role that may not list, S3 answers the same for a missing object.
      if (error instanceof InputError) tellOnce(error.message);
      else if (error instanceof ExpectedError) log.error(error.message);
      // Otherwise the client has left in the middle, which is not a fault.
      else if (!response.destroyed) log.error(`a bug: ${(error instanceof Error && error.stack) || error}`);
      answerFault(response, error);
    }
  };

  async function answerRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    if (method !== 'GET' && method !== 'HEAD') {
      return say(response, 405, 'Only GET and HEAD are answered here.', { allow: 'GET, HEAD' });
    }
    const [path] = url.split('?', 1);
    if (path === healthPath) return say(response, 200, 'ok');
    if (firstPagePaths.includes(path)) return say(response, 302, `See ${firstPage}`, { location: firstPage });
    const key = outputKey(path);
    if (key === undefined) return notFound(response);
    for (let lookUp = 1; ; lookUp++) {
      const object = await storage.stat(key);
      if (!object) return notFound(response);
      const answer = answerFor(object, { method, headers });
      try {
        return await send(response, object, answer);
      } catch (error) {
        const isNew = error instanceof ReplacedError && !response.headersSent && lookUp < lookUps;
        if (!isNew) throw error;
      }
    }
  }

  async function send(response: ServerResponse, object: StoredObject, { status, headers, body }: Answer) {
    if (status === 416) return say(response, 416, 'The file is shorter than that.', headers);
    if (!body) {
      response.writeHead(status, headers).end();
      return;
    }
    const chunks = copied(storage.stream(object, body));
    try {
      // Until the first bytes are there, the answer may still become another.
      const first = await chunks.next();
      response.writeHead(status, headers);
      await pipeline(async function* () {
        if (!first.done) yield first.value;
        yield* chunks;
      }, response);
    } finally {
      // The pipeline closes only what it has begun to read, which is nothing where the client leaves before the first bytes.
      await chunks.return(undefined);
    }
  }
}

function answerFault(response: ServerResponse, error: unknown): void {
  // The headers have promised more bytes than there are. Only a broken connection can tell the client.
  if (response.headersSent) response.destroy();
  else if (error instanceof InputError) notFound(response);
  else if (error instanceof ExpectedError) {
    const words = 'The files cannot be reached at the moment. Try again later.';
    say(response, 503, words, { 'retry-after': retrySeconds });
  } else say(response, 500, 'Something went wrong. The log of the server says what.');
}

/** A storage takes the memory of a chunk again when the next is asked for, while the network may still send it. */
async function* copied(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield Buffer.from(chunk);
}

function notFound(response: ServerResponse): void {
  say(response, 404, 'There is no such file.');
}

/** A sentence as an answer. */
function say(response: ServerResponse, status: number, words: string, headers: Answer['headers'] = {}): void {
  const text = `${words}\n`;
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(text);
}

function onlyOnce(tell: (message: string) => void): (message: string) => void {
  let told = false;
  return (message) => {
    if (!told) tell(message);
    told = true;
  };
}
