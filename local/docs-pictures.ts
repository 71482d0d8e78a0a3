// `npm run make:pictures`: the pictures of docs/, of the real dashboard and pages over the sample and over invented years.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Command } from 'commander';
import type { Page } from 'puppeteer';
import { type DashboardPage, type DashboardView, openDashboard } from './dashboard-page.ts';
import { pagePictures } from './page-pictures.ts';
import { startPostgres } from './postgres.ts';
import { startSuperset } from './superset.ts';
import { startBrowser } from './webgl-chromium.ts';

new Command('npm run make:pictures --')
  .description(
    'Takes the pictures in docs/ of dashboard, pages and chart again, from a dashboard that it starts for this. It takes some minutes.',
  )
  .addHelpText('after', '\nExample:\n  npm run make:pictures')
  .parse();

const root = fileURLToPath(new URL('..', import.meta.url));
const images = join(root, 'docs', 'images');
const phoneHeight = 1_700;
/** A day on which a carrier stands out. */
const day = '2013-01-31 EWR';
const whose = '[data-test-chart-name="Excess minutes by carrier"]';
const worstDays = '[data-test-chart-name="The worst days"]';
const folder = mkdtempSync(join(tmpdir(), 'delaywatch-pictures-'));
// When root starts PostgreSQL, it runs as another user, who must be able to enter the folder.
chmodSync(folder, 0o755);

try {
  await picture({
    name: 'dashboard-2013',
    years: [2013],
    flights: `file://${root}samples/flights-{year}.csv.zst`,
    day,
  });
  run('samples/generate.ts', ['--folder', join(folder, 'generated')], {});
  await picture({
    name: 'dashboard-generated',
    years: [2017, 2018],
    flights: `${pathToFileURL(folder).href}/generated/{year}.csv`,
    label: 'generated flights',
  });
} finally {
  rmSync(folder, { recursive: true });
}
process.exit(0);

interface Subject {
  name: string;
  years: number[];
  flights: string;
  /** Stands in the picture. */
  label?: string;
  /** A day with a picture of its own: whose flights it was. The pages of its year have pictures, too. */
  day?: string;
}

async function picture({ name, years, flights, label, day }: Subject): Promise<void> {
  mkdirSync(join(folder, name));
  const bucket = join(folder, name, 'bucket');
  const postgres = await startPostgres(join(folder, name, 'postgres'));
  for (const year of years) {
    run('tasks/main.ts', ['run', '--year', String(year)], {
      FLIGHTS_URI: flights,
      OUTPUT_URI: pathToFileURL(bucket).href,
      DATABASE_URL: postgres.url('pipeline'),
      PGPASSFILE: postgres.passwordFile,
    });
  }
  const superset = await startSuperset({
    folder: join(folder, name, 'superset'),
    postgres,
    publicBaseUrl: 'https://files.example.org',
  });
  const browser = await startBrowser();
  const take = async (view: Omit<DashboardView, 'user' | 'password'>, file: string, height?: number) => {
    const opened = await openDashboard(browser, superset, { ...superset, ...view });
    if (label) await write(opened.page, label);
    writeFileSync(join(images, file), await opened.picture(height));
    if (day) writeFileSync(join(images, `${name}-day.png`), await pictureOfDay(opened, day));
    await opened.close();
  };
  try {
    await take({ width: 1280, device: 'desk' }, `${name}.png`);
    if (day) {
      for await (const [file, png] of pagePictures(browser, `${pathToFileURL(bucket).href}/reports/`)) {
        writeFileSync(join(images, file), png);
      }
      copyFileSync(join(bucket, 'plots', '2013', 'JFK.png'), join(images, 'JFK-2013.png'));
    }
    if (label) {
      await take({ width: 1280, device: 'desk', tab: 'TAB-all-years' }, `${name}-all-years.png`);
      await take({ width: 390, device: 'phone' }, `${name}-phone.png`, phoneHeight);
    }
  } finally {
    await browser.close();
    await superset.stop();
    await postgres.stop();
  }
}

/** Clicks on one of the worst days. The strip is from the charts that follow to its row. */
async function pictureOfDay({ page, drawn, picture }: DashboardPage, day: string): Promise<Uint8Array> {
  await page.locator(`${worstDays} input[placeholder$="records..."]`).fill(day);
  await page.locator(`${worstDays} tbody tr:only-child td:first-child`).click();
  await page.waitForNetworkIdle({ idleTime: 1_000 });
  await drawn();
  const edge = (of: string, side: 'top' | 'bottom') =>
    page.$eval(of, (box, side) => box.getBoundingClientRect()[side], side);
  const top = (await edge(whose, 'top')) - 16;
  return await picture((await edge(`${worstDays} tbody`, 'bottom')) + 8 - top, top);
}

function run(script: string, options: string[], environment: Record<string, string>): void {
  const { status } = spawnSync(process.execPath, [join(root, script), ...options], {
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  if (status !== 0) throw new Error(`${script} ended with ${status}`);
}

async function write(page: Page, label: string): Promise<void> {
  await page.evaluate((text) => {
    const mark = document.createElement('div');
    mark.textContent = text;
    mark.style.cssText =
      'position:absolute;top:70px;left:640px;background:#fff;padding:4px 12px;border:2px solid #d55e00;color:#d55e00;font:600 15px Inter;z-index:9999';
    if (innerWidth < 640) mark.style.left = '200px';
    document.body.append(mark);
  }, label);
}
