import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { BtsForm, formMonth } from '../../../tasks/acquire/bts-form.ts';
import { InputError, UnreachableError } from '../../../tasks/errors.ts';
import { StartOverError } from '../../../tasks/io/origin.ts';
import { type BtsFormServer, formColumns, startBtsForm } from '../../support/bts-form-server.ts';
import { runCommand, startCommand } from '../../support/run-command.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder();
const flights = 2_400;
let form: BtsFormServer;
let retries: string[];

test.before(async () => {
  form = await startBtsForm({ year: 1995, flights });
});
test.beforeEach(() => {
  form.reset();
  retries = [];
  rmSync(join(folder, 'flights'), { recursive: true, force: true });
});
test.after.always(() => form?.stop());

const environment = () => ({
  FLIGHTS_URI: `${pathToFileURL(folder).href}/flights/{year}/`,
  OUTPUT_URI: `${pathToFileURL(folder).href}/bucket`,
  BTS_FORM_URL: form.url,
  HOME: folder,
});
const run = (command: string, ...args: string[]) => runCommand([command, '--year', '1995', ...args], environment());
const names = () => (existsSync(join(folder, 'flights/1995')) ? readdirSync(join(folder, 'flights/1995')) : []);
const name = (month: number) => `On_Time_Reporting_Carrier_On_Time_Performance_1987_present_1995_${month}.zip`;

const patience = { attempts: 3, firstPauseMilliseconds: 1, stallMilliseconds: 1_500, longestPauseMilliseconds: 3_000 };
const origin = () =>
  new BtsForm({
    userAgent: 'delaywatch/test',
    onRetry: (what) => retries.push(what),
    signal: new AbortController().signal,
    patience,
  });
const month = (number = 3, year = 1995) => formMonth(new URL(form.url), year, number);
async function read(): Promise<Buffer> {
  const from = origin();
  return Buffer.concat(await Array.fromAsync(from.read((await from.look(month()))!)));
}

test.serial('a year of the nineties comes month by month over one connection, and detect reads it', async (t) => {
  const { code, log } = await run('acquire');
  t.is(code, 0, log);
  const manifest = JSON.parse(readFileSync(join(folder, 'flights/1995/manifest.json'), 'utf8'));
  t.deepEqual(manifest.months.length, 12);
  t.is(manifest.source, 'bts');
  t.like(manifest.files[0], { name: name(1), url: `${form.url.split('?')[0]}#1995-1` });
  t.is(
    manifest.files.reduce((sum: number, { rows }: { rows: number }) => sum + rows, 0),
    flights,
  );
  t.deepEqual(form.most, { connections: 1, requests: 1 });
  t.true(form.requests.every(({ userAgent }) => /^delaywatch\/\d/.test(userAgent!)));
  const downloads = form.requests.filter(({ step }) => step === 'download');
  t.deepEqual(
    downloads.map(({ fields }) => fields.get('cboPeriod')),
    Array.from({ length: 12 }, (_, index) => String(index + 1)),
  );
  t.true(downloads.every(({ fields }) => formColumns.every((column) => fields.get(column) === 'on')));

  const detected = await run('detect');
  t.is(detected.code, 0, detected.log);
  t.regex(detected.log, new RegExp(`read .*flights=${flights} rejected=0`));
});

test.serial('killed in the middle, it goes on with the month that is missing', async (t) => {
  form.misbehave('download', ...Array(2).fill(sendFile), (response, file) => {
    response.writeHead(200, { 'content-type': 'application/x-zip-compressed' });
    response.write(file.subarray(0, 1_000));
  });
  const running = startCommand(['acquire', '--year', '1995'], environment());
  await running.logged(/fetched .*_1995_2\.zip/);
  running.child.kill('SIGKILL');
  await running.ended;
  t.is((await run('detect')).code, 75);
  form.reset();
  const { code, log } = await run('acquire');
  t.is(code, 0, log);
  // The kill may have come before the second month was recorded; then it is fetched once more.
  const downloads = form.requests.filter(({ step }) => step === 'download').length;
  t.true(downloads === 10 || downloads === 11, String(downloads));
  t.is(names().filter((each) => each.endsWith('.zip')).length, 12);
});

