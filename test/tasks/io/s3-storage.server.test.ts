import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import test, { type ExecutionContext } from 'ava';
import { type S3Server, startS3Server } from '../../../local/s3-server.ts';
import { UnreachableError } from '../../../tasks/errors.ts';
import { ReplacedError } from '../../../tasks/io/replaced-while-read.ts';
import { S3Storage } from '../../../tasks/io/s3-storage.ts';
import { decodeSummary } from '../../../tasks/summary/summary-file.ts';
import { makeChain, makeExpired } from '../../support/certificates.ts';
import { type FlakyProxy, startFlakyProxy } from '../../support/flaky-proxy.ts';
import { runCommand, startCommand } from '../../support/run-command.ts';
import { writeGeneratedYear } from '../../support/sample-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder();
let s3: S3Server;
let proxy: FlakyProxy;
let flights: string;
let expected: unknown;

const environment = (more: Record<string, string> = {}): Record<string, string> => ({
  ...s3.environment,
  FLIGHTS_URI: `s3://${s3.bucket}/flights/{year}/`,
  OUTPUT_URI: `s3://${s3.bucket}/some/prefix`,
  ...more,
});
const throughProxy = () => environment({ AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${proxy.port}` });
const detect = (variables: Record<string, string>, year = 2013) =>
  runCommand(['detect', '--year', String(year)], variables);
const summary = async () => decodeSummary(await s3.get('some/prefix/summaries/2013.arrow'), 'summary').days;

test.before(async () => {
  s3 = await startS3Server();
  Object.assign(process.env, s3.environment);
  proxy = await startFlakyProxy(s3.port);
  // Large enough for several parts.
  flights = await writeGeneratedYear(folder, { flights: 400_000 });
  const file = pathToFileURL(folder).href;
  await runCommand(['detect', '--year', '2013'], { FLIGHTS_URI: `${file}/{year}.csv`, OUTPUT_URI: `${file}/bucket` });
  expected = decodeSummary(readFileSync(join(folder, 'bucket', 'summaries', '2013.arrow')), 'summary').days;
  await s3.put('flights/2013/all.csv', flights);
  await s3.put('flights/2013/manifest.json', '{}');
});

test.after.always(async () => {
  await proxy?.stop();
  await s3?.stop();
});

test.serial('a year from S3 is the same as from a file', async (t) => {
  const { code, log } = await detect(environment());
  t.is(code, 0, log);
  t.deepEqual(await summary(), expected);
});

test.serial('connections that break in the middle are made again where they broke', async (t) => {
  proxy.cutAfter(5_000_000, 6);
  const { code, log } = await detect(throughProxy());
  t.is(code, 0, log);
  t.deepEqual(await summary(), expected);
});

test.serial('a server that goes away in the middle is reported, and nothing is written', async (t) => {
  await s3.put('some/prefix/summaries/2013.arrow', 'the summary before');
  const running = startCommand(['detect', '--year', '2013'], throughProxy());
  await running.logged(/INFO reading/);
  while (proxy.received() < 4_000_000) await sleep(5);
  proxy.cut();
  const { code, lastLine } = await running.ended;
  t.is(code, 69, lastLine);
  t.regex(lastLine, /s3:\/\/lake\/flights\/2013\/all\.csv: S3 did not answer after 6 attempts/);
  t.is((await s3.get('some/prefix/summaries/2013.arrow')).toString(), 'the summary before');
});

test.serial('an object that is replaced while it is read is reported', async (t) => {
  const storage = new S3Storage(new URL(`s3://${s3.bucket}/replaced/`), { pathStyle: true });
  await storage.write('a.csv', 'a'.repeat(100), 'text/csv');
  const object = (await storage.stat('a.csv'))!;
  const read = async () => Buffer.concat(await Array.fromAsync(storage.stream(object, { start: 10, end: 20 })));
  t.is((await read()).toString(), 'a'.repeat(10));
  await storage.write('a.csv', 'b'.repeat(100), 'text/csv');
  await t.throwsAsync(read(), {
    instanceOf: ReplacedError,
    message: 's3://lake/replaced/a.csv changed while it was read; run again once the process that writes it has ended',
  });
  await storage.remove(['a.csv', 'not-there.csv']);
  await t.throwsAsync(read(), { instanceOf: ReplacedError, message: /was removed while it was read/ });
});

