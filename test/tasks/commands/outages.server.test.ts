import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { type S3Server, startS3Server } from '../../../local/s3-server.ts';
import { type FlakyProxy, startFlakyProxy } from '../../support/flaky-proxy.ts';
import { runCommand, startCommand } from '../../support/run-command.ts';
import { writeGeneratedYear } from '../../support/sample-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestDatabase, type TestDatabase } from '../../support/test-database.ts';

let s3: S3Server;
let database: TestDatabase;
let environment: Record<string, string>;
let proxy: FlakyProxy;

const throughProxy = () => ({ ...environment, AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${proxy.port}` });
const outage = /S3 did not answer after 6 attempts/;

test.before(async (t) => {
  s3 = await startS3Server();
  database = await startTestDatabase();
  await s3.put('flights/2013.csv', await writeGeneratedYear(temporaryFolder(), { flights: 10_000, airports: 30 }));
  environment = {
    ...s3.environment,
    ...database.environment,
    FLIGHTS_URI: `s3://${s3.bucket}/flights/{year}.csv`,
    OUTPUT_URI: `s3://${s3.bucket}`,
  };
  const { code, log } = await runCommand(['run', '--year', '2013'], environment);
  t.is(code, 0, log);
});

test.beforeEach(async () => {
  proxy = await startFlakyProxy(s3.port);
});

test.afterEach.always(() => proxy?.stop());

test.after.always(async () => {
  await database?.stop();
  await s3?.stop();
});

const rows = async () => (await database.client.query('SELECT count(*)::int AS rows FROM airport_days')).rows[0].rows;

test.serial('a year can live in S3 from flights to report', async (t) => {
  t.is((await s3.keys('plots/2013/')).length, 30);
  const reports = await s3.keys('reports/');
  for (const page of ['2013.html', 'index.html', 'compare.html']) t.true(reports.includes(`reports/${page}`), page);
  t.is(reports.filter((key) => /^reports\/airports\/.+\.html$/.test(key)).length, 30);
  t.is((await s3.keys('exports/2013/')).length, 12);
  t.deepEqual(await s3.keys('summaries/'), ['summaries/2013.arrow']);
  t.true((await rows()) > 5_000);
  t.regex((await s3.get('reports/2013.html')).toString('utf8', 0, 20), /^<!doctype html>/);
});

test.serial('load without its object store keeps the rows there were', async (t) => {
  const before = await rows();
  proxy.cutAfter(1, Infinity);
  const { code, lastLine } = await runCommand(['load', '--year', '2013'], throughProxy());
  t.is(code, 69);
  t.regex(lastLine, outage);
  t.is(await rows(), before);
});

test.serial('render whose object store goes away in the middle stops, and can be run again', async (t) => {
  const running = startCommand(['render', '--year', '2013'], throughProxy());
  const summaryRead = proxy.received();
  while (proxy.received() < summaryRead + 100_000) await sleep(5);
  proxy.cut();
  const { code, lastLine } = await running.ended;
  t.is(code, 69);
  t.regex(lastLine, outage);
  t.is((await runCommand(['render', '--year', '2013'], environment)).code, 0);
  t.is((await s3.keys('plots/2013/')).length, 30);
});

test.serial('publish whose object store goes away in the middle leaves the report there was', async (t) => {
  const before = await s3.get('reports/2013.html');
  const { rows: runsBefore } = await database.client.query('SELECT * FROM runs');
  // Held up between reading the summary and writing the report.
  const other = await database.postgres.connect('pipeline');
  await other.query('BEGIN; LOCK TABLE airport_days IN ACCESS EXCLUSIVE MODE');
  const running = startCommand(['publish', '--year', '2013'], throughProxy());
  const waiting = `SELECT 1 FROM pg_stat_activity WHERE application_name = 'delaywatch' AND wait_event_type = 'Lock'`;
  while ((await database.client.query(waiting)).rows.length === 0) await sleep(20);
  proxy.cut();
  await other.query('ROLLBACK');
  await other.end();
  const { code, lastLine } = await running.ended;
  t.is(code, 69);
  t.regex(lastLine, outage);
  t.deepEqual(await s3.get('reports/2013.html'), before);
  t.deepEqual((await database.client.query('SELECT * FROM runs')).rows, runsBefore);
});

test.serial('publish connects again when its database breaks off', async (t) => {
  const toDatabase = await startFlakyProxy(Number(new URL(environment.DATABASE_URL).port));
  const url = environment.DATABASE_URL.replace(
    /\/\/pipeline@[^/]*/,
    `//pipeline:${await password()}@127.0.0.1:${toDatabase.port}`,
  );
  toDatabase.cutAfter(450, 2);
  const { code, log } = await runCommand(['publish', '--year', '2013'], { ...environment, DATABASE_URL: url });
  t.is(code, 0, log);
  t.is((await database.client.query('SELECT count(*)::int AS runs FROM runs')).rows[0].runs, 1);
  await toDatabase.stop();
});

async function password(): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  return /:pipeline:(.*)$/m.exec(await readFile(environment.PGPASSFILE, 'utf8'))![1];
}
