// `npm run bench:dashboard`: how long the database takes for each chart, with ten full-size years loaded.
import { spawnSync } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, rmSync } from 'node:fs';
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

const { folder, runs } = new Command('npm run bench:dashboard --')
  .description('Measures the query of each chart with ten generated years loaded (they are loaded once).')
  .option('--folder <path>', 'keeps the database', fileURLToPath(new URL('../.local/bench/dashboard', import.meta.url)))
  .option('--runs <n>', 'how often each query is run', '7')
  .parse()
  .opts<{ folder: string; runs: string }>();
const years = Array.from({ length: 10 }, (_, index) => fullYear.year + index);

mkdirSync(folder, { recursive: true });
const loaded = existsSync(join(folder, 'postgres'));
const postgres = await startPostgres(join(folder, 'postgres'));
if (!loaded) for (const year of years) await load(year);
const superset = await startSuperset({ folder: join(folder, 'superset'), postgres });
const browser = await startBrowser();
let answers: Answer[];
try {
  answers = (await openDashboard(browser, superset, { ...superset, width: 1280, device: 'desk' })).answers;
} finally {
  await browser.close();
  await superset.stop();
}

const viewer = await postgres.connect('viewer');
console.log('| chart | rows | min ms | median ms | max ms |\n|---|---|---|---|---|');
for (const { chart, sql, rows } of answers) {
  const milliseconds: number[] = [];
  for (let i = 0; i < Number(runs); i++) {
    const start = performance.now();
    await viewer.query(sql);
    milliseconds.push(performance.now() - start);
  }
  milliseconds.sort((a, b) => a - b);
  const cells = [milliseconds[0], milliseconds[milliseconds.length >> 1], milliseconds.at(-1)!].map((value) =>
    value.toFixed(0),
  );
  console.log(`| ${chart === 'null' ? 'options of a filter' : chart} | ${rows.length} | ${cells.join(' | ')} |`);
}
await viewer.end();
await postgres.stop();
process.exit(0);

async function load(year: number): Promise<void> {
  const file = join(folder, `${year}.csv`);
  await pipeline(Readable.from(generatedYear({ ...fullYear, year, seed: year })), createWriteStream(file));
  for (const command of ['migrate', 'detect', 'load']) {
    spawnSync(
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
  }
  rmSync(file);
}
