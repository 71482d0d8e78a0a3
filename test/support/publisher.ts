import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { btsMonths } from '../../samples/bts-months.ts';
import type { GeneratedYear } from '../../samples/generated-year.ts';

/** Answers a request in place of the publisher. */
export type Behaviour = (request: IncomingMessage, response: ServerResponse, content: Buffer) => void;

/** A web server that publishes files as BTS does. */
export interface Publisher {
  /** Ends in a slash. */
  url: string;
  /** Contents of the files, by their path below the root. */
  files: Map<string, Buffer>;
  requests: { path: string; headers: IncomingHttpHeaders }[];
  /** How many files were being sent at once, at most. */
  mostAtOnce(): number;
  /** Answer the next requests for the content of a file like this, one after the other; then as usual. */
  misbehave(path: string, ...behaviours: Behaviour[]): void;
  /** Answer each request for a file like this, looks too. */
  answerAlways(path: string, behaviour: Behaviour): void;
  /** Forget requests, misbehaviour and files. */
  reset(files?: Map<string, Buffer>): void;
  stop(): Promise<void>;
}

/** A certificate with its key. */
export interface Identity {
  cert: string;
  key: string;
}

export async function startPublisher(identity?: Identity): Promise<Publisher> {
  let files = new Map<string, Buffer>();
  const misbehaviour = new Map<string, Behaviour[]>();
  const standing = new Map<string, Behaviour>();
  const requests: Publisher['requests'] = [];
  let atOnce = 0;
  let mostAtOnce = 0;
  const answer: RequestListener = (request, response) => {
    const path = decodeURIComponent(request.url!.slice(1));
    requests.push({ path, headers: request.headers });
    mostAtOnce = Math.max(mostAtOnce, ++atOnce);
    response.on('close', () => atOnce--);
    const content = files.get(path);
    // A look asks for one byte.
    const isLook = request.headers.range === 'bytes=0-0';
    const behaviour = standing.get(path) ?? (isLook ? undefined : misbehaviour.get(path)?.shift());
    if (behaviour) behaviour(request, response, content ?? Buffer.alloc(0));
    else if (content) send(request, response, content);
    else response.writeHead(404, { 'content-type': 'text/html' }).end('<html>not found</html>');
  };
  const server = identity ? createTlsServer(identity, answer) : createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${identity ? 'https://localhost' : 'http://127.0.0.1'}:${port}/`,
    get files() {
      return files;
    },
    requests,
    mostAtOnce: () => mostAtOnce,
    misbehave: (path, ...behaviours) => void misbehaviour.set(path, behaviours),
    answerAlways: (path, behaviour) => void standing.set(path, behaviour),
    reset: (next = new Map()) => {
      files = new Map(next);
      misbehaviour.clear();
      standing.clear();
      requests.length = 0;
      mostAtOnce = 0;
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Answer as a good web server does, with validators and ranges. */
export const send: Behaviour = (request, response, content) => {
  const etag = `"${createHash('md5').update(content).digest('hex')}"`;
  const { range, 'if-range': ifRange } = request.headers;
  const headers = { etag, 'accept-ranges': 'bytes', 'content-type': 'application/x-zip-compressed' };
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
  if (from === undefined || (ifRange !== undefined && ifRange !== etag)) {
    response.writeHead(200, { ...headers, 'content-length': content.length }).end(content);
    return;
  }
  const end = to === '' ? content.length : Number(to) + 1;
  response.writeHead(206, {
    ...headers,
    'content-length': end - Number(from),
    'content-range': `bytes ${from}-${end - 1}/${content.length}`,
  });
  response.end(content.subarray(Number(from), end));
};

/** A status and nothing else. */
export const refuse =
  (status: number, headers: Record<string, string> = {}): Behaviour =>
  (_, response) =>
    void response.writeHead(status, headers).end();

/** A part of the file, and then the connection breaks. */
export const breakAfter =
  (bytes: number): Behaviour =>
  (request, response, content) => {
    const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, {
      etag: `"${createHash('md5').update(content).digest('hex')}"`,
      'content-length': content.length - from,
    });
    response.write(content.subarray(from, from + bytes), () => setTimeout(() => response.destroy(), 20));
  };

/** A part of the file, and then nothing. */
export const stallAfter =
  (bytes: number): Behaviour =>
  (_, response, content) => {
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, bytes));
  };

/** Other bytes under the same address. */
export const sendInstead =
  (other: Buffer): Behaviour =>
  (request, response) =>
    send(request, response, other);

/** All of it, little by little. */
export const sendSlowly =
  (bytes: number, pauseMilliseconds: number): Behaviour =>
  async (_, response, content) => {
    response.writeHead(200, { 'content-length': content.length });
    for (let start = 0; start < content.length && !response.destroyed; start += bytes) {
      response.write(content.subarray(start, start + bytes));
      await sleep(pauseMilliseconds);
    }
    response.end();
  };

/** The whole file, but without a word on its size, version or ranges. */
export const sendPlainly: Behaviour = (_, response, content) => {
  response.write(content.subarray(0, 100));
  response.end(content.subarray(100));
};

/** A year in PREZIP: path below the root → zip. */
export async function publishedYear(folder: string, what: Partial<GeneratedYear> = {}): Promise<Map<string, Buffer>> {
  const months = await Array.fromAsync(btsMonths({ year: 2013, flights: 6_000, airports: 20, seed: 1, ...what }));
  return new Map(months.map(({ name, zip }) => [`${folder}${name}`, zip]));
}
