import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import test from 'ava';
import { type S3Server, startS3Server } from '../../../local/s3-server.ts';
import { InputError } from '../../../tasks/errors.ts';
import { decodeSummary } from '../../../tasks/flights/summary-file.ts';
import { S3Storage } from '../../../tasks/io/s3-storage.ts';
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

test.serial('a server that goes away in the middle is told, and nothing is written', async (t) => {
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

test.serial('an object that is replaced while it is read is told', async (t) => {
  const storage = new S3Storage(new URL(`s3://${s3.bucket}/replaced/`), { pathStyle: true });
  await storage.write('a.csv', 'a'.repeat(100), 'text/csv');
  const object = (await storage.stat('a.csv'))!;
  const read = async () => Buffer.concat(await Array.fromAsync(storage.stream(object, { start: 10, end: 20 })));
  t.is((await read()).toString(), 'a'.repeat(10));
  await storage.write('a.csv', 'b'.repeat(100), 'text/csv');
  await t.throwsAsync(read(), {
    instanceOf: InputError,
    message: 's3://lake/replaced/a.csv changed while it was read; run again once it is complete',
  });
  await storage.remove(['a.csv', 'not-there.csv']);
  await t.throwsAsync(read(), { instanceOf: InputError, message: /was removed while it was read/ });
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

test.serial('a refusal is told with the object and the right that is missing', async (t) => {
  // moto refuses nobody, so this server refuses everybody, in S3's words.
  const refusing = createServer((_, response) => {
    response.writeHead(403, { 'content-type': 'application/xml' });
    response.end('<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>');
  }).listen(0, '127.0.0.1');
  await once(refusing, 'listening');
  const { port } = refusing.address() as AddressInfo;
  const { code, lastLine } = await detect(environment({ AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}` }));
  refusing.close();
  t.is(code, 65);
  t.regex(lastLine, /s3:\/\/lake\/flights\/2013\/: no permission \(AccessDenied\)/);
});
