// `npm run bench:dashboard`: how long the database takes for each chart, with many generated years loaded.
import { spawnSync } from 'node:child_process';
import { createWriteStream, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Command } from 'commander';
import { type Answer, openDashboard } from '../local/dashboard-page.ts';
import { startPostgres } from '../local/postgres.ts';
import { startSuperset } from '../local/superset.ts';
import { startBrowser } from '../local/webgl-chromium.ts';
import { fullYear, generatedYear } from '../samples/generated-year.ts';

const options = new Command('npm run bench:dashboard --')
  .description(
    'Measures the query of each chart of the dashboard over generated years, which it loads at the first run.',
  )
  .addHelpText(
    'after',
    '\nExample:\n  npm run bench:dashboard -- --first-year 1987 --years 39 --flights 640000 --folder /tmp/39-years --runs 3',
  )
  .option(
    '--folder <path>',
    'folder that keeps the database',
    fileURLToPath(new URL('../.local/bench/dashboard', import.meta.url)),
  )
  .option('--first-year <year>', 'the first of the years', String(fullYear.year))
  .option('--years <n>', 'number of years', '10')
  .option('--flights <n>', 'number of flights a year', String(fullYear.flights))
  .option('--airports <n>', 'number of airports', String(fullYear.airports))
  .option('--runs <n>', 'number of runs of each query', '7')
  .parse()
  .opts<Record<'folder' | 'firstYear' | 'years' | 'flights' | 'airports' | 'runs', string>>();
const { folder } = options;
const years = Array.from({ length: Number(options.years) }, (_, index) => Number(options.firstYear) + index);
const size = { flights: Number(options.flights), airports: Number(options.airports) };

/** Each asks its charts otherwise: sums that are kept, one airport's days, the days of one kind. */
const views = {
  'all airports': {},
  'one airport': { airport: ['airport', 'ORD'] },
  'one kind of anomaly': { 'anomaly-kind': ['anomaly_kind', 'delays'] },
};

mkdirSync(folder, { recursive: true });
const postgres = await startPostgres(join(folder, 'postgres'));
try {
  for (const year of await missingYears()) await load(year);
  const superset = await startSuperset({ folder: join(folder, 'superset'), postgres });
  const browser = await startBrowser();
  const asked: Record<string, Answer[]> = {};
  try {
    for (const [name, filters] of Object.entries(views)) {
      const dashboard = `${superset.dashboard}?native_filters=${chosen(filters)}`;
      asked[name] = [];
      for (const tab of ['TAB-one-year', 'TAB-all-years'] as const) {
        const opened = await openDashboard(
          browser,
          { ...superset, dashboard },
          { ...superset, width: 1280, device: 'desk', tab },
        );
        asked[name].push(...opened.answers);
        await opened.close();
      }
    }
  } finally {
    await browser.close();
    await superset.stop();
  }
  for (const [name, answers] of Object.entries(asked)) await measure(name, answers);
} finally {
  await postgres.stop();
}
process.exit(0);

/** A load is whole or not at all, so a year that is there is all there. */
async function missingYears(): Promise<number[]> {
  const viewer = await postgres.connect('viewer');
  try {
    const { rows: tables } = await viewer.query("SELECT to_regclass('airport_years') IS NOT NULL AS there");
    if (!tables[0].there) return years;
    const { rows } = await viewer.query('SELECT DISTINCT year FROM airport_years');
    return years.filter((year) => !rows.some((row) => row.year === year));
  } finally {
    await viewer.end();
  }
}

/** Choices in the dashboard's address, in Rison: filter → column and value. */
function chosen(filters: Record<string, string[]>): string {
  const states = Object.entries(filters).map(([filter, [column, value]]) => {
    const id = `NATIVE_FILTER-${filter}`;
    const data = `extraFormData:(filters:!((col:${column},op:IN,val:!(${value}))))`;
    return `${id}:(${data},filterState:(value:!(${value})),id:${id},ownState:())`;
  });
  return `(${states.join(',')})`;
}

/** Ask each question again, as role `viewer`. */
async function measure(name: string, answers: Answer[]): Promise<void> {
  console.log(`\n${name}\n\n| chart | rows | min ms | median ms | max ms |\n|---|---|---|---|---|`);
  const viewer = await postgres.connect('viewer');
  try {
    for (const { chart, sql, rows, error } of answers) {
      if (error) throw new Error(`${chart}: ${error}`);
      const milliseconds: number[] = [];
      for (let i = 0; i < Number(options.runs); i++) {
        const start = performance.now();
        await viewer.query(sql);
        milliseconds.push(performance.now() - start);
      }
      milliseconds.sort((a, b) => a - b);
      const figures = [milliseconds[0], milliseconds[milliseconds.length >> 1], milliseconds.at(-1)!];
      const cells = figures.map((value) => value.toFixed(0)).join(' | ');
      console.log(`| ${chart} | ${rows.length} | ${cells} |`);
    }
  } finally {
    await viewer.end();
  }
}

async function load(year: number): Promise<void> {
  const file = join(folder, `${year}.csv`);
  await pipeline(Readable.from(generatedYear({ ...size, year, seed: year })), createWriteStream(file));
  for (const command of ['migrate', 'detect', 'load']) {
    const { status, signal } = spawnSync(
      process.execPath,
      [fileURLToPath(new URL('../tasks/main.ts', import.meta.url)), command, '--year', String(year)],
      {
        stdio: 'inherit',
        env: {
          ...process.env,
          FLIGHTS_URI: pathToFileURL(file).href,
          OUTPUT_URI: `${pathToFileURL(folder).href}/bucket`,
          DATABASE_URL: postgres.url('pipeline'),
          PGPASSFILE: postgres.passwordFile,
        },
      },
    );
    if (status !== 0) throw new Error(`${command} of ${year} ended with ${signal ?? status}`);
  }
  rmSync(file);
}
