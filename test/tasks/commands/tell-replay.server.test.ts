import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { btsName } from '../../../tasks/acquire/bts-name.ts';
import { markChart } from '../../../tasks/chart-mark.ts';
import { decodeSummary } from '../../../tasks/summary/summary-file.ts';
import { digestsOf, faultsOfDigests } from '../../support/digest-reader.ts';
import { type Publisher, publishedYear, startPublisher } from '../../support/publisher.ts';
import { type Ended, runCommand, startCommand } from '../../support/run-command.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { hold, startWebhook, type WebhookServer } from '../../support/webhook-server.ts';

const airports = 2;
const day = 24 * 3_600_000;
/** Of the second year, what is missing may still come. */
const second = new Date(Date.now() - 146 * day).getUTCFullYear();
const years = [second - 1, second];
const folder = temporaryFolder();
const bucket = join(folder, 'bucket');
const published = 'PREZIP/';
const png = readFileSync(new URL('../../../docs/images/JFK-2013.png', import.meta.url));
const attempts = 8;

let publisher: Publisher;
let webhook: WebhookServer;
let database: TestDatabase;
let fresh: TestDatabase;
let environment: Record<string, string>;
const whole = new Map<number, Map<string, Buffer>>();
const corrected = new Map<number, Map<string, Buffer>>();

const nameOf = (year: number, month: number) => `${published}${btsName(year, month)}`;
const bringOut = (year: number, month: number, from = whole) =>
  publisher.files.set(nameOf(year, month), from.get(year)!.get(nameOf(year, month))!);
const headlines = () => webhook.taken.map((message) => message.blocks[0].text.text as string);

/** As Airflow does: what another process is in the way of is tried again. */
async function step(name: string, year: number, options: string[] = [], more = environment): Promise<Ended> {
  for (let attempt = 1; ; attempt++) {
    const ended = await runCommand([name, '--year', String(year), ...options], more);
    if (ended.code !== 69 || attempt === attempts) return ended;
  }
}

/** Charts that `publish` takes for those of the summary: drawing them is no part of this test. */
function drawCharts(year: number): void {
  const { days, sha256 } = decodeSummary(readFileSync(join(bucket, 'summaries', `${year}.arrow`)), 'summary');
  mkdirSync(join(bucket, 'plots', String(year)), { recursive: true });
  for (const airport of days.airports) {
    const chart = markChart(png, { airport, year, summary: sha256 });
    writeFileSync(join(bucket, 'plots', String(year), `${airport}.png`), chart);
  }
}

/** All steps of a run of the year so far but the last one. */
async function publish(year: number, month: number): Promise<Ended> {
  const source = `${publisher.url}${published}${btsName(2013, 1).replace('2013_1.zip', '{year}_{month}.zip')}`;
  const acquired = await step('acquire', year, ['--from', source, '--so-far', '--through', String(month)]);
  if (acquired.code !== 0) return acquired;
  for (const [name, options] of [
    ['detect', ['--so-far']],
    ['load', []],
  ] as [string, string[]][]) {
    const ended = await step(name, year, options);
    if (ended.code !== 0) return ended;
  }
  drawCharts(year);
  return step('publish', year);
}

async function run(t: ExecutionContext, year: number, month: number): Promise<void> {
  const made = await publish(year, month);
  t.is(made.code, 0, made.log);
  const told = await step('tell', year);
  t.is(told.code, 0, told.log);
}

/** The airport-days of the noted events, each as a line. */
async function noted({ client }: TestDatabase, year: number): Promise<string[]> {
  const { rows } = await client.query('SELECT airport_days FROM noted_events WHERE year = $1', [year]);
  return rows.map(({ airport_days }) => airport_days.join()).sort();
}

const rowsOf = async ({ client }: TestDatabase, year: number) =>
  (
    await client.query(
      `SELECT md5(string_agg(days::text, ',' ORDER BY airport, flight_date)) AS hash FROM airport_days AS days WHERE year = $1`,
      [year],
    )
  ).rows[0].hash;

/** Whoever reads all digests knows the events of all years, and each digest has been delivered once. */
async function check(t: ExecutionContext, when: string): Promise<void> {
  for (const year of years) t.deepEqual(await faultsOfDigests(database.client, year), [], `${when}, ${year}`);
  const digests = await Promise.all(years.map((year) => digestsOf(database.client, year)));
  t.is(webhook.taken.length, digests.flat().length, when);
  const { rows } = await database.client.query('SELECT * FROM deliveries WHERE delivered_at IS NULL');
  t.deepEqual(rows, [], when);
}

