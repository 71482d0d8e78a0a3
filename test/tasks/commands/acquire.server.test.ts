import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import test from 'ava';
import { type S3Server, startS3Server } from '../../../local/s3-server.ts';
import { btsTexts, btsZip } from '../../../samples/bts-months.ts';
import { btsName } from '../../../tasks/acquire/bts-name.ts';
import { decodeSummary } from '../../../tasks/summary/summary-file.ts';
import { makeChain } from '../../support/certificates.ts';
import {
  breakAfter,
  type Publisher,
  publishedYear,
  refuse,
  sendInstead,
  stallAfter,
  startPublisher,
} from '../../support/publisher.ts';
import { runCommand, startCommand } from '../../support/run-command.ts';
import { writeGeneratedYear } from '../../support/sample-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';

const folder = temporaryFolder();
const flightsFolder = (year: number) => join(folder, 'flights', String(year));
let publisher: Publisher;
let year2013: Map<string, Buffer>;
/** A year that may still come, whenever the tests run. */
let year2090: Map<string, Buffer>;
let corrected2090: Map<string, Buffer>;
let s3: S3Server;

const environment = (more: Record<string, string> = {}): Record<string, string> => ({
  FLIGHTS_URI: `${pathToFileURL(folder).href}/flights/{year}/`,
  OUTPUT_URI: `${pathToFileURL(folder).href}/bucket`,
  BTS_URL: `${publisher.url}PREZIP/`,
  HOME: folder,
  ...more,
});
const run = (
  command: string,
  { year = 2013, args = [], more = {} }: { year?: number; args?: string[]; more?: Record<string, string> } = {},
) => runCommand([command, '--year', String(year), ...args], environment(more));
const acquire = (options?: Parameters<typeof run>[1]) => run('acquire', options);
const path = (month: number, year = 2013) => `PREZIP/${btsName(year, month)}`;
const names = (year = 2013) => (existsSync(flightsFolder(year)) ? readdirSync(flightsFolder(year)).sort() : []);
const visible = (year = 2013) => names(year).filter((name) => !name.startsWith('.'));
const manifest = (year = 2013) => JSON.parse(readFileSync(join(flightsFolder(year), 'manifest.json'), 'utf8'));
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const contentRequests = () => publisher.requests.filter(({ headers }) => headers.range !== 'bytes=0-0');
const wholeYear = [...Array.from({ length: 12 }, (_, index) => btsName(2013, index + 1)), 'manifest.json'].sort();

test.before(async () => {
  publisher = await startPublisher();
  year2013 = await publishedYear('PREZIP/');
  year2090 = await publishedYear('PREZIP/', { year: 2090 });
  corrected2090 = await publishedYear('PREZIP/', { year: 2090, seed: 2 });
  s3 = await startS3Server();
});
test.beforeEach(() => {
  publisher.reset(year2013);
  rmSync(join(folder, 'flights'), { recursive: true, force: true });
});
test.after.always(async () => {
  await publisher?.stop();
  await s3?.stop();
});

test.serial('twelve months become a year, with a manifest, and detect reads it', async (t) => {
  const { code, log } = await acquire();
  t.is(code, 0, log);
  t.deepEqual(names(), wholeYear);
  const { files, ...head } = manifest();
  t.like(head, { year: 2013, source: 'bts' });
  t.is(files.length, 12);
  t.is(
    files.reduce((sum: number, { rows }: { rows: number }) => sum + rows, 0),
    6_000,
  );
  for (const file of files) {
    const bytes = year2013.get(`PREZIP/${file.name}`)!;
    t.like(file, { url: `${publisher.url}PREZIP/${file.name}`, size: bytes.length, sha256: sha256(bytes) });
    t.deepEqual(readFileSync(join(flightsFolder(2013), file.name)), bytes);
  }
  t.true(publisher.requests.every(({ headers }) => /^delaywatch\/\d/.test(headers['user-agent']!)));
  t.true(publisher.mostAtOnce() <= 2);

  const detected = await run('detect');
  t.is(detected.code, 0, detected.log);
  t.regex(detected.log, /read .*flights=6000 rejected=0/);
});