test.serial('a page instead of a zip is asked for again, and told with its title when it stays', async (t) => {
  const errorPage = (response: Parameters<typeof sendFile>[0]) =>
    void response.writeHead(200, { 'content-type': 'text/html' }).end('<title>Runtime\n Error</title>');
  form.misbehave('download', errorPage);
  t.is((await run('acquire')).code, 0);
  rmSync(join(folder, 'flights'), { recursive: true });
  form.misbehave('download', errorPage, errorPage, errorPage);
  const { code, lastLine } = await run('acquire');
  t.is(code, 65, lastLine);
  t.regex(
    lastLine,
    /aspx#1995-1 was fetched 3 times, and each time it is a web page \("Runtime Error"\) instead of a zip/,
  );
  t.false(names().includes(name(1)));
});

test.serial('the form offers years and months, and a year it does not offer is reported', async (t) => {
  t.deepEqual(await origin().look(month()), { url: month(), name: name(3) });
  form.page = (html) => html.replace('<option value="1995">1995</option>', '');
  t.is(await origin().look(month()), undefined);
  const { code, lastLine } = await run('acquire');
  t.is(code, 65, lastLine);
  t.regex(
    lastLine,
    /there is nothing at http:.*DL_SelectFields\.aspx for the whole year 1995, .*use --from with the address of a mirror/,
  );
});

test.serial('a changed form is reported with what it lacks, and another page is not taken for it', async (t) => {
  for (const [lacking, what] of [
    [/name="cboPeriod"/, /is no longer the form that acquire knows: it has no cboPeriod; use --from/],
    [/name="chkAllVars"/, /it has no chkAllVars/],
    [/type="checkbox" name="(?!chk)[A-Z0-9_]+"/g, /it has no fields to choose from/],
  ] as const) {
    form.page = (html) => html.replace(lacking, '');
    await t.throwsAsync(read(), { instanceOf: InputError, message: what });
  }
  form.page = () => '<title>Down for maintenance</title>';
  await t.throwsAsync(read(), {
    instanceOf: UnreachableError,
    message: /answers with another page \("Down for maintenance"\); try again later/,
  });
  form.reset();
  const wrong = formMonth(new URL('/nowhere.aspx', form.url), 1995, 1);
  await t.throwsAsync(origin().look(wrong), {
    instanceOf: InputError,
    message: /is not there \(HTTP 404\); check BTS_F/,
  });
});

test.serial('a form that is busy is asked again, at each step', async (t) => {
  const busy = (response: Parameters<typeof sendFile>[0]) => void response.writeHead(503).end();
  for (const step of ['page', 'tick', 'download'] as const) form.misbehave(step, busy);
  t.is((await read()).subarray(0, 2).toString(), 'PK');
  t.is(retries.length, 3);
  t.regex(retries[0], /DL_SelectFields\.aspx#1995-3: HTTP 503; next attempt/);
  form.misbehave('tick', busy, busy, busy);
  await t.throwsAsync(read(), {
    instanceOf: UnreachableError,
    message: /did not answer after 3 attempts \(HTTP 503\)/,
  });
});

test.serial('a file that breaks off is begun anew, for the form makes it anew', async (t) => {
  form.misbehave('download', (response, file) => {
    response.writeHead(200, { 'content-length': file.length, 'content-type': 'application/x-zip-compressed' });
    response.write(file.subarray(0, 1_000), () => response.destroy());
  });
  await t.throwsAsync(read(), { instanceOf: StartOverError });
  form.misbehave('download', (response, file) => {
    response.writeHead(200, { 'content-type': 'application/x-zip-compressed' });
    response.write(file.subarray(0, 1_000));
  });
  await t.throwsAsync(read(), { instanceOf: StartOverError });
  // Cut, and ended as if it were whole: the zip tells.
  form.misbehave('download', (response, file) => {
    response.writeHead(200, { 'content-type': 'application/x-zip-compressed' }).end(file.subarray(0, 1_000));
  });
  const { code, log } = await run('acquire');
  t.is(code, 0, log);
  t.regex(log, /WARN .*aspx#1995-1: it is truncated .*; fetching it again/);
});

test.serial('after a month it rests for as long as the form worked on it', async (t) => {
  const delay = 400;
  form.misbehave('download', (response, file) => void setTimeout(() => sendFile(response, file), delay));
  const from = origin();
  const found = (await from.look(month()))!;
  await Array.fromAsync(from.read(found));
  const ended = Date.now();
  await Array.fromAsync(from.read(found));
  t.true(Date.now() - ended >= delay);
});

function sendFile(response: Parameters<Parameters<BtsFormServer['misbehave']>[1]>[0], file: Buffer): void {
  response.writeHead(200, { 'content-type': 'application/x-zip-compressed' }).end(file);
}
