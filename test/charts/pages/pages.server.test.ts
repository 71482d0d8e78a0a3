import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AxePuppeteer } from '@axe-core/puppeteer';
import test, { type ExecutionContext } from 'ava';
import puppeteer, { type Browser, type Page } from 'puppeteer';
import { findChromium } from '../../../tasks/io/find-chromium.ts';
import { LineLog } from '../../../tasks/io/log.ts';
import { keepPicture } from '../../support/keep-picture.ts';
import { runCommand } from '../../support/run-command.ts';
import { writeGeneratedYear } from '../../support/sample-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestDatabase, type TestDatabase } from '../../support/test-database.ts';

const folder = temporaryFolder();
const bucket = join(folder, 'bucket');
const reports = join(bucket, 'reports');
const samples = new URL('../../../samples/', import.meta.url);
/** Each kind of page, also with what an address behind `#` makes of it. */
const pages = [
  'index.html',
  '2013.html',
  '2018.html',
  'airports/JFK.html',
  'airports/JFK.html#2013-02-09',
  'airports/ATL.html',
  'compare.html',
  'compare.html#JFK,LGA,EWR/2013',
  'compare.html#2013,2016,2018',
];
let database: TestDatabase;
let browser: Browser;

test.before(async (t) => {
  database = await startTestDatabase();
  const run = async (year: number, flights: string) => {
    const { code, log } = await runCommand(['run', '--year', String(year)], {
      ...database.environment,
      FLIGHTS_URI: flights,
      OUTPUT_URI: pathToFileURL(bucket).href,
    });
    t.is(code, 0, log);
  };
  await run(2013, `${samples.href}flights-{year}.csv.zst`);
  for (const year of [2016, 2017, 2018]) {
    await writeGeneratedYear(folder, { year, flights: 30_000, airports: 6, seed: year });
    await run(year, `${pathToFileURL(folder).href}/{year}.csv`);
  }
  const { path: executablePath, environment: env } = await findChromium({
    path: undefined,
    variables: process.env,
    log: new LineLog(process.stderr),
  });
  browser = await puppeteer.launch({ executablePath, env, headless: 'shell', pipe: true, args: ['--no-sandbox'] });
});

test.after.always(async () => {
  await browser?.close();
  await database?.stop();
});

interface View {
  width?: number;
  dark?: boolean;
}

/** Opens a page as a file, with all its pictures drawn; what the browser complains of fails the test. */
async function open(t: ExecutionContext, path: string, { width = 1240, dark = false }: View = {}): Promise<Page> {
  const page = await browser.newPage();
  page.on('console', (message) => t.not(message.type(), 'error', `${path}: ${message.text()}`));
  page.on('pageerror', (error) => t.fail(`${path}: ${error}`));
  page.on('requestfailed', (request) => t.fail(`${path}: ${request.url()} ${request.failure()?.errorText}`));
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }]);
  await page.goto(`${pathToFileURL(reports).href}/${path}`, { waitUntil: 'load' });
  await drawAll(page);
  return page;
}

/** Scrolls each picture near the screen, which is when it is drawn. */
async function drawAll(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (const figure of document.querySelectorAll<HTMLElement>('[data-picture]')) {
      if (figure.closest('[hidden]')) continue;
      figure.scrollIntoView();
      while (!figure.querySelector('svg')) await new Promise(requestAnimationFrame);
    }
    scrollTo(0, 0);
  });
}