test.serial('an object that arrives in chunks is there when all have arrived, and else not at all', async (t) => {
  const storage = new S3Storage(new URL(`s3://${s3.bucket}/arriving/`), { pathStyle: true });
  const uploads = async () =>
    (await s3.client.send(new ListMultipartUploadsCommand({ Bucket: s3.bucket }))).Uploads ?? [];
  const chunks = async function* (count: number, failure?: Error) {
    for (let i = 0; i < count; i++) yield Buffer.alloc(100_000, i);
    if (count > 100) t.is((await uploads()).length, 1);
    t.is(await storage.stat('a.zip'), undefined);
    if (failure) throw failure;
  };
  const failure = new Error('lost on the way');
  for (const count of [0, 2, 130]) {
    await t.throwsAsync(storage.writeStream('a.zip', chunks(count, failure), 'application/zip'), { is: failure });
    t.is(await storage.stat('a.zip'), undefined);
    t.deepEqual(await uploads(), []);
    await storage.writeStream('a.zip', chunks(count), 'application/zip');
    const content = await s3.get('arriving/a.zip');
    t.is(content.length, count * 100_000);
    t.true(Array.from({ length: count }, (_, i) => content[i * 100_000] === i).every(Boolean));
    await storage.remove(['a.zip']);
  }
});

test.serial('a server that goes away while an object is sent is reported, and no object is left', async (t) => {
  const way = await startFlakyProxy(s3.port);
  process.env.AWS_ENDPOINT_URL_S3 = `http://127.0.0.1:${way.port}`;
  const storage = new S3Storage(new URL(`s3://${s3.bucket}/arriving/`), { pathStyle: true });
  const chunks = async function* () {
    for (let i = 0; i < 200; i++) {
      if (i === 120) way.cut();
      yield Buffer.alloc(100_000, i);
    }
  };
  await t.throwsAsync(storage.writeStream('b.zip', chunks(), 'application/zip'), {
    instanceOf: UnreachableError,
    message: /^s3:\/\/lake\/arriving\/b\.zip: S3 did not answer after 6 attempts/,
  });
  process.env.AWS_ENDPOINT_URL_S3 = s3.environment.AWS_ENDPOINT_URL_S3;
  t.deepEqual(await s3.keys('arriving/b.zip'), []);
  await way.stop();
});

test.serial('more objects than one answer names are listed, and removed', async (t) => {
  const storage = new S3Storage(new URL(`s3://${s3.bucket}/many`), { pathStyle: true });
  const keys = Array.from({ length: 1_100 }, (_, index) => `plots/${String(index).padStart(4, '0')}.png`);
  for (let first = 0; first < keys.length; first += 50) {
    await Promise.all(keys.slice(first, first + 50).map((key) => storage.write(key, 'x', 'image/png')));
  }
  t.deepEqual(
    (await storage.list('plots/')).map(({ key }) => key),
    keys,
  );
  await storage.remove(keys);
  t.deepEqual(await storage.list(''), []);
});

test.serial('compressed months in a folder are one year', async (t) => {
  const [head, ...lines] = flights.trimEnd().split('\n');
  for (const [month, ofMonth] of Map.groupBy(lines, (line) => line.slice(0, 7))) {
    await s3.put(`flights/months-2013/${month}.csv.gz`, gzipSync([head, ...ofMonth].join('\n'), { level: 1 }));
  }
  const { code, log } = await detect(environment({ FLIGHTS_URI: `s3://${s3.bucket}/flights/months-{year}/` }));
  t.is(code, 0, log);
  t.deepEqual(await summary(), expected);
});

test.serial('a year that is not in the bucket is 75, a bucket that is not there is 78', async (t) => {
  const missing = await detect(environment(), 2014);
  t.is(missing.code, 75);
  t.regex(missing.lastLine, /in s3:\/\/lake\/flights\/2014\//);
  const noBucket = await detect(environment({ FLIGHTS_URI: 's3://no-such-bucket/{year}/' }));
  t.is(noBucket.code, 78);
  t.regex(noBucket.lastLine, /there is no bucket no-such-bucket/);
});

test.serial('missing credentials and a missing region are wrong settings', async (t) => {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, ...noKeys } = environment({ AWS_EC2_METADATA_DISABLED: 'true' });
  t.is((await detect({ ...noKeys, HOME: folder })).code, 78);
  const { AWS_REGION, ...noRegion } = environment();
  const { code, lastLine } = await detect({ ...noRegion, HOME: folder });
  t.is(code, 78);
  t.regex(lastLine, /AWS_REGION/);
});

