import { once } from 'node:events';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { InputError, SettingsError, UnreachableError } from '../../../tasks/errors.ts';
import { FileStorage } from '../../../tasks/io/file-storage.ts';
import { LineLog } from '../../../tasks/io/log.ts';
import { ReplacedError } from '../../../tasks/io/replaced-while-read.ts';
import type { Storage } from '../../../tasks/io/storage.ts';
import { type PageServer, startPageServer } from '../../../tasks/serve/page-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';

const folder = temporaryFolder();
const files = new FileStorage(pathToFileURL(folder));
/** More than the sockets of both sides hold. */
const large = Buffer.alloc(40_000_000, 'The quick brown fox. ');
let log = '';
let server: PageServer;

async function start(storage: Storage = files): Promise<PageServer> {
  const write = (line: string) => {
    log += line;
  };
  return await startPageServer(storage, { host: '127.0.0.1', port: 0, log: new LineLog({ write }) });
}

/** Ask for the path exactly as it is written, which `fetch` would normalise. */
async function ask(path: string, { url = server.url, method = 'GET', headers = {} } = {}) {
  const { hostname, port } = new URL(url);
  const asking = request({ hostname, port, path, method, headers, agent: false });
  asking.end();
  const [response] = await once(asking, 'response');
  return { status: response.statusCode as number, headers: response.headers, body: await text(response) };
}

test.before(async () => {
  for (const name of ['reports/assets', 'plots/2013', 'exports/2013', 'summaries']) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  for (const [name, content] of [
    ['reports/index.html', '<!doctype html><title>All years</title>'],
    ['reports/assets/style-0123456789.css', 'body { margin: 0 }'],
    ['plots/2013/JFK.png', large],
    ['exports/2013/empty.csv', ''],
    ['summaries/2013.arrow', 'for the pipeline only'],
  ] as const) {
    writeFileSync(join(folder, name), content);
  }
  server = await start();
});
test.beforeEach(() => {
  log = '';
});
test.after.always(() => server?.stop());

test.serial('a page is sent with what keeps it from doing harm', async (t) => {
  const { status, headers, body } = await ask('/reports/index.html');
  t.is(status, 200);
  t.is(body, '<!doctype html><title>All years</title>');
  t.like(headers, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': '39',
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
  });
  t.regex(headers['content-security-policy'], /^default-src 'none'; script-src 'self'; .*frame-ancestors 'none'$/);
  t.is((await ask('/reports/index.html?year=2013')).status, 200);
});

test.serial('the address alone leads to the first page', async (t) => {
  for (const path of ['/', '/reports', '/reports/', '/?a=b']) {
    const { status, headers } = await ask(path);
    t.is(status, 302, path);
    t.is(headers.location, '/reports/index.html');
  }
});

test.serial('a HEAD tells the same and reads nothing', async (t) => {
  const deaf = new Proxy(files, {
    get: (storage, name: keyof FileStorage) => {
      if (name === 'stream') throw new Error('nothing is to be read');
      return storage[name].bind(storage);
    },
  });
  const other = await start(deaf);
  const asked = { url: other.url, method: 'HEAD' };
  const { status, headers, body } = await ask('/plots/2013/JFK.png', asked);
  t.is(status, 200);
  t.is(headers['content-length'], `${large.length}`);
  t.is(body, '');
  t.is((await ask('/plots/2013/XXX.png', asked)).status, 404);
  t.is((await ask('/healthz', asked)).status, 200);
  await other.stop();
});

test.serial('a version that the client has is not sent again, and a range gets only its part', async (t) => {
  const { headers } = await ask('/plots/2013/JFK.png', { method: 'HEAD' });
  const again = await ask('/plots/2013/JFK.png', { headers: { 'if-none-match': headers.etag } });
  t.is(again.status, 304);
  t.is(again.body, '');
  t.is(again.headers.etag, headers.etag);
  const part = await ask('/plots/2013/JFK.png', { headers: { range: 'bytes=39999990-' } });
  t.is(part.status, 206);
  t.is(part.body, large.subarray(39_999_990).toString());
  const behind = await ask('/plots/2013/JFK.png', { headers: { range: 'bytes=40000000-' } });
  t.is(behind.status, 416);
  t.is(behind.headers['content-range'], 'bytes */40000000');
  t.is(behind.headers['x-content-type-options'], 'nosniff');
});

