import test from 'ava';
import { SettingsError, UnreachableError } from '../../../tasks/errors.ts';
import { WebClient } from '../../../tasks/io/web-client.ts';
import { type Answer, cut, hold, refuse, startWebhook, type WebhookServer } from '../../support/webhook-server.ts';

const patience = {
  attempts: 3,
  firstPauseMilliseconds: 1,
  stallMilliseconds: 500,
  longestPauseMilliseconds: 3_000,
};
let server: WebhookServer;
let retries: string[];

async function post(address = server.url): Promise<void> {
  const client = new WebClient({
    userAgent: 'delaywatch/test',
    onRetry: (what) => retries.push(what),
    signal: new AbortController().signal,
    patience,
    nameOf: () => 'the webhook',
  });
  const url = new URL(address);
  await client.persistently(url, () => client.post(url, '{"a":"é"}'));
}

test.before(async () => {
  server = await startWebhook();
});
test.beforeEach(() => {
  server.reset();
  retries = [];
});
test.after.always(() => server?.stop());

test.serial('JSON is posted as UTF-8', async (t) => {
  await post();
  t.deepEqual(server.posted, [{ message: { a: 'é' }, contentType: 'application/json; charset=utf-8' }]);
});

for (const [what, answer, reason] of [
  ['too many messages', refuse(429, { 'retry-after': '1' }), /HTTP 429/],
  ['a fault of the server', refuse(500), /HTTP 500/],
  ['a connection that breaks', cut, /ECONNRESET/],
  ['a server that says nothing', hold, /no data came for 0\.5 s/],
] as [string, Answer, RegExp][]) {
  test.serial(`posted again: after ${what}`, async (t) => {
    server.misbehave(answer, answer);
    await post();
    t.is(server.posted.length, 3);
    t.is(server.taken.length, 1);
    t.is(retries.length, 2);
    t.regex(retries[0], reason);
    t.regex(retries[0], /^the webhook: /);
  });
}

test.serial('a server that stays away is named without its address', async (t) => {
  server.misbehave(refuse(503), refuse(503), refuse(503));
  const error = await t.throwsAsync(post(), { instanceOf: UnreachableError });
  t.regex(error.message, /^the webhook did not answer after 3 attempts \(HTTP 503\); try again later$/);
  await t.throwsAsync(post('http://127.0.0.1:1/secret'), {
    instanceOf: UnreachableError,
    message: /^the webhook did not answer after 3 attempts \(ECONNREFUSED\)/,
  });
  server.misbehave(refuse(429, { 'retry-after': '600' }));
  await t.throwsAsync(post(), {
    instanceOf: UnreachableError,
    message: /^the webhook asks to wait 10 minutes/,
  });
  t.false(retries.join().includes('secret'));
});

test.serial('a message that is refused, or a redirect, is not posted again', async (t) => {
  for (const status of [301, 302, 400, 401, 403, 404, 410]) {
    server.reset();
    server.misbehave(refuse(status, { location: server.url }));
    await t.throwsAsync(post(), {
      instanceOf: SettingsError,
      message: `the webhook refuses the message (HTTP ${status}); check its address`,
    });
    t.is(server.posted.length, 1);
    t.is(server.taken.length, 0);
  }
});
