import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { freePort } from '../../../local/free-port.ts';
import { type S3Server, startS3Server } from '../../../local/s3-server.ts';
import { type FlakyProxy, startFlakyProxy } from '../../support/flaky-proxy.ts';
import { runCommand, startCommand } from '../../support/run-command.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder();
const page = '<!doctype html><title>2013</title>';
const OUTPUT_URI = pathToFileURL(folder).href;
/** Larger than what S3 sends at once. */
const chart = Buffer.alloc(8_000_000, 'delayed ');
let s3: S3Server;
let proxy: FlakyProxy;

test.before(async () => {
  mkdirSync(join(folder, 'reports'));
  writeFileSync(join(folder, 'reports', '2013.html'), page);
  s3 = await startS3Server();
  proxy = await startFlakyProxy(s3.port);
  await s3.put('some/prefix/reports/2013.html', page);
  await s3.put('some/prefix/plots/2013/JFK.png', chart);
  await s3.put('some/prefix/summaries/2013.arrow', 'for the pipeline only');
  await s3.put('some/reports/2013.html', 'of another prefix');
});
test.after.always(async () => {
  await proxy?.stop();
  await s3?.stop();
});

/** `serve` as a process of its own, ended with the test. */
async function startServing(t: ExecutionContext, environment: Record<string, string>) {
  const port = await freePort();
  const running = startCommand(['serve', '--port', `${port}`], environment);
  t.teardown(() => running.child.kill('SIGKILL'));
  await Promise.race([running.logged(/INFO serving/), running.ended]);
  return { ...running, url: `http://127.0.0.1:${port}` };
}
const inBucket = (more: Record<string, string> = {}) => ({
  ...s3.environment,
  OUTPUT_URI: 's3://lake/some/prefix',
  ...more,
});

test('a folder is served until SIGTERM, and the log tells no requests', async (t) => {
  const { child, ended, url } = await startServing(t, { OUTPUT_URI });
  const answer = await fetch(`${url}/reports/2013.html`);
  t.is(answer.status, 200);
  t.is(await answer.text(), page);
  t.is((await fetch(`${url}/healthz`)).status, 200);
  child.kill('SIGTERM');
  const { code, log } = await ended;
  t.is(code, 143, log);
  const lines = log
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^\S+ /, ''));
  t.deepEqual(
    lines.map((line) => line.replace(/seconds=.*/, 'seconds')),
    [
      'INFO start command=serve',
      `INFO serving command=serve outputs=${OUTPUT_URI}/ url=${url}`,
      'WARN stopping on SIGTERM command=serve',
      'INFO done command=serve seconds',
    ],
  );
});

test('a bucket is served as a folder is', async (t) => {
  const { child, ended, url } = await startServing(t, inBucket());
  const answer = await fetch(`${url}/reports/2013.html`);
  t.is(await answer.text(), page);
  t.is(answer.headers.get('content-type'), 'text/html; charset=utf-8');
  const etag = answer.headers.get('etag')!;
  t.regex(etag, /^"[0-9a-f]{32}"$/);
  // Without a word on caching `fetch` would add that it wants all of it.
  const headers = { 'if-none-match': etag, 'cache-control': 'max-age=0' };
  t.is((await fetch(`${url}/reports/2013.html`, { headers })).status, 304);
  const whole = await fetch(`${url}/plots/2013/JFK.png`);
  t.true(Buffer.from(await whole.arrayBuffer()).equals(chart));
  const part = await fetch(`${url}/plots/2013/JFK.png`, { headers: { range: 'bytes=7000000-7000099' } });
  t.is(part.status, 206);
  t.is(await part.text(), chart.subarray(7_000_000, 7_000_100).toString());
  for (const path of ['/reports/2014.html', '/summaries/2013.arrow']) {
    t.is((await fetch(`${url}${path}`)).status, 404, path);
  }
  child.kill('SIGINT');
  t.is((await ended).code, 130);
});

test('an unreachable S3 is reported, and files are served again when it is back', async (t) => {
  const { url } = await startServing(t, inBucket({ AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${proxy.port}` }));
  t.is((await fetch(`${url}/reports/2013.html`)).status, 200);
  proxy.cut();
  const answer = await fetch(`${url}/reports/2013.html`);
  t.is(answer.status, 503);
  t.is((await fetch(`${url}/healthz`)).status, 200);
  proxy.mend();
  t.is((await fetch(`${url}/reports/2013.html`)).status, 200);
});

test('without the right to list, a missing object is a 404 like a forbidden one', async (t) => {
  const refusing = createServer((request, response) => {
    const body = '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>';
    response.writeHead(403, { 'content-type': 'application/xml' }).end(request.method === 'HEAD' ? '' : body);
  }).listen(0, '127.0.0.1');
  await once(refusing, 'listening');
  t.teardown(() => refusing.close());
  const { port } = refusing.address() as AddressInfo;
  const { url, logged } = await startServing(t, inBucket({ AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}` }));
  t.is((await fetch(`${url}/reports/2013.html`)).status, 404);
  await logged(/WARN s3:\/\/lake\/some\/prefix\/reports\/2013\.html: no permission \(AccessDenied\)/);
});

test('a taken port and missing settings are reported', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.teardown(() => taken.close());
  const { port } = taken.address() as AddressInfo;
  const { code, lastLine } = await runCommand(['serve', '--port', `${port}`], { OUTPUT_URI });
  t.is(code, 69);
  t.regex(lastLine, new RegExp(`port ${port} is taken; choose another with --port`));
  const unset = await runCommand(['serve'], {});
  t.is(unset.code, 78);
  t.regex(unset.lastLine, /OUTPUT_URI is not set/);
});
