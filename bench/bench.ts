// `npm run bench`: measures each step as a whole process, and its peers, for the table in RESULTS.md.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { Command } from 'commander';
import { startPostgres } from '../local/postgres.ts';
import { pythonEnvironment } from '../local/python-environment.ts';
import { startS3Server } from '../local/s3-server.ts';
import { startBrowser } from '../local/webgl-chromium.ts';
import { btsMonths } from '../samples/bts-months.ts';
import { fullYear, generatedYear } from '../samples/generated-year.ts';
import { firstPicture } from './first-picture.ts';
import { type Measurement, measure } from './measure.ts';

const { runs: runsText, only } = new Command('npm run bench --')
  .description(
    'Measures the pipeline on a generated full year and writes the table to bench/RESULTS.md. It takes about a quarter of an hour.',
  )
  .addHelpText('after', '\nExample:\n  npm run bench -- --runs 3 --only detect,load')
  .option('--runs <n>', 'number of runs of each step', '5')
  .option(
    '--only <steps>',
    'only these steps, separated by commas: detect, ten-years, s3, acquire, load, render, run, publish, pages; RESULTS.md is then not written',
  )
  .parse()
  .opts<{ runs: string; only?: string }>();
const runs = Number(runsText);
const wanted = (step: string) => !only || only.split(',').includes(step);

const folder = fileURLToPath(new URL('../.local/bench/', import.meta.url));
const main = fileURLToPath(new URL('../tasks/main.ts', import.meta.url));
const { year } = fullYear;
const referenceSeconds = 452;
const charts = fullYear.airports;
/** Bytes a second of a good connection to a public server. */
const lineMegabytesPerSecond = 20;

interface Row {
  step: string;
  runs: Measurement[];
  note: string;
}
const rows: Row[] = [];

mkdirSync(folder, { recursive: true });
const flights = join(folder, `${year}.csv`);
await generate(flights, [year]);
const fileEnvironment = {
  // As in the task image.
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '131072',
  FLIGHTS_URI: `${pathToFileURL(folder).href}{year}.csv`,
  OUTPUT_URI: `${pathToFileURL(folder).href}bucket`,
};
const command = (name: string, ...options: string[]) => [
  process.execPath,
  main,
  name,
  '--year',
  String(year),
  ...options,
];

if (wanted('detect')) {
  const python = pythonEnvironment('bench', new URL('requirements.txt', import.meta.url));
  const peer = (name: string) => [python, fileURLToPath(new URL('peer.py', import.meta.url)), name, flights];
  const parquet = join(folder, 'parquet');
  mkdirSync(parquet, { recursive: true });
  const FLIGHTS_URI = pathToFileURL(join(parquet, `${year}.parquet`)).href;
  execFileSync(python, [fileURLToPath(new URL('convert.py', import.meta.url)), flights, fileURLToPath(FLIGHTS_URI)]);
  const [lines, polars, duckdb, detect, ofParquet] = await interleaved([
    { step: '`wc -l`', command: ['wc', '-l', flights] },
    { step: 'polars 2.0: count and mean', command: peer('polars') },
    { step: 'DuckDB 1.5: count and mean', command: peer('duckdb') },
    { step: '**`detect`**, local file', command: command('detect'), environment: fileEnvironment },
    {
      step: '**`detect`**, the same as Parquet',
      command: command('detect'),
      environment: { ...fileEnvironment, FLIGHTS_URI },
    },
  ]);
  lines.note = 'the floor: count the lines';
  detect.note = `${ratio(detect, polars)} of polars, ${ratio(detect, duckdb)} of DuckDB`;
  ofParquet.note = `${ratio(ofParquet, detect)} of the CSV file`;
  rows.push(lines, polars, duckdb, detect, ofParquet);
}

if (wanted('ten-years')) {
  const years = Array.from({ length: 10 }, (_, index) => year + index);
  const tenYears = join(folder, 'ten-years.csv');
  await generate(tenYears, years);
  const FLIGHTS_URI = pathToFileURL(tenYears).href;
  const [row] = await interleaved(
    [
      {
        step: '`detect`, one year of a file of ten',
        command: command('detect'),
        environment: { ...fileEnvironment, FLIGHTS_URI },
      },
    ],
    Math.min(runs, 2),
  );
  row.note = '7.7 GB are read';
  rows.push(row);
}