test.serial('a year that is there is not asked for again', async (t) => {
  await acquire();
  publisher.reset();
  for (const from of ['bts', 'kaggle']) {
    const { code, log } = await acquire({ args: ['--from', from] });
    t.is(code, 0, log);
    t.regex(log, /the year is there .*from=bts .*files=12 flights=6000/);
  }
  t.is(publisher.requests.length, 0);
});

test.serial('files that a person put there are the year', async (t) => {
  mkdirSync(flightsFolder(2013), { recursive: true });
  await writeGeneratedYear(flightsFolder(2013), { flights: 2_000 });
  const { code, log } = await acquire();
  t.is(code, 0, log);
  t.regex(log, /somebody put it there .*files=2013\.csv/);
  t.is(publisher.requests.length, 0);
  t.deepEqual(names(), ['2013.csv']);
  t.is((await acquire({ args: ['--refresh'] })).code, 65);
});

test.serial('a year with an unpublished month ends with 75, and nothing was fetched', async (t) => {
  publisher.reset(year2090);
  publisher.files.delete(path(7, 2090));
  const { code, lastLine } = await acquire({ year: 2090 });
  t.is(code, 75, lastLine);
  t.regex(lastLine, /bts has not published 2090-07 yet; .*try again after 2090-10-01/);
  t.deepEqual(names(2090), []);
  t.is(contentRequests().length, 0);
});

test.serial('a year long past that is not at the address ends with 65, in one sentence that stands once', async (t) => {
  publisher.files.delete(path(7));
  const month = await acquire();
  t.is(month.code, 65, month.log);
  t.regex(
    month.lastLine,
    /there is nothing at http:.*\/PREZIP\/ for 2013-07, and waiting would not help, since 2013 ended/,
  );
  t.deepEqual(names(), []);
  t.is(contentRequests().length, 0);
  const year = await acquire({ year: 2012 });
  t.is(year.code, 65, year.log);
  t.regex(year.lastLine, /for the whole year 2012, .*; check the year, and BTS_URL where it is set/);
  t.is(year.log.match(/there is nothing at/g)!.length, 1);
  t.regex(year.log, /^\S+ ERROR there is nothing at/m);
});

test.serial('a year in the future ends with 75 and the day to try again', async (t) => {
  publisher.reset();
  const { code, lastLine } = await acquire({ year: 2090 });
  t.is(code, 75);
  t.regex(lastLine, /has not published the whole year 2090 yet; .*try again after 2091-03-01/);
});

test.serial('the first year has three months', async (t) => {
  const texts = await Array.fromAsync(btsTexts({ year: 1987, flights: 1_000, airports: 5, seed: 1 }));
  for (const { month, text } of texts.slice(9)) publisher.files.set(path(month, 1987), await btsZip(1987, month, text));
  const { code, log } = await acquire({ year: 1987 });
  t.is(code, 0, log);
  t.is(visible(1987).length, 4);
});

test.serial('killed in the middle, no partial year can be read, and it goes on where it stopped', async (t) => {
  publisher.misbehave(path(6), stallAfter(1_000));
  const running = startCommand(['acquire', '--year', '2013'], environment());
  await running.logged(/fetched .*_2013_7\.zip/);
  running.child.kill('SIGKILL');
  t.is((await running.ended).signal, 'SIGKILL');
  t.true(names().includes('acquiring.json'));
  t.false(names().includes('manifest.json'));
  const half = await run('detect');
  t.is(half.code, 75, half.log);
  t.regex(half.lastLine, /are not all there yet: .*acquiring\.json.*run `acquire --year 2013` to its end/);

  publisher.reset(year2013);
  const { code, log } = await acquire();
  t.is(code, 0, log);
  t.regex(log, /continuing where it stopped .*kept=\d+ of=12/);
  const fetched = contentRequests().map(({ path }) => path);
  t.false(fetched.includes(path(1)));
  t.true(fetched.includes(path(6)));
  t.true(fetched.length < 12);
  t.deepEqual(visible(), wholeYear);
  t.is((await run('detect')).code, 0);
});