test.serial('an empty file is sent', async (t) => {
  t.like(await ask('/exports/2013/empty.csv'), { status: 200, body: '' });
});

test.serial('a large file arrives whole, also by a client that reads slowly', async (t) => {
  const { hostname, port } = new URL(server.url);
  const asking = request({ hostname, port, path: '/plots/2013/JFK.png' }).end();
  const [response] = await once(asking, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of response) {
    chunks.push(chunk);
    await new Promise(setImmediate);
  }
  t.true(Buffer.concat(chunks).equals(large));
});

test.serial('chunks may lie in memory that is used again', async (t) => {
  const reusing = new Proxy(files, {
    get: (storage, name: keyof FileStorage) =>
      name === 'stream'
        ? async function* () {
            const buffer = Buffer.alloc(1000);
            for (let position = 0; position < large.length; position += buffer.length) {
              large.copy(buffer, 0, position);
              yield buffer;
            }
          }
        : storage[name].bind(storage),
  });
  const other = await start(reusing);
  t.true((await ask('/plots/2013/JFK.png', { url: other.url })).body === large.toString());
  await other.stop();
});

test.serial('private, missing and malicious paths are a 404, in a sentence', async (t) => {
  symlinkSync(join(folder, 'summaries'), join(folder, 'reports', '.summaries'));
  for (const path of [
    '/reports/2014.html',
    '/reports/assets',
    '/reports/assets/',
    '/plots/2013/',
    '/reports/index.html/more',
    '/summaries/2013.arrow',
    '/reports/../summaries/2013.arrow',
    '/reports/%2e%2e/summaries/2013.arrow',
    '/reports/..%2Fsummaries%2F2013.arrow',
    '/reports/..\\summaries\\2013.arrow',
    '/reports/.summaries/2013.arrow',
    '/reports/index.html%00',
    '//reports/index.html',
    'http://127.0.0.1/reports/index.html',
  ]) {
    const { status, headers, body } = await ask(path);
    t.is(status, 404, path);
    t.is(body, 'There is no such file.\n');
    t.is(headers['content-type'], 'text/plain; charset=utf-8');
    t.is(headers['cache-control'], 'no-store');
  }
  t.is(log, '');
});

test.serial('nothing but GET and HEAD is answered', async (t) => {
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE']) {
    const { status, headers } = await ask('/reports/index.html', { method });
    t.is(status, 405, method);
    t.is(headers.allow, 'GET, HEAD');
  }
});

/** A storage that fails in a method. */
function failing(method: 'stat' | 'stream', error: Error): Storage {
  return new Proxy(files, {
    get: (storage, name: keyof FileStorage) =>
      name === method
        ? () => {
            throw error;
          }
        : storage[name].bind(storage),
  });
}

test.serial('an unreachable service is a 503, and logged', async (t) => {
  for (const method of ['stat', 'stream'] as const) {
    for (const error of [new UnreachableError('S3 did not answer'), new SettingsError('the token has expired')]) {
      log = '';
      const other = await start(failing(method, error));
      const { status, headers, body } = await ask('/reports/index.html', { url: other.url });
      t.is(status, 503);
      t.is(headers['retry-after'], '10');
      t.regex(body, /^The files cannot be reached at the moment\./);
      t.regex(log, new RegExp(`ERROR ${error.message}\n$`));
      t.is((await ask('/healthz', { url: other.url })).status, 200);
      await other.stop();
    }
  }
});

test.serial('a bug is a 500 without details, and logged with them', async (t) => {
  const other = await start(failing('stat', new Error('at a secret place')));
  const { status, body } = await ask('/reports/index.html', { url: other.url });
  t.is(status, 500);
  t.notRegex(body, /secret/);
  t.regex(log, /ERROR a bug: Error: at a secret place/);
  await other.stop();
});

test.serial('a forbidden file is a 404, and logged once', async (t) => {
  const other = await start(failing('stat', new InputError('s3://lake/reports/index.html: no permission')));
  for (let i = 0; i < 3; i++) t.is((await ask('/reports/index.html', { url: other.url })).status, 404);
  t.is(log.match(/WARN s3:\/\/lake\/reports\/index\.html: no permission\. It is answered with 404/g)?.length, 1);
  await other.stop();
});