if (wanted('s3')) {
  const s3 = await startS3Server();
  const key = `flights/${year}/${year}.csv`;
  const upload = { Bucket: s3.bucket, Key: key, Body: createReadStream(flights) };
  await new Upload({ client: s3.client, params: upload, partSize: 1 << 26, queueSize: 1 }).done();
  const download = fileURLToPath(new URL('download.ts', import.meta.url));
  const environment = { ...fileEnvironment, ...s3.environment, FLIGHTS_URI: `s3://${s3.bucket}/flights/{year}/` };
  const [plain, detect] = await interleaved([
    { step: 'plain download, 8 streams', command: [process.execPath, download, s3.bucket, key], environment },
    { step: '**`detect`**, from S3 (moto)', command: command('detect'), environment },
  ]);
  detect.note = `${ratio(detect, plain)} of the plain download`;
  rows.push(plain, detect);
  await s3.stop();
}

if (wanted('acquire')) {
  const months = join(folder, 'PREZIP');
  await generateMonths(months);
  const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const server = spawn(process.execPath, [script('serve.ts'), months, String(lineMegabytesPerSecond)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = await once(server.stdout, 'data');
  const BTS_URL = `http://127.0.0.1:${String(port).trim()}/`;
  const s3 = await startS3Server();
  const acquired = join(folder, 'acquired');
  const [plain, toFolder, toS3] = await interleaved(
    [
      {
        step: 'plain download, two files at once',
        command: [process.execPath, script('fetch.ts'), BTS_URL, String(year)],
      },
      {
        step: '**`acquire`**, into a folder',
        command: command('acquire'),
        environment: { BTS_URL, FLIGHTS_URI: `${pathToFileURL(acquired).href}/{year}/` },
        before: async () => rmSync(acquired, { recursive: true, force: true }),
      },
      {
        step: '**`acquire`**, into S3 (moto)',
        command: command('acquire'),
        environment: { ...s3.environment, BTS_URL, FLIGHTS_URI: `s3://${s3.bucket}/flights/{year}/` },
        before: async () => {
          for (const Key of await s3.keys(''))
            await s3.client.send(new DeleteObjectCommand({ Bucket: s3.bucket, Key }));
        },
      },
    ],
    Math.min(runs, 3),
  );
  plain.note = `306 MB in twelve zips, over a line of ${lineMegabytesPerSecond} MB/s`;
  toFolder.note = `${ratio(toFolder, plain)} of the plain download; reads every row`;
  toS3.note = `${ratio(toS3, plain)} of the plain download`;
  rows.push(plain, toFolder, toS3);
  server.kill();
  await s3.stop();
}

const postgres = await startPostgres(join(folder, 'postgres'));
try {
  const environment = { ...fileEnvironment, DATABASE_URL: postgres.url('pipeline'), PGPASSFILE: postgres.passwordFile };
  if (wanted('load') || wanted('render')) {
    await measure(command('migrate'), environment);
    await measure(command('detect'), environment);
  }
  if (wanted('load')) {
    const [start, load] = await interleaved([
      { step: 'process start (`--version`)', command: [process.execPath, main, '--version'] },
      { step: '**`load`**, 113,150 rows', command: command('load'), environment },
    ]);
    load.note = `${(median(load) - median(start)).toFixed(2)} s beyond process start`;
    start.note = `first log line of \`load\` after ${medianOf(load.runs.map(({ firstWordSeconds }) => firstWordSeconds)).toFixed(2)} s`;
    rows.push(start, load);
  }
  if (wanted('render')) {
    const [render] = await interleaved([
      { step: `**\`render\`**, ${charts} charts`, command: command('render'), environment },
    ]);
    render.note = `${((1000 * median(render)) / charts).toFixed(0)} ms a chart, browser start included`;
    rows.push(render);
  }
  if (wanted('run')) {
    const [run] = await interleaved([{ step: '**`run`**, the whole year', command: command('run'), environment }]);
    run.note = `${(referenceSeconds / median(run)).toFixed(0)} × faster than the reference (${referenceSeconds} s)`;
    rows.push(run);
  } else if (wanted('publish') || wanted('pages')) await measure(command('run'), environment);
  if (wanted('publish')) {
    const [publish] = await interleaved([
      { step: '**`publish`**, pages and exports', command: command('publish'), environment },
    ]);
    publish.note = `${megabytesIn('bucket/exports')} MB of exports, ${megabytesIn('bucket/reports')} MB of pages`;
    rows.push(publish);
  }
} finally {
  await postgres.stop();
}

if (wanted('pages')) rows.push(...(await pictures()));

const table = [
  '| step | min s | median s | max s | peak MB | |',
  '|---|---|---|---|---|---|',
  ...rows.map((row) => {
    const seconds = row.runs.map((run) => run.seconds).toSorted((a, b) => a - b);
    const peak = Math.max(...row.runs.map(({ peakMegabytes }) => peakMegabytes));
    const cells = [seconds[0], medianOf(seconds), seconds.at(-1)!].map((value) => value.toFixed(2));
    return `| ${[row.step, ...cells, peak.toFixed(0), row.note].join(' | ')} |`;
  }),
].join('\n');
console.log(`\n${table}`);
if (!only) {
  const file = new URL('RESULTS.md', import.meta.url);
  const between = /(?<=<!-- measured -->\n)[\s\S]*(?=<!-- end -->)/;
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace(between, () => results(table)),
  );
}

function results(text: string): string {
  const machine = `${cpus().length} × ${cpus()[0].model}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}, Node ${process.version}`;
  return `\nMachine: ${machine}; ${new Date().toISOString().slice(0, 10)}; ${runs} runs of each, in turns.\n\n${text}\n\n`;
}

/** Run each command in turn, as often as asked, so that a slow minute of the machine hits all of them alike. */
async function interleaved(
  commands: { step: string; command: string[]; environment?: NodeJS.ProcessEnv; before?: () => Promise<void> }[],
  times = runs,
): Promise<Row[]> {
  const measured: Row[] = commands.map(({ step }) => ({ step, runs: [], note: '' }));
  for (let run = 0; run < times; run++) {
    for (const [index, { step, command, environment, before }] of commands.entries()) {
      await before?.();
      const result = await measure(command, environment);
      measured[index].runs.push(result);
      console.log(`${step}: ${result.seconds.toFixed(2)} s, ${result.peakMegabytes.toFixed(0)} MB`);
    }
  }
  return measured;
}

/** The first pictures of the pages of the year, and how large the pages are. */
async function pictures(): Promise<Row[]> {
  const browser = await startBrowser();
  const pages = [
    { step: 'a year’s page: first picture', page: `${year}.html`, data: `data/${year}/year.js` },
    { step: 'an airport’s page: first picture', page: 'airports/ORD.html', data: `data/${year}/ORD.js` },
    { step: 'the index: first picture', page: 'index.html', data: 'data/site.js' },
  ];
  const measured: Row[] = [];
  try {
    for (const { step, page, data } of pages) {
      const kilobytes = (file: string) => Math.round(statSync(join(folder, 'bucket/reports', file)).size / 1000);
      const url = pathToFileURL(join(folder, 'bucket/reports', page)).href;
      const row: Row = { step, runs: [], note: `${kilobytes(page)} KB, data ${kilobytes(data)} KB` };
      for (let run = 0; run < runs; run++) row.runs.push(await firstPicture(browser, url));
      measured.push(row);
    }
  } finally {
    await browser.close();
  }
  return measured;
}

function megabytesIn(path: string): string {
  const files = readdirSync(join(folder, path), { recursive: true, withFileTypes: true }).filter((file) =>
    file.isFile(),
  );
  const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
  return (bytes / 1e6).toFixed(1);
}

async function generate(path: string, years: number[]): Promise<void> {
  if (existsSync(path)) return;
  console.log(`generating ${path}, once`);
  const texts = async function* () {
    for (const one of years) {
      let first = one === years[0];
      for await (const text of generatedYear({ ...fullYear, year: one })) {
        // The file gets one header for all years.
        if (first || !text.startsWith('FL_DATE')) yield text;
        first = true;
      }
    }
  };
  await pipeline(Readable.from(texts()), createWriteStream(`${path}.half`));
  renameSync(`${path}.half`, path);
}

/** The year as BTS publishes it: twelve zips of 25 MB. */
async function generateMonths(path: string): Promise<void> {
  if (existsSync(path)) return;
  console.log(`generating ${path}, once; it takes some minutes`);
  const half = `${path}.half`;
  rmSync(half, { recursive: true, force: true });
  mkdirSync(half);
  for await (const { name, zip } of btsMonths(fullYear)) writeFileSync(join(half, name), zip);
  renameSync(half, path);
}

function medianOf(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

function median(row: Row): number {
  return medianOf(row.runs.map(({ seconds }) => seconds));
}

function ratio(one: Row, other: Row): string {
  return `${(median(one) / median(other)).toFixed(2)} ×`;
}