test.serial('told to stop, it stops soon and leaves only whole months', async (t) => {
  publisher.misbehave(path(6), stallAfter(1_000));
  const running = startCommand(['acquire', '--year', '2013'], environment());
  await running.logged(/fetched .*_2013_7\.zip/);
  running.child.kill('SIGTERM');
  const { code, lastLine } = await running.ended;
  t.is(code, 143, lastLine);
  t.deepEqual(names(), visible());
  t.false(names().includes(btsName(2013, 6)));
  t.is((await acquire()).code, 0);
  t.deepEqual(names(), wholeYear);
});

test.serial('a month that was changed since is fetched again when it goes on', async (t) => {
  publisher.misbehave(path(12), refuse(400));
  t.is((await acquire()).code, 65);
  const january = join(flightsFolder(2013), btsName(2013, 1));
  const bytes = readFileSync(january);
  bytes[100] ^= 1;
  writeFileSync(january, bytes);
  publisher.reset(year2013);
  t.is((await acquire()).code, 0);
  t.deepEqual(
    contentRequests()
      .map(({ path }) => path)
      .filter((one) => one === path(1) || one === path(2)),
    [path(1)],
  );
  t.deepEqual(readFileSync(january), year2013.get(path(1)));
});

test.serial('a month that somebody removed is fetched again', async (t) => {
  await acquire();
  rmSync(join(flightsFolder(2013), btsName(2013, 5)));
  publisher.reset(year2013);
  t.is((await acquire()).code, 0);
  t.deepEqual(
    contentRequests().map(({ path }) => path),
    [path(5)],
  );
  t.deepEqual(names(), wholeYear);
});

test.serial('breaks, errors and requests for a pause on the way are survived', async (t) => {
  publisher.misbehave(path(1), breakAfter(5_000), breakAfter(3_000));
  publisher.misbehave(path(2), refuse(500), refuse(503));
  publisher.misbehave(path(3), refuse(429, { 'retry-after': '1' }));
  publisher.misbehave(path(4), sendInstead(year2013.get(path(4))!.subarray(0, 9_000)));
  const corrupted = Buffer.from(year2013.get(path(5))!);
  corrupted[10_000] ^= 1;
  publisher.misbehave(path(5), sendInstead(corrupted));
  const { code, log } = await acquire();
  t.is(code, 0, log);
  for (const file of manifest().files) t.is(file.sha256, sha256(year2013.get(`PREZIP/${file.name}`)!));
});