/** A server that gives one answer to all that GET asks, and to HEAD the same without its body, as S3 does. */
async function startAnswering(t: ExecutionContext, status: number, code: string, more = '', headers = {}) {
  const server = createServer((request, response) => {
    response.writeHead(status, { 'content-type': 'application/xml', ...headers });
    response.end(
      request.method === 'HEAD'
        ? ''
        : `<?xml version="1.0"?><Error><Code>${code}</Code><Message>Said.</Message>${more}</Error>`,
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

// moto refuses nobody and is in every region, so another server answers, in S3's words.
const refusals: [string, number, string, number, RegExp, Record<string, string>?][] = [
  ['no permission', 403, 'AccessDenied', 65, /no permission \(AccessDenied\); grant this role access/],
  ['an expired token', 400, 'ExpiredToken', 78, /the AWS session token has expired; sign in again/],
  ['a clock that is wrong', 403, 'RequestTimeTooSkewed', 78, /the clock of this machine differs/],
  [
    'another region',
    301,
    'PermanentRedirect',
    78,
    /the bucket lake is in the region eu-west-3; set AWS_REGION=eu-west-3/,
    { 'x-amz-bucket-region': 'eu-west-3' },
  ],
  ['another region in the signature', 400, 'AuthorizationHeaderMalformed', 78, /the bucket lake is in another region/],
  ['a method that is not allowed', 405, 'MethodNotAllowed', 78, /does not answer as S3 does \(HTTP 405\); check that/],
  ['an operation of another', 409, 'OperationAborted', 69, /another process writes it at this moment/],
  ['a bucket that is not there', 404, 'NoSuchBucket', 78, /there is no bucket lake/],
];
for (const [what, status, word, exitCode, sentence, headers] of refusals) {
  test.serial(`${what} is reported with the object, for a folder and for a file`, async (t) => {
    const AWS_ENDPOINT_URL_S3 = await startAnswering(t, status, word, '', headers);
    for (const [where, named] of [
      ['flights/{year}/', 's3://lake/flights/2013/'],
      ['flights/{year}.csv', 's3://lake/flights/2013.csv'],
    ]) {
      const { code, lastLine } = await detect(environment({ AWS_ENDPOINT_URL_S3, FLIGHTS_URI: `s3://lake/${where}` }));
      t.is(code, exitCode, lastLine);
      t.true(lastLine.startsWith(`${named}: `) || lastLine.includes(` ${named}: `), lastLine);
      t.regex(lastLine, sentence);
    }
  });
}

test.serial('a server that does not speak S3 is reported', async (t) => {
  const website = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><p>Welcome<br>');
  }).listen(0, '127.0.0.1');
  await once(website, 'listening');
  t.teardown(() => website.close());
  const { port } = website.address() as AddressInfo;
  const { code, lastLine } = await detect(environment({ AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}` }));
  t.is(code, 78, lastLine);
  t.regex(lastLine, /does not answer as S3 does \(HTTP 200\); check that AWS_ENDPOINT_URL_S3/);
});

test.serial('an untrusted certificate is reported with the reason', async (t) => {
  const chain = makeChain();
  const expired = makeExpired();
  for (const [identity, host, trusted, sentence] of [
    [chain.incomplete, 'localhost', undefined, /an unknown authority has signed its certificate/],
    [chain.complete, '127.0.0.1', chain.rootFile, /its certificate is for another name/],
    [expired, 'localhost', expired.file, /its certificate has expired/],
  ] as const) {
    const server = createSecureServer(identity, (_, response) => response.end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { code, lastLine } = await detect(
      environment({
        AWS_ENDPOINT_URL_S3: `https://${host}:${port}`,
        ...(trusted && { NODE_EXTRA_CA_CERTS: trusted }),
      }),
    );
    server.close();
    t.is(code, 78, lastLine);
    t.regex(lastLine, sentence);
    t.regex(lastLine, /^s3:\/\/lake\/flights\/2013\/: S3 is not trusted: .*NODE_EXTRA_CA_CERTS/);
  }
});
