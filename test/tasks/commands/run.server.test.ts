import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import test from 'ava';
import { parse } from 'csv-parse/sync';
import puppeteer, { type Browser } from 'puppeteer';
import { isoDate } from '../../../charts/dates.ts';
import { findChromium } from '../../../tasks/io/find-chromium.ts';
import { LineLog } from '../../../tasks/io/log.ts';
import { airportRows } from '../../../tasks/summary/airport-days.ts';
import { decodeSummary } from '../../../tasks/summary/summary-file.ts';
import { type Ended, runCommand } from '../../support/run-command.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestDatabase, type TestDatabase } from '../../support/test-database.ts';

const samples = new URL('../../../samples/', import.meta.url);
const fixtures = new URL('../../fixtures/', import.meta.url);
const bucket = join(temporaryFolder(), 'bucket');
let database: TestDatabase;
let browser: Browser;
let first: Ended;

const run = () =>
  runCommand(['run', '--year', '2013'], {
    ...database.environment,
    FLIGHTS_URI: `${samples.href}flights-{year}.csv.zst`,
    OUTPUT_URI: pathToFileURL(bucket).href,
  });

test.before(async () => {
  database = await startTestDatabase();
  first = await run();
  const log = new LineLog(process.stderr);
  const { path: executablePath, environment: env } = await findChromium({
    path: undefined,
    variables: process.env,
    log,
  });
  const args = ['--no-sandbox', '--disable-gpu', '--disable-software-rasterizer'];
  browser = await puppeteer.launch({ executablePath, env, headless: 'shell', pipe: true, args });
});

test.after.always(async () => {
  await browser?.close();
  await database?.stop();
});

test.serial('the flights of 2013 come to what the reference makes of them, to 1e-9', async (t) => {
  t.is(first.code, 0, first.log);
  const reference = parse(gunzipSync(readFileSync(new URL('nyc2013_reference.csv.gz', fixtures))), { columns: true });
  const { rows } = await database.client.query(
    'SELECT origin, date::text, num_flights, dep_delay, del_scaled, outlier FROM dep_delay ORDER BY origin, date',
  );
  const close = (actual: number | null, expected: string) =>
    expected === ''
      ? actual === null
      : actual !== null && Math.abs(actual - Number(expected)) <= 1e-9 * Math.max(1, Math.abs(Number(expected)));
  t.is(rows.length, reference.length);
  (reference as Record<string, string>[]).forEach((expected, index) => {
    const row = rows[index];
    const where = `${expected.origin} ${expected.date}`;
    t.is(`${row.origin} ${row.date}`, where);
    t.is(row.num_flights, Number(expected.num_flights), where);
    t.is(row.outlier, Number(expected.outlier), where);
    t.true(
      close(row.dep_delay, expected.dep_delay),
      `${where}: delay ${row.dep_delay}, expected ${expected.dep_delay}`,
    );
    t.true(
      close(row.del_scaled, expected.del_scaled),
      `${where}: z ${row.del_scaled}, expected ${expected.del_scaled}`,
    );
  });
  t.is(rows.filter(({ outlier }) => outlier === 1).length, 17);
});

test.serial(
  'the detector by profile comes to what its plain version makes of the flights of 2013, to 1e-9',
  async (t) => {
    const expected = parse(gunzipSync(readFileSync(new URL('nyc2013_profile.csv.gz', fixtures))), {
      columns: true,
    }) as Record<string, string>[];
    const { days } = decodeSummary(readFileSync(join(bucket, 'summaries', '2013.arrow')), 'summary');
    const found = airportRows(days).flatMap(({ airport, start, end }) =>
      Array.from({ length: end - start }, (_, offset) => ({
        name: `${airport} ${isoDate(2013, days.dayOfYear[start + offset])}`,
        score: days.anomalyScore[start + offset],
        flag: days.isAnomaly[start + offset],
        step: Number.isNaN(days.lateBy[start + offset]) ? 'cancelled' : `${days.lateBy[start + offset]}`,
        shares: [days.lateShare[start + offset], days.usualLateShare[start + offset]],
      })),
    );
    t.deepEqual(
      found.map(({ name }) => name),
      expected.map(({ airport, date }) => `${airport} ${date}`),
    );
    expected.forEach(({ anomaly_score, is_anomaly, late_share, usual_late_share, step }, row) => {
      const { name, score, shares, flag } = found[row];
      [anomaly_score, late_share, usual_late_share].map(Number).forEach((wanted, which) => {
        const value = [score, ...shares][which];
        t.true(Math.abs(value - wanted) <= 1e-9, `${name}: ${value}, expected ${wanted}`);
      });
      t.is(flag, Number(is_anomaly), name);
      t.is(found[row].step, step, name);
    });
    const anomalies = found.filter(({ flag }) => flag === 1).map(({ name }) => name);
    t.is(anomalies.length, 63);
    const nemo = ['EWR', 'JFK', 'LGA'].flatMap((airport) => [`${airport} 2013-02-08`, `${airport} 2013-02-09`]);
    t.deepEqual(
      nemo.filter((day) => !anomalies.includes(day)),
      [],
      'the six days of blizzard Nemo',
    );
    const { rows } = await database.client.query(
      `SELECT airport || ' ' || flight_date AS name FROM airport_days WHERE is_anomaly ORDER BY airport, flight_date`,
    );
    t.deepEqual(
      rows.map(({ name }) => name),
      anomalies,
    );
  },
);