/** A database that knows nothing of earlier runs has the same rows, and tells the same events, all as new. */
async function compareWithFresh(t: ExecutionContext, year: number): Promise<void> {
  const other = { ...environment, ...fresh.environment, OUTPUT_URI: environment.OUTPUT_URI, DIGEST_WEBHOOK: '' };
  await fresh.client.query('TRUNCATE deliveries, noted_events, digests');
  for (const name of ['load', 'publish', 'tell']) {
    const { code, log } = await step(name, year, [], other);
    t.is(code, 0, log);
  }
  t.is(await rowsOf(fresh, year), await rowsOf(database, year));
  t.deepEqual(await noted(fresh, year), await noted(database, year));
  const [{ counts }] = await digestsOf(fresh.client, year);
  t.deepEqual(counts, { new: (await noted(fresh, year)).length, corrected: 0, withdrawn: 0 });
}

test.before(async (t) => {
  [publisher, webhook, database, fresh] = await Promise.all([
    startPublisher(),
    startWebhook(),
    startTestDatabase(),
    startTestDatabase(),
  ]);
  for (const year of years) {
    whole.set(year, await publishedYear(published, { year, airports, seed: year }));
    corrected.set(year, await publishedYear(published, { year, airports, seed: year + 100 }));
  }
  environment = {
    ...database.environment,
    FLIGHTS_URI: `${pathToFileURL(bucket).href}/flights/{year}/`,
    OUTPUT_URI: pathToFileURL(bucket).href,
    DIGEST_WEBHOOK: 'slack',
    DIGEST_WEBHOOK_URL: webhook.url,
  };
  for (const each of [database, fresh]) {
    const { code, log } = await runCommand(['migrate'], { ...environment, ...each.environment });
    t.is(code, 0, log);
  }
});

test.after.always(async () => {
  await fresh?.stop();
  await database?.stop();
  await webhook?.stop();
  await publisher?.stop();
});

test.serial('months that come one by one', async (t) => {
  const [year] = years;
  for (let month = 1; month <= 5; month++) {
    bringOut(year, month);
    await run(t, year, month);
    await check(t, `month ${month}`);
  }
  t.regex(headlines()[0], new RegExp(`^${year} so far, January: `));
});

test.serial('a month that is corrected, until the year is whole', async (t) => {
  const [year] = years;
  bringOut(year, 3, corrected);
  for (let month = 6; month <= 12; month++) {
    bringOut(year, month);
    await run(t, year, month);
    await check(t, `month ${month}`);
    if (month % 6 === 0) await compareWithFresh(t, year);
  }
  const digests = await digestsOf(database.client, year);
  t.true(digests.some(({ counts }) => counts.corrected > 0));
  t.true(digests.some(({ counts }) => counts.withdrawn > 0));
  t.true(digests.length > 6);
  t.notRegex(headlines().at(-1)!, /so far/);
});

test.serial('a month that is late is told when it comes', async (t) => {
  const [, year] = years;
  for (const month of [1, 2, 3]) {
    bringOut(year, month);
    await run(t, year, month);
    await check(t, `month ${month}`);
  }
  const before = webhook.taken.length;
  t.is((await publish(year, 4)).code, 75);
  t.is((await step('tell', year)).code, 0);
  t.is(webhook.taken.length, before);
  for (const month of [4, 5]) bringOut(year, month);
  await run(t, year, 5);
  await check(t, 'months 4 and 5');
  t.true(webhook.taken.length > before);
});

test.serial('kills while the webhook has the message, and as soon as it is decided', async (t) => {
  const [, year] = years;
  for (const month of [6, 7]) {
    bringOut(year, month);
    const made = await publish(year, month);
    t.is(made.code, 0, made.log);
    if (month === 6) webhook.misbehave(hold);
    const held = webhook.held();
    const killed = startCommand(['tell', '--year', String(year)], environment);
    await Promise.race([month === 6 ? held : killed.logged(/told what is new/), killed.ended]);
    killed.child.kill('SIGKILL');
    await killed.ended;
    webhook.misbehave();
    t.is((await step('tell', year)).code, 0);
    await check(t, `month ${month}`);
  }
});

test.serial('two runs that overlap, and the rest of the year', async (t) => {
  const [, year] = years;
  bringOut(year, 8);
  const both = await Promise.all([1, 2].map(() => publish(year, 8)));
  t.true(
    both.some(({ code }) => code === 0),
    both.map(({ lastLine }) => lastLine).join('\n'),
  );
  for (const { code, log } of await Promise.all([1, 2, 3].map(() => step('tell', year)))) t.is(code, 0, log);
  await check(t, 'month 8');
  for (const month of [9, 10, 11, 12]) {
    bringOut(year, month);
    await run(t, year, month);
    await check(t, `month ${month}`);
  }
  await compareWithFresh(t, year);
});

test.serial('years that are run again, as by a backfill, tell nothing', async (t) => {
  const before = webhook.taken.length;
  for (const year of years) await run(t, year, 12);
  t.is(webhook.taken.length, before);
  await check(t, 'again');
});
