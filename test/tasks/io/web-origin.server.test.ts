import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { InputError, SettingsError, UnreachableError } from '../../../tasks/errors.ts';
import { type OriginFile, StartOverError } from '../../../tasks/io/origin.ts';
import type { Patience } from '../../../tasks/io/web-client.ts';
import { WebOrigin } from '../../../tasks/io/web-origin.ts';
import {
  breakAfter,
  type Publisher,
  refuse,
  send,
  sendInstead,
  sendPlainly,
  sendSlowly,
  stallAfter,
  startPublisher,
} from '../../support/publisher.ts';

const patience: Patience = {
  attempts: 3,
  firstPauseMilliseconds: 1,
  stallMilliseconds: 1_500,
  longestPauseMilliseconds: 3_000,
};
const content = Buffer.from(Array.from({ length: 50_000 }, (_, index) => `${index} `).join(''));
let publisher: Publisher;
let retries: string[];

const originWith = (more = {}) =>
  new WebOrigin({
    userAgent: 'delaywatch/test',
    onRetry: (what) => retries.push(what),
    signal: new AbortController().signal,
    patience,
    ...more,
  });
const address = () => new URL(`${publisher.url}a/b%20c.zip`);

async function read(file?: OriginFile, origin = originWith()): Promise<Buffer> {
  const found = file ?? (await origin.look(address()))!;
  return Buffer.concat(await Array.fromAsync(origin.read(found)));
}

test.before(async () => {
  publisher = await startPublisher();
});
test.beforeEach(() => {
  publisher.reset(new Map([['a/b c.zip', content]]));
  retries = [];
});
test.after.always(() => publisher.stop());

test.serial('a look tells size and version, a read gives the bytes', async (t) => {
  const found = await originWith().look(address());
  t.like(found, { name: 'b c.zip', size: content.length });
  t.regex(found!.etag!, /^"[0-9a-f]{32}"$/);
  t.deepEqual(await read(), content);
  t.true(publisher.requests.every(({ headers }) => headers['user-agent'] === 'delaywatch/test'));
  t.is(publisher.requests[0].headers.range, 'bytes=0-0');
});

test.serial('a missing file is undefined, without retries', async (t) => {
  t.is(await originWith().look(new URL('none.zip', publisher.url)), undefined);
  t.deepEqual(retries, []);
});

test.serial('a server without ranges, sizes and versions can be read', async (t) => {
  publisher.misbehave('a/b c.zip', sendPlainly);
  t.deepEqual(await read({ url: address(), name: 'b c.zip' }), content);
});

test.serial('a connection that breaks is made again where it broke', async (t) => {
  publisher.misbehave('a/b c.zip', breakAfter(20_000), breakAfter(50_000), breakAfter(1), breakAfter(30_000));
  t.deepEqual(await read(), content);
  const ranges = publisher.requests.slice(1).map(({ headers }) => headers.range);
  t.deepEqual(ranges, [undefined, 'bytes=20000-', 'bytes=70000-', 'bytes=70001-', 'bytes=100001-']);
  t.is(retries.length, 4);
});

test.serial('a server that does not go on where it broke, or has another file then, makes it start over', async (t) => {
  publisher.misbehave('a/b c.zip', breakAfter(20_000), refuse(200));
  await t.throwsAsync(read(), { instanceOf: StartOverError });
  publisher.misbehave('a/b c.zip', breakAfter(20_000), sendInstead(Buffer.from('another')));
  await t.throwsAsync(read(), { instanceOf: StartOverError });
  publisher.misbehave('a/b c.zip', sendInstead(Buffer.from('another')));
  await t.throwsAsync(read(), { instanceOf: StartOverError, message: /changed while it was fetched/ });
  publisher.misbehave('a/b c.zip', refuse(404));
  await t.throwsAsync(read(), { instanceOf: StartOverError, message: /changed while it was fetched/ });
});

test.serial('errors of the server pass', async (t) => {
  publisher.misbehave('a/b c.zip', refuse(503), refuse(500));
  t.deepEqual(await read(), content);
  t.deepEqual(
    retries.map((what) => /HTTP \d+/.exec(what)?.[0]),
    ['HTTP 503', 'HTTP 500'],
  );
});

test.serial('a server that asks for a pause gets it, in seconds or as a date', async (t) => {
  for (const retryAfter of [() => '1', () => new Date(Date.now() + 2_000).toUTCString()]) {
    publisher.reset(publisher.files);
    const times: number[] = [];
    publisher.misbehave(
      'a/b c.zip',
      (_, response) => {
        times.push(performance.now());
        response.writeHead(429, { 'retry-after': retryAfter() }).end();
      },
      (request, response, bytes) => {
        times.push(performance.now());
        send(request, response, bytes);
      },
    );
    t.deepEqual(await read(), content);
    // A date has no parts of a second.
    t.true(times[1] - times[0] > 900, `${times}`);
  }
});