test.serial('blizzard Nemo is one event of three airports and two days', async (t) => {
  const { rows } = await database.client.query(
    `SELECT first_date::text, last_date::text, airports, airport_days FROM events
     WHERE first_date <= '2013-02-08' AND last_date >= '2013-02-08'`,
  );
  t.is(rows.length, 1);
  t.like(rows[0], { first_date: '2013-02-08', last_date: '2013-02-09', airport_days: 6 });
  t.deepEqual(rows[0].airports.sort(), ['EWR', 'JFK', 'LGA']);
});

test.serial('a second run replaces, and duplicates nothing', async (t) => {
  const contents = async () =>
    (
      await database.client.query(
        `SELECT md5(string_agg(a::text, ',' ORDER BY airport, flight_date)) AS hash FROM airport_days a`,
      )
    ).rows[0].hash;
  const before = await contents();
  const chart = readFileSync(join(bucket, 'plots', '2013', 'JFK.png'));
  const { code, log } = await run();
  t.is(code, 0, log);
  t.is(await contents(), before);
  t.deepEqual(readFileSync(join(bucket, 'plots', '2013', 'JFK.png')), chart);
  const { rows } = await database.client.query('SELECT count(*)::int AS runs FROM runs');
  t.is(rows[0].runs, 2);
});

test.serial('the report works offline in a browser: table, chooser, links, light and dark', async (t) => {
  const page = await browser.newPage();
  const errors: string[] = [];
  const requests: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => errors.push(message.text()));
  page.on('request', (request) => requests.push(request.url()));
  await page.setViewport({ width: 1280, height: 900 });
  const report = pathToFileURL(join(bucket, 'reports', '2013.html')).href;
  await page.goto(report);
  await page.waitForSelector('#chart .main-svg');
  const text = (selector: string) => page.$eval(selector, (element) => (element as HTMLElement).innerText);
  const title = () => page.$eval('#chart .gtitle', (element) => element.textContent);

  t.is(await text('h1'), 'Departure delays in 2013');
  t.regex(await text('dl'), /336,776[\s\S]*8,255 \(2\.5 %\)[\s\S]*63 of 1,095/);
  t.regex(await text('header'), /Causes of delays are not in this year’s file\./);
  const rowsBelow = (heading: string) =>
    page.$$eval(
      'section',
      (sections, heading) =>
        [
          ...sections
            .find((section) => section.querySelector('h2')!.innerText === heading)!
            .querySelectorAll('tbody tr'),
        ].map((row) => (row as HTMLElement).innerText.replaceAll(/\s+/g, ' ')),
      heading,
    );
  const events = await rowsBelow('What happened');
  t.is(events.length, 20);
  t.true(
    events.some((event) => /^Fri 8 Feb – Sat 9 Feb .*LGA.* not in this file$/.test(event)),
    events.join('\n'),
  );
  t.deepEqual(
    await page.$$eval('figure.empty', (figures) =>
      figures.map((figure) => (figure as HTMLElement).innerText.split('\n').at(-1)),
    ),
    ['not in this file', 'not in this file'],
  );
  const worst = await rowsBelow('The worst days');
  t.is(worst.length, 30);
  t.regex(
    worst[0],
    /^Sat 9 Feb LGA La Guardia 118 of 179 flights cancelled; 66 % of the flights did not leave, .*; all day, all carriers, all destinations; worse than every other day of the year 9\.7 .* PNG$/,
  );

  t.regex(String(await title()), /LGA/, 'the airport of the worst day');
  await page.select('#airport', 'EWR');
  t.regex(String(await title()), /EWR/);
  t.true(page.url().endsWith('#EWR'));
  await page.click('a[href="#JFK"]');
  await page.waitForFunction(() => document.querySelector('#chart .gtitle')?.textContent?.includes('JFK'));

  const links = await page.$$eval('a[href$=".png"]', (anchors) =>
    anchors.map((anchor) => (anchor as HTMLAnchorElement).href),
  );
  t.true(links.length > 30);
  for (const link of new Set(links)) t.notThrows(() => readFileSync(fileURLToPath(link)), link);

  const ground = () => page.$eval('#chart .main-svg', (svg) => (svg as SVGElement).style.background);
  const light = await ground();
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
  await page.waitForFunction(
    (before) => (document.querySelector('#chart .main-svg') as SVGElement).style.background !== before,
    {},
    light,
  );

  await page.setViewport({ width: 390, height: 800 });
  // On a phone nothing sticks out.
  await page.waitForFunction(() => document.documentElement.scrollWidth <= 390);

  t.deepEqual(errors, []);
  t.deepEqual(
    requests.filter((url) => !url.startsWith('file:') && !url.startsWith('data:') && !url.startsWith('blob:')),
    [],
  );
  await page.goto(pathToFileURL(join(bucket, 'reports', 'index.html')).href);
  t.is(await page.$eval('.years a', (anchor) => (anchor as HTMLAnchorElement).href), report);
  await page.close();
});