for (const path of pages) {
  for (const view of [{}, { dark: true }, { width: 390 }]) {
    const words = `${view.width ? 'on a phone' : view.dark ? 'in the dark' : 'by day'}`;
    test.serial(`${path} opens as a file ${words}, draws its pictures, and hinders nobody`, async (t) => {
      const page = await open(t, path, view);
      keepPicture(`${path.replaceAll(/[/#,]/g, '-')} ${words}.png`, await page.screenshot({ fullPage: true }));
      t.is(await page.evaluate(() => document.documentElement.scrollWidth), view.width ?? 1240);
      const { violations } = await new AxePuppeteer(page).options({ preload: false }).analyze();
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      t.deepEqual(
        serious.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`),
        [],
      );
      await page.close();
    });
  }
}

test.serial('an airport’s chart is drawn by plotly.js, and another year’s when it is chosen', async (t) => {
  const page = await open(t, 'airports/JFK.html#2013');
  await page.waitForSelector('#chart .main-svg');
  t.is(
    await page.$eval('#png', (link) => (link as HTMLAnchorElement).getAttribute('href')),
    '../../plots/2013/JFK.png',
  );
  await page.goto(`${pathToFileURL(reports).href}/airports/JFK.html#2013-02-09`);
  await page.waitForFunction(() => /blizzard|142 of 274/.test(document.querySelector('#chart')!.textContent!));
  t.pass();
  await page.close();
});

test.serial('the search box leads to an airport by keyboard alone', async (t) => {
  const page = await open(t, 'index.html');
  await page.focus('#search');
  await page.keyboard.type('Nowhere');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => /No airport/.test(document.querySelector('#search-result')!.textContent!));
  await page.$eval('#search', (input) => ((input as HTMLInputElement).value = ''));
  await page.keyboard.type('LGA');
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  t.regex(page.url(), /airports\/LGA\.html$/);
  await page.close();
});

test.serial('airports are compared by keyboard alone, and the address can be shared', async (t) => {
  const page = await open(t, 'compare.html');
  for (const airport of ['JFK', 'EWR']) {
    await page.focus('#compare-input');
    await page.keyboard.type(airport);
    await page.keyboard.press('Enter');
    await page.waitForFunction((name) => document.querySelector('#compared')!.textContent!.includes(name), {}, airport);
  }
  t.regex(page.url(), /compare\.html#JFK,EWR$/);
  await page.waitForFunction(() => document.querySelectorAll('#comparison section').length === 2);
  const shared = await open(t, `compare.html${new URL(page.url()).hash}`);
  t.is(await shared.$$eval('#comparison section', (sections) => sections.length), 2);
  await shared.close();
  await page.focus('#compare-input');
  await page.keyboard.type('2013');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() =>
    /Remove the airports to compare years/.test(document.querySelector('#compare-message')!.textContent!),
  );
  await page.close();
});

test.serial(
  'an address that names what is not published says so, and shows the rest in the same colours',
  async (t) => {
    const page = await open(t, 'compare.html#ZZZ,JFK,LGA/2013');
    t.regex(await page.$eval('#compare-message', (output) => output.textContent!), /Nothing is published for ZZZ\./);
    const colours = await page.$$eval('#comparison h2', (heads) => heads.map((head) => head.style.borderTopColor));
    t.deepEqual(
      await page.$$eval('#comparison .legend i', (marks) =>
        marks.map((mark) => (mark as HTMLElement).style.background),
      ),
      colours,
    );
    t.is(colours.length, 2);
    await page.locator('[aria-label="Remove ZZZ"]').click();
    await page.waitForFunction(() => document.querySelector('#compare-message')!.textContent === '');
    await page.close();
    const years = await open(t, 'compare.html#1990,2013');
    t.regex(await years.$eval('#compare-message', (output) => output.textContent!), /Nothing is published for 1990\./);
    t.is(await years.$$eval('#comparison section', (sections) => sections.length), 1);
    await years.close();
  },
);

test.serial('a table is sorted by keyboard, and says how', async (t) => {
  const page = await open(t, '2018.html');
  const table = '[aria-label="Airports"]';
  const column = () =>
    page.$$eval(`${table} tbody tr td:nth-child(2)`, (cells) =>
      cells.map((cell) => Number((cell as HTMLElement).dataset.value)),
    );
  await page.focus(`${table} th:nth-child(2) button`);
  await page.keyboard.press('Enter');
  const descending = await column();
  t.deepEqual(
    descending,
    descending.toSorted((a, b) => b - a),
  );
  t.is(await page.$eval(`${table} th:nth-child(2)`, (head) => head.getAttribute('aria-sort')), 'descending');
  await page.keyboard.press('Enter');
  t.deepEqual(await column(), descending.toReversed());
  await page.close();
});

test.serial('a chosen day shows its airports', async (t) => {
  const page = await open(t, '2013.html');
  await page.$eval('#day', (input) => {
    (input as HTMLInputElement).value = '2013-02-09';
    input.dispatchEvent(new Event('change'));
  });
  t.regex(
    await page.$eval('#day-result', (output) => output.textContent!),
    /Sat 9 Feb: 3 airports, by score: LGA \(9\.7\)/,
  );
  await page.close();
});

test.serial('a year is printed on two pages', async (t) => {
  for (const path of ['2013.html', '2018.html']) {
    const page = await open(t, path);
    const pdf = Buffer.from(await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    t.true((pdf.match(/\/Type \/Page\b(?!s)/g) ?? []).length <= 2, path);
    await page.close();
  }
});

test.serial('pages keep within 600 KB, an airport’s year within 60 KB', (t) => {
  const sizes = readdirSync(reports, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.endsWith('assets'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ file, size: statSync(file).size }));
  t.deepEqual(
    sizes.filter(({ size }) => size > 600_000),
    [],
  );
  const airports = sizes.filter(({ file }) => /data\/\d{4}\/[A-Z]{3}\.js$/.test(file));
  t.true(airports.length >= 3);
  t.deepEqual(
    airports.filter(({ size }) => size > 60_000),
    [],
  );
});

test.serial('every link leads to a file that is there, and every mark to its place', async (t) => {
  const files = [
    'index.html',
    'compare.html',
    '2013.html',
    '2016.html',
    '2017.html',
    '2018.html',
    ...readdirSync(join(reports, 'airports')).map((name) => `airports/${name}`),
  ];
  const idsOf = new Map<string, Set<string>>();
  const ids = (file: string) => {
    const found =
      idsOf.get(file) ?? new Set([...readFileSync(file, 'utf8').matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    idsOf.set(file, found);
    return found;
  };
  let links = 0;
  for (const file of files) {
    const page = await open(t, file);
    const hrefs = await page.$$eval('a[href], [data-href]', (all) =>
      all.map((link) => link.getAttribute('href') ?? (link as HTMLElement).dataset.href!),
    );
    for (const href of new Set(hrefs)) {
      links++;
      const [path, mark] = href.split('#');
      const target =
        path === '' ? join(reports, file) : resolve(dirname(join(reports, file)), decodeURIComponent(path));
      t.true(existsSync(target), `${file} → ${href}`);
      // A date or a list of airports is not a place on the page but a choice.
      if (mark && /^(?:event|card|main)/.test(mark)) t.true(ids(target).has(mark), `${file} → ${href}`);
    }
    await page.close();
  }
  t.true(links > 200);
});

test.serial('the time until each page paints is reported', async (t) => {
  for (const path of ['index.html', '2013.html', 'airports/JFK.html']) {
    const page = await open(t, path);
    // The browser reports the paint a moment after the pictures are drawn.
    await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
    const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime);
    t.log(`${path} first paints after ${Math.round(paint)} ms`);
    t.true(paint > 0);
    await page.close();
  }
});