test.serial('a server that asks for too long a pause is left', async (t) => {
  publisher.misbehave('a/b c.zip', refuse(429, { 'retry-after': '3600' }));
  await t.throwsAsync(read(), {
    instanceOf: UnreachableError,
    message: /asks to wait 60 minutes \(HTTP 429\)/,
  });
});

test.serial('a server that stays broken is unreachable', async (t) => {
  publisher.misbehave('a/b c.zip', refuse(500), refuse(500), refuse(500));
  await t.throwsAsync(read(), {
    instanceOf: UnreachableError,
    message: /^http:\/\/127\.0\.0\.1:\d+\/a\/b%20c\.zip did not answer after 3 attempts \(HTTP 500\); try again later$/,
  });
});

test.serial('a port without a server is unreachable', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  await t.throwsAsync(originWith().look(new URL(`http://127.0.0.1:${port}/a.zip`)), {
    instanceOf: UnreachableError,
    message: /ECONNREFUSED/,
  });
});

test.serial('a connection on which nothing comes any more is given up, a slow one is not', async (t) => {
  publisher.misbehave('a/b c.zip', stallAfter(20_000));
  const found = await originWith().look(address());
  t.deepEqual(await read({ ...found! }), content);
  t.regex(retries[0], /no data came for 1\.5 s/);
  retries = [];
  publisher.misbehave('a/b c.zip', sendSlowly(Math.ceil(content.length / 10), 250));
  t.deepEqual(await read(), content);
  t.deepEqual(retries, []);
});

test.serial('a slow reader does not break the connection', async (t) => {
  const origin = originWith();
  let first = true;
  let bytes = 0;
  for await (const chunk of origin.read((await origin.look(address()))!)) {
    bytes += chunk.length;
    if (first) await new Promise((resolve) => setTimeout(resolve, 2 * patience.stallMilliseconds));
    first = false;
  }
  t.is(bytes, content.length);
});

test.serial('a refusal is reported as one', async (t) => {
  for (const status of [401, 403]) {
    publisher.misbehave('a/b c.zip', refuse(status));
    await t.throwsAsync(read(), {
      instanceOf: SettingsError,
      message: new RegExp(`refuses access \\(HTTP ${status}\\)`),
    });
  }
  publisher.misbehave('a/b c.zip', refuse(400));
  await t.throwsAsync(read(), { instanceOf: InputError, message: /answers HTTP 400/ });
  t.deepEqual(retries, []);
});

test.serial('a redirect is followed, and only the first host learns who asks', async (t) => {
  const seen: (string | undefined)[] = [];
  const gate = createServer((request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(302, { location: `${publisher.url}a/b%20c.zip?signature=secret` }).end();
  }).listen(0, '127.0.0.1');
  await once(gate, 'listening');
  publisher.files.set('a/b c.zip?signature=secret', content);
  const origin = originWith({ authorization: 'Bearer secret' });
  const found = await origin.look(new URL(`http://127.0.0.1:${(gate.address() as AddressInfo).port}/file`));
  t.like(found, { name: 'b c.zip', size: content.length });
  t.deepEqual(await read(found, origin), content);
  gate.closeAllConnections();
  gate.close();
  t.deepEqual(seen, ['Bearer secret', 'Bearer secret']);
  t.true(publisher.requests.every(({ headers }) => headers.authorization === undefined));
});

test.serial('redirects without end are an error', async (t) => {
  publisher.misbehave('a/b c.zip', ...Array(9).fill(refuse(301, { location: 'b%20c.zip' })));
  await t.throwsAsync(read({ url: address(), name: '' }), {
    instanceOf: InputError,
    message: /redirects too many times/,
  });
});

test.serial('secret parts of an address are not shown', async (t) => {
  const origin = originWith();
  const url = new URL(`${publisher.url}a?token=geheim`);
  publisher.files.set('a?token=geheim', content);
  publisher.misbehave('a?token=geheim', refuse(403));
  const error = await t.throwsAsync(read({ url, name: 'a' }, origin));
  t.notRegex(error.message, /geheim/);
});

test.serial('it stops when the signal aborts, also in a pause', async (t) => {
  const stop = new AbortController();
  const reason = new Error('stopped');
  publisher.misbehave('a/b c.zip', stallAfter(20_000));
  await t.throwsAsync(
    async () => {
      const origin = originWith({ signal: stop.signal });
      for await (const _ of origin.read({ url: address(), name: '' })) setTimeout(() => stop.abort(reason), 20);
    },
    { is: reason },
  );
  const later = new AbortController();
  publisher.misbehave('a/b c.zip', refuse(429, { 'retry-after': '2' }));
  const origin = originWith({ signal: later.signal, onRetry: () => later.abort(reason) });
  await t.throwsAsync(read({ url: address(), name: '' }, origin), { is: reason });
});