test.serial('a zip that is damaged each time is reported, and kept out of the year', async (t) => {
  const whole = year2013.get(path(3))!;
  const corrupted = Buffer.from(whole);
  corrupted[10_000] ^= 1;
  for (const [bytes, what] of [
    [whole.subarray(0, 9_000), /is truncated \(zip/],
    [corrupted, /is damaged \(zip: /],
    [Buffer.from('<html>maintenance</html>'), /is damaged \(zip: there is no file where one should begin\)/],
  ] as const) {
    publisher.files.set(path(3), bytes);
    const { code, lastLine } = await acquire();
    t.is(code, 65, lastLine);
    t.regex(lastLine, /_2013_3\.zip was fetched 3 times, and each time it/);
    t.regex(lastLine, what);
    t.false(names().includes(btsName(2013, 3)));
    t.is((await run('detect')).code, 75);
  }
});

test.serial('a file with another month inside is reported, and kept out of the year', async (t) => {
  publisher.files.set(path(3), year2013.get(path(4))!);
  const { code, lastLine } = await acquire();
  t.is(code, 65);
  t.regex(lastLine, /_2013_3\.zip holds flights of 2013-04; expected only flights of 2013-03/);
  t.false(names().includes(btsName(2013, 3)));
});

test.serial('a server that stays broken ends with 69, and the months before are kept', async (t) => {
  publisher.misbehave(path(4), ...Array(6).fill(refuse(500)));
  const { code, lastLine } = await acquire();
  t.is(code, 69, lastLine);
  t.regex(lastLine, /_2013_4\.zip did not answer after 6 attempts \(HTTP 500\); try again later/);
  publisher.reset(year2013);
  t.is((await acquire()).code, 0);
  t.false(contentRequests().some((request) => request.path === path(1)));
});

test.serial('corrections are fetched when asked for, and the year stays readable', async (t) => {
  await acquire();
  const before = manifest();
  const [corrected] = await publishedYear('PREZIP/', { seed: 2 });
  publisher.reset(new Map([...year2013, corrected]));
  t.is((await acquire()).code, 0);
  t.is(publisher.requests.length, 0);
  publisher.misbehave(path(1), refuse(400));
  t.is((await acquire({ args: ['--refresh'] })).code, 65);
  t.is((await run('detect')).code, 0);
  const { code, log } = await acquire({ args: ['--refresh'] });
  t.is(code, 0, log);
  t.deepEqual(
    contentRequests().map(({ path }) => path),
    [path(1), path(1)],
  );
  t.is(manifest().files[0].sha256, sha256(corrected[1]));
  t.deepEqual(manifest().files.slice(1), before.files.slice(1));
  t.deepEqual(names(), wholeYear);
  t.is((await acquire({ args: ['--refresh', '--from', 'file:///x/{year}.csv'] })).code, 65);
});

/** Publish the first months of 2090, some of them as they are after a correction. */
function publish2090(months: number, { corrected = [] as number[] } = {}): void {
  publisher.reset(new Map([...year2090].slice(0, months)));
  for (const month of corrected) publisher.files.set(path(month, 2090), corrected2090.get(path(month, 2090))!);
}
const soFar = (args: string[] = [], more?: Record<string, string>) =>
  acquire({ year: 2090, args: ['--so-far', ...args], ...(more && { more }) });
const fetched = () => contentRequests().map(({ path }) => path);

test.serial(
  'the year so far grows month by month, tells what is new and corrected, and becomes the year',
  async (t) => {
    publish2090(3);
    const first = await soFar();
    t.is(first.code, 0, first.log);
    t.regex(first.log, /acquired .*months="?2090-01 to 2090-03/);
    t.deepEqual(manifest(2090).months, [1, 2, 3]);
    t.is(visible(2090).length, 4);

    publisher.requests.length = 0;
    const again = await acquire({ year: 2090, args: ['--so-far=no'] });
    t.is(again.code, 75, again.log);
    t.regex(again.lastLine, /bts has not published 2090-04 to 2090-12 yet; /);
    const same = await acquire({ year: 2090, args: ['--so-far=yes'] });
    t.is(same.code, 0, same.log);
    t.regex(same.log, /nothing new .*months="?2090-01 to 2090-03/);
    t.deepEqual(fetched(), []);

    publish2090(5, { corrected: [2] });
    const grown = await soFar();
    t.is(grown.code, 0, grown.log);
    t.regex(grown.log, /fetched new months .*new="?2090-04 to 2090-05"? corrected="?2090-02/);
    t.deepEqual(
      fetched(),
      [2, 4, 5].map((month) => path(month, 2090)),
    );
    t.deepEqual(manifest(2090).months, [1, 2, 3, 4, 5]);

    publish2090(12, { corrected: [2] });
    const whole = await acquire({ year: 2090 });
    t.is(whole.code, 0, whole.log);
    t.deepEqual(fetched().length, 7);
    t.deepEqual(manifest(2090).months.length, 12);
    t.is((await run('detect', { year: 2090 })).code, 0);
    t.regex((await acquire({ year: 2090 })).log, /the year is there .*months="?the whole year 2090/);
  },
);

test.serial('a hole in the year so far is waited for, and what is there stays', async (t) => {
  publish2090(2);
  t.is((await soFar()).code, 0);
  publish2090(4);
  publisher.files.delete(path(3, 2090));
  const { code, lastLine } = await soFar();
  t.is(code, 75, lastLine);
  t.regex(lastLine, /bts has not published 2090-03 yet, although 2090-04 is published, .*try again after 2090-06-01/);
  t.deepEqual(manifest(2090).months, [1, 2]);
  t.deepEqual(fetched(), []);
});

test.serial('a year so far can be read all the time, also when it is killed while it grows', async (t) => {
  publish2090(2);
  t.is((await soFar()).code, 0);
  const partial = () => run('detect', { year: 2090, args: ['--allow-partial'] });
  const flights = (log: string) => Number(/ read .*flights=(\d+)/.exec(log)![1]);
  const before = flights((await partial()).log);

  publish2090(5);
  publisher.misbehave(path(4, 2090), stallAfter(1_000));
  const running = startCommand(['acquire', '--year', '2090', '--so-far'], environment());
  await running.logged(/fetched .*_2090_3\.zip/);
  await until(() => contentRequests().length === 2);
  const during = await partial();
  t.is(during.code, 0, during.log);
  t.true(flights(during.log) > before);
  running.child.kill('SIGKILL');
  await running.ended;
  // May waits for April: there is no hole at any moment.
  t.deepEqual(
    fetched(),
    [3, 4].map((month) => path(month, 2090)),
  );
  t.false(names(2090).includes('acquiring.json'));
  t.deepEqual(manifest(2090).months, [1, 2, 3]);
  t.true(manifest(2090).expected.includes(btsName(2090, 4)));
  t.is(flights((await partial()).log), flights(during.log));

  publish2090(5);
  const { code, log } = await soFar();
  t.is(code, 0, log);
  t.deepEqual(
    fetched(),
    [4, 5].map((month) => path(month, 2090)),
  );
  t.deepEqual(manifest(2090).months, [1, 2, 3, 4, 5]);
});

test.serial('the first months of a year so far are marked until all of them are there', async (t) => {
  publish2090(3);
  publisher.misbehave(path(3, 2090), refuse(400));
  t.is((await soFar()).code, 65);
  t.true(names(2090).includes('acquiring.json'));
  t.is((await run('detect', { year: 2090 })).code, 75);
  t.is((await soFar()).code, 0);
  t.deepEqual(manifest(2090).months, [1, 2, 3]);
});

test.serial('a month that the year so far has to reach is waited for', async (t) => {
  publish2090(2);
  const early = await soFar(['--through', '3']);
  t.is(early.code, 75, early.log);
  t.regex(early.lastLine, /bts has not published 2090-03 yet; .*try again after 2090-06-01/);
  t.deepEqual(names(2090), []);
  publish2090(3);
  const { code, log } = await soFar(['--through', '3']);
  t.is(code, 0, log);
  t.deepEqual(manifest(2090).months, [1, 2, 3]);
  t.is((await acquire({ year: 2090, args: ['--through', '3'] })).code, 64);
});

test.serial('a source of whole years has no year so far', async (t) => {
  const { code, lastLine } = await soFar(['--from', 'file:///data/{year}.csv']);
  t.is(code, 64, lastLine);
  t.regex(lastLine, /--so-far needs a source with a file for each month; file:\/\/\/data\/2090\.csv has one/);
});

test.serial('another source takes the place of months that were not complete', async (t) => {
  publisher.misbehave(path(9), refuse(400));
  t.is((await acquire()).code, 65);
  const text = await writeGeneratedYear(folder, { flights: 5_000 });
  writeFileSync(join(folder, '2013.csv.gz'), gzipSync(text));
  const { code, log } = await acquire({ args: ['--from', `${pathToFileURL(folder).href}/{year}.csv.gz`] });
  t.is(code, 0, log);
  t.deepEqual(names(), ['2013.csv.gz', 'manifest.json']);
  t.is((await run('detect')).code, 0);
});

test.serial('a foreign file beside the fetched ones is reported', async (t) => {
  publisher.misbehave(path(9), refuse(400));
  await acquire();
  writeFileSync(join(flightsFolder(2013), 'mine.csv'), 'x');
  const { code, lastLine } = await acquire();
  t.is(code, 65);
  t.regex(lastLine, /mine\.csv is in the same folder as the files that acquire fetched from bts/);
});

test.serial('a mirror: a folder with the names of BTS, or a file a month', async (t) => {
  t.is((await acquire({ args: ['--from', `${publisher.url}PREZIP/`], more: { BTS_URL: '' } })).code, 0);
  t.deepEqual(names(), wholeYear);
  rmSync(flightsFolder(2013), { recursive: true });
  for (const { month, text } of await Array.fromAsync(btsTexts({ year: 2013, flights: 2_000, airports: 5, seed: 1 }))) {
    publisher.files.set(`2013/${String(month).padStart(2, '0')}/flights.csv.gz`, gzipSync(text));
  }
  const { code, log } = await acquire({ args: ['--from', `${publisher.url}{year}/{MM}/flights.csv.gz`] });
  t.is(code, 0, log);
  t.is(visible()[0], '2013-01-flights.csv.gz');
  t.regex((await run('detect')).log, /flights=2000/);
  t.is((await acquire({ year: 2012, args: ['--from', `${publisher.url}{year}/{MM}/flights.csv.gz`] })).code, 65);
});

test.serial('a file that lacks months is refused', async (t) => {
  const text = await writeGeneratedYear(folder, { flights: 5_000 });
  writeFileSync(join(folder, 'part.csv'), text.slice(0, text.indexOf('\n2013-11')));
  const { code, lastLine } = await acquire({ args: ['--from', `${pathToFileURL(folder).href}/part.csv`] });
  t.is(code, 65);
  t.regex(lastLine, /part\.csv holds no flights of 2013-11 to 2013-12/);
  t.is((await run('detect')).code, 75);
});

test.serial('an address of flights without a folder for each year is a wrong setting', async (t) => {
  for (const uri of ['file:///data/{year}.csv', 'file:///data/all/']) {
    const { code, lastLine } = await acquire({ more: { FLIGHTS_URI: uri } });
    t.is(code, 78);
    t.regex(lastLine, /acquire needs a folder for each year; set an address with \{year\} in it that ends in \//);
  }
});

test.serial('a server without its whole chain of certificates is reported, with what to do', async (t) => {
  const chain = makeChain();
  const incomplete = await startPublisher(chain.incomplete);
  incomplete.reset(year2013);
  const more = { BTS_URL: `${incomplete.url}PREZIP/`, NODE_EXTRA_CA_CERTS: chain.rootFile };
  const { code, lastLine, log } = await acquire({ more });
  t.is(code, 78, log);
  t.regex(lastLine, /does not send the whole chain.*UNABLE_TO_VERIFY_LEAF_SIGNATURE.*NODE_EXTRA_CA_CERTS/);
  t.notRegex(log, /REJECT_UNAUTHORIZED|insecure/);
  // The authority between is no authority by itself.
  t.is((await acquire({ more: { ...more, NODE_EXTRA_CA_CERTS: chain.intermediateFile } })).code, 78);
  const both = join(folder, 'both.pem');
  writeFileSync(both, readFileSync(chain.rootFile, 'utf8') + readFileSync(chain.intermediateFile, 'utf8'));
  t.is((await acquire({ more: { ...more, NODE_EXTRA_CA_CERTS: both } })).code, 0);
  await incomplete.stop();

  rmSync(flightsFolder(2013), { recursive: true });
  const complete = await startPublisher(chain.complete);
  complete.reset(year2013);
  const known = { BTS_URL: `${complete.url}PREZIP/`, NODE_EXTRA_CA_CERTS: chain.rootFile };
  t.is((await acquire({ more: known })).code, 0);
  await complete.stop();
});

test.serial('into S3 nothing passes through a disk, and a kill leaves nothing to read', async (t) => {
  const scratch = join(folder, 'scratch');
  mkdirSync(scratch, { recursive: true });
  const more = {
    ...s3.environment,
    FLIGHTS_URI: `s3://${s3.bucket}/flights/{year}/`,
    TMPDIR: scratch,
    NODE_COMPILE_CACHE: join(folder, 'compiled'),
  };
  // Large enough for several parts.
  const big = await publishedYear('PREZIP/', { flights: 600_000 });
  publisher.reset(big);
  publisher.misbehave(path(12), stallAfter(500_000));
  const running = startCommand(['acquire', '--year', '2013'], environment(more));
  await running.logged(/fetched .*_2013_11\.zip/);
  running.child.kill('SIGTERM');
  t.is((await running.ended).code, 143);
  const uploads = await s3.client.send(new ListMultipartUploadsCommand({ Bucket: s3.bucket }));
  t.deepEqual(uploads.Uploads ?? [], []);
  t.is((await run('detect', { more })).code, 75);

  publisher.reset(big);
  const { code, log } = await acquire({ more });
  t.is(code, 0, log);
  t.deepEqual(
    contentRequests().map(({ path }) => path),
    [path(12)],
  );
  t.deepEqual(
    (await s3.keys('flights/2013/')).sort(),
    wholeYear.map((name) => `flights/2013/${name}`),
  );
  t.deepEqual(await s3.get(`flights/2013/${btsName(2013, 12)}`), big.get(path(12)));
  t.deepEqual(readdirSync(scratch), []);
  t.deepEqual(names(), []);
  t.is((await run('detect', { more })).code, 0);
});

test.serial('Kaggle: with a token, zipped or not, and the year is what detect reads', async (t) => {
  const text = await writeGeneratedYear(folder, { year: 2010, flights: 4_000 });
  const file = 'api/v1/datasets/download/yuanyuwendymu/airline-delay-and-cancellation-data-2009-2018/2010.csv';
  const more = { KAGGLE_API_ENDPOINT: publisher.url };
  const noToken = await acquire({ year: 2010, args: ['--from', 'kaggle'], more });
  t.is(noToken.code, 78);
  t.regex(noToken.lastLine, /no token for Kaggle/);

  publisher.files.set(file, Buffer.from(text));
  const withToken = { ...more, KAGGLE_USERNAME: 'me', KAGGLE_KEY: 'geheim' };
  const { code, log } = await acquire({ year: 2010, args: ['--from', 'kaggle'], more: withToken });
  t.is(code, 0, log);
  const basic = `Basic ${Buffer.from('me:geheim').toString('base64')}`;
  t.true(publisher.requests.every(({ headers }) => headers.authorization === basic));
  t.deepEqual(names(2010), ['2010.csv', 'manifest.json']);
  t.notRegex(log + JSON.stringify(manifest(2010)), /geheim/);
  const detected = await run('detect', { year: 2010 });
  t.is(detected.code, 0, detected.log);
  const summary = readFileSync(join(folder, 'bucket', 'summaries', '2010.arrow'));
  t.is(decodeSummary(summary, 'summary').provenance.flightsRead, 4_000);
});

test.serial(
  'Kaggle: large files come zipped by way of another address; the token may lie in Secrets Manager',
  async (t) => {
    const AWS_ENDPOINT_URL_SECRETS_MANAGER = s3.environment.AWS_ENDPOINT_URL_S3;
    const client = new SecretsManagerClient({
      endpoint: AWS_ENDPOINT_URL_SECRETS_MANAGER,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const { ARN } = await client.send(new CreateSecretCommand({ Name: 'kaggle', SecretString: 'KGAT_geheim' }));
    const text = await writeGeneratedYear(folder, { year: 2011, flights: 4_000 });
    const file = 'api/v1/datasets/download/yuanyuwendymu/airline-delay-and-cancellation-data-2009-2018/2011.csv';
    publisher.files.set('stored/2011.csv.zip', await btsZip(2011, 1, text));
    const redirect = refuse(302, { location: `${publisher.url}stored/2011.csv.zip` });
    publisher.files.set(file, Buffer.alloc(0));
    publisher.answerAlways(file, redirect);
    const { AWS_ENDPOINT_URL_S3, ...aws } = s3.environment;
    const more = { ...aws, AWS_ENDPOINT_URL_SECRETS_MANAGER, KAGGLE_API_ENDPOINT: publisher.url };
    const wrong = await acquire({
      year: 2011,
      args: ['--from', 'kaggle'],
      more: { ...more, KAGGLE_TOKEN_SECRET: `${ARN}x` },
    });
    t.is(wrong.code, 78, wrong.log);
    t.regex(wrong.lastLine, /the secret arn:aws:.* cannot be read \(ResourceNotFoundException\)/);
    const { code, log } = await acquire({
      year: 2011,
      args: ['--from', 'kaggle'],
      more: { ...more, KAGGLE_TOKEN_SECRET: ARN! },
    });
    t.is(code, 0, log);
    t.deepEqual(names(2011), ['2011.csv.zip', 'manifest.json']);
    t.is(publisher.requests[0].headers.authorization, 'Bearer KGAT_geheim');
    t.notRegex(log, /geheim/);
  },
);