test.serial('a page that is replaced between two looks is looked up again', async (t) => {
  let times = 0;
  const replacing = new Proxy(files, {
    get: (storage, name: keyof FileStorage) =>
      name === 'stream'
        ? (...given: Parameters<Storage['stream']>) => {
            if (times++ === 0) throw new ReplacedError('changed');
            return storage.stream(...given);
          }
        : storage[name].bind(storage),
  });
  const other = await start(replacing);
  t.is((await ask('/reports/index.html', { url: other.url })).status, 200);
  t.is(times, 2);
  await other.stop();
  const ever = await start(failing('stream', new ReplacedError('changed')));
  t.is((await ask('/reports/index.html', { url: ever.url })).status, 503);
  await ever.stop();
});

test.serial('a file that breaks off in the middle breaks the connection', async (t) => {
  const breaking = new Proxy(files, {
    get: (storage, name: keyof FileStorage) =>
      name === 'stream'
        ? async function* () {
            yield Buffer.alloc(1000);
            throw new UnreachableError('S3 went away');
          }
        : storage[name].bind(storage),
  });
  const other = await start(breaking);
  await t.throwsAsync(ask('/plots/2013/JFK.png', { url: other.url }), { code: 'ECONNRESET' });
  t.regex(log, /ERROR S3 went away/);
  await other.stop();
});

test.serial('a client that leaves in the middle leaves no file open, and no line in the log', async (t) => {
  const open = () => readdirSync('/proc/self/fd').length;
  await ask('/healthz');
  const before = open();
  const { hostname, port } = new URL(server.url);
  for (let i = 0; i < 5; i++) {
    const socket = connect(Number(port), hostname);
    socket.write('GET /plots/2013/JFK.png HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'data');
    socket.destroy();
  }
  await until(() => open() <= before);
  t.is(log, '');
});

test.serial('a client that leaves before the first bytes leaves no file open', async (t) => {
  let [open, asked] = [0, 0];
  const { promise: firstBytes, resolve: sendFirstBytes } = Promise.withResolvers<void>();
  const connections = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
  const before = connections();
  const slow = new Proxy(files, {
    get: (storage, name: keyof FileStorage) =>
      name === 'stream'
        ? async function* (...[object, range]: Parameters<FileStorage['stream']>) {
            open++;
            asked++;
            try {
              await firstBytes;
              yield* storage.stream(object, range);
            } finally {
              open--;
            }
          }
        : storage[name].bind(storage),
  });
  const other = await start(slow);
  const { hostname, port } = new URL(other.url);
  const sockets = Array.from({ length: 5 }, () => connect(Number(port), hostname));
  for (const socket of sockets) socket.write('GET /plots/2013/JFK.png HTTP/1.1\r\nHost: x\r\n\r\n');
  await until(() => asked === sockets.length);
  for (const socket of sockets) socket.destroy();
  await until(() => connections() <= before);
  sendFirstBytes();
  await until(() => open === 0);
  await other.stop();
  t.is(asked, sockets.length);
});

test.serial('answers under way are sent to their end when the server stops', async (t) => {
  const other = await start();
  const { hostname, port } = new URL(other.url);
  const asking = request({ hostname, port, path: '/plots/2013/JFK.png' }).end();
  const [response] = await once(asking, 'response');
  const stopped = other.stop();
  t.is((await text(response)).length, large.length);
  await stopped;
  await t.throwsAsync(ask('/healthz', { url: other.url }), { code: 'ECONNREFUSED' });
});

test.serial('a taken port and an invalid address are reported', async (t) => {
  const { port } = new URL(server.url);
  const at = (host: string, taken: number) =>
    startPageServer(files, { host, port: taken, log: new LineLog({ write() {} }) });
  await t.throwsAsync(at('127.0.0.1', Number(port)), {
    instanceOf: UnreachableError,
    message: `port ${port} is taken; choose another with --port`,
  });
  await t.throwsAsync(at('192.0.2.1', 0), {
    instanceOf: SettingsError,
    message: /^cannot listen on 192\.0\.2\.1, port 0 \(.*\); check --host and --port$/,
  });
});
