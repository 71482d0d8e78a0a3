import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import test from 'ava';
import { findChromium } from '../../../tasks/io/find-chromium.ts';
import { LineLog } from '../../../tasks/io/log.ts';
import { processesBelow } from '../../support/processes-below.ts';
import { type Running, runCommand, startCommand } from '../../support/run-command.ts';
import { writeGeneratedYear } from '../../support/sample-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';
import { mountTest, nodeWithMounts } from '../../support/with-mounts.ts';

const main = fileURLToPath(new URL('../../../tasks/main.ts', import.meta.url));
const folder = temporaryFolder();
const airports = 40;
const environment: Record<string, string> = {
  FLIGHTS_URI: `${pathToFileURL(folder).href}/{year}.csv`,
  OUTPUT_URI: `${pathToFileURL(folder).href}/bucket`,
};
const plots = join(folder, 'bucket', 'plots', '2013');

const charts = () => readdirSync(plots).filter((name) => name.endsWith('.png'));
const render = (options: string[] = [], more: Record<string, string> = {}) =>
  startCommand(['render', '--year', '2013', ...options], { ...environment, ...more });

test.before(async () => {
  await writeGeneratedYear(folder, { flights: 30_000, airports });
  await runCommand(['detect', '--year', '2013'], environment);
  // Found once, so that each process is told and none unpacks one for itself.
  const log = new LineLog(process.stderr);
  environment.CHROMIUM_PATH = (await findChromium({ path: undefined, variables: process.env, log })).path;
});

test.beforeEach(() => rmSync(plots, { recursive: true, force: true }));

test.serial('every airport has a chart of 1200 × 500 pixels, and those of others go', async (t) => {
  mkdirSync(plots, { recursive: true });
  writeFileSync(join(plots, 'XXX.png'), 'a chart of an airport that is not in the year');
  const { code, log } = await render().ended;
  t.is(code, 0, log);
  t.regex(log, /INFO drew .*charts=40 removed=1/);
  t.is(charts().length, airports);
  for (const name of charts()) {
    const png = readFileSync(join(plots, name));
    t.is(png.toString('latin1', 1, 4), 'PNG');
    t.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [1200, 500]);
  }
});

test.serial('the shards draw every airport once, each chart as it is drawn alone', async (t) => {
  await render().ended;
  const whole = new Map(charts().map((name) => [name, readFileSync(join(plots, name))]));
  rmSync(plots, { recursive: true });
  for (const shard of ['1/3', '2/3', '3/3']) {
    const before = chartCount();
    const { code, log } = await render(['--shard', shard]).ended;
    t.is(code, 0, log);
    const drawn = chartCount() - before;
    t.true(drawn === 13 || drawn === 14, `${shard} drew ${drawn}`);
  }
  t.is(charts().length, airports);
  // Other neighbours were drawn on the same page before: a picture must not remember them.
  const different = charts().filter((name) => !readFileSync(join(plots, name)).equals(whole.get(name)!));
  t.deepEqual(different, []);
});

function chartCount(): number {
  try {
    return charts().length;
  } catch {
    return 0;
  }
}

test.serial('an invalid shard is a usage error', async (t) => {
  for (const shard of ['0/2', '3/2', 'a', '1']) t.is((await render(['--shard', shard]).ended).code, 64, shard);
});

/** The browsers that a process has started. */
const browsersOf = (pid: number) => processesBelow([pid], '--headless').filter((one) => !isHelper(one));
const isHelper = (pid: number) => commandLine(pid).includes('--type=');

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

// A process that has ended but was not yet waited for has no command line.
const alive = (pid: number) => commandLine(pid) !== '';

async function drawing(running: Running): Promise<number[]> {
  for (;;) {
    if (chartCount() > 0) return browsersOf(running.child.pid!);
    await sleep(20);
  }
}

const onLinux = process.platform === 'linux' ? test.serial : test.serial.skip;

for (const [what, victim] of [
  ['a browser', (browsers: number[]) => browsers[0]],
  // The process that lays pages out.
  ['the process of a page', (browsers: number[]) => processesBelow(browsers, '--type=renderer')[0]],
] as const) {
  onLinux(`${what} that is killed is replaced, and no chart is lost`, async (t) => {
    const running = render();
    process.kill(victim(await drawing(running)), 'SIGKILL');
    const { code, log } = await running.ended;
    t.is(code, 0, log);
    t.is(charts().length, airports);
  });
}

for (const [signal, code] of [
  ['SIGTERM', 143],
  ['SIGKILL', null],
] as const) {
  onLinux(`${signal} leaves no browser behind and no half-written chart`, async (t) => {
    const running = render();
    const browsers = await drawing(running);
    t.true(browsers.length > 0);
    running.child.kill(signal);
    t.is((await running.ended).code, code);
    await until(() => !browsers.some(alive));
    for (const name of charts()) {
      const end = readFileSync(join(plots, name)).subarray(-8, -4).toString('latin1');
      t.is(end, 'IEND', `${name} of ${statSync(join(plots, name)).size} bytes`);
    }
  });
}

onLinux('the browser of a command gets no address, key or password of its environment', async (t) => {
  const secrets = {
    DATABASE_URL: 'postgres://flights:hidden@db/flights',
    PGPASSWORD: 'hidden',
    AWS_ACCESS_KEY_ID: 'hidden',
    AWS_SECRET_ACCESS_KEY: 'hidden',
    AWS_REGION: 'us-east-1',
    KAGGLE_KEY: 'hidden',
  };
  const running = render([], secrets);
  const browsers = await drawing(running);
  const environments = browsers.map((pid) => readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').join('\n'));
  t.is((await running.ended).code, 0);
  t.is(environments.length, 1);
  t.regex(environments[0], /^HOME=/m);
  t.notRegex(environments[0], /hidden|DATABASE_URL|PGPASSWORD|AWS_|KAGGLE_/);
});

onLinux('what a killed browser has left is removed by the next run, and nothing of that is left', async (t) => {
  const TMPDIR = temporaryFolder();
  const left = () => readdirSync(TMPDIR).filter((name) => name !== 'node-compile-cache');
  const killed = render([], { TMPDIR });
  const browsers = await drawing(killed);
  killed.child.kill('SIGKILL');
  await killed.ended;
  await until(() => !browsers.some(alive));
  t.regex(left().join(), /^delaywatch-browser-[^,]*$/);
  // A browser that somebody else is drawing with stays.
  mkdirSync(join(TMPDIR, `delaywatch-browser-0.${hostname()}-${process.pid}`));
  t.is((await render([], { TMPDIR }).ended).code, 0);
  t.deepEqual(left(), [`delaywatch-browser-0.${hostname()}-${process.pid}`]);
});

test.serial('a browser that draws no text is a wrong setting', async (t) => {
  const FONTCONFIG_FILE = join(folder, 'no-fonts.conf');
  writeFileSync(FONTCONFIG_FILE, '<?xml version="1.0"?>\n<fontconfig></fontconfig>\n');
  const { code, lastLine, log } = await render([], { FONTCONFIG_FILE }).ended;
  t.is(code, 78, log);
  t.regex(lastLine, /^the browser \S+ draws no text: .*; install fontconfig and a font \(Debian: `apt-get install/);
  t.is(chartCount(), 0);
});

/** Temporary files are on a file system of their own. */
const renderWithMount = (TMPDIR: string, options: string) =>
  nodeWithMounts([`mount -t tmpfs -o ${options} none ${TMPDIR}`], [main, 'render', '--year', '2013'], {
    ...environment,
    TMPDIR,
    NODE_DISABLE_COMPILE_CACHE: '1',
  });

mountTest('no room for temporary files is a wrong setting', async (t) => {
  const TMPDIR = temporaryFolder();
  const { code, stderr } = await renderWithMount(TMPDIR, 'size=2m');
  t.is(code, 78, stderr);
  const told = `TMPDIR: the browser cannot keep its files in ${TMPDIR}: it has 2 MB of room, expected 32 MB; make room, or`;
  t.true(stderr.includes(told), stderr);
});

mountTest('temporary files may be where no program runs', async (t) => {
  const { code, stderr } = await renderWithMount(temporaryFolder(), 'noexec');
  t.is(code, 0, stderr);
});

test.serial('a missing folder for temporary files is a wrong setting', async (t) => {
  const TMPDIR = join(folder, '2013.csv');
  const { code, lastLine } = await render([], { TMPDIR }).ended;
  t.is(code, 78);
  t.true(
    lastLine.startsWith(`TMPDIR: the browser cannot keep its files in ${TMPDIR}: ENOTDIR: not a directory`),
    lastLine,
  );
});

test.serial('a browser that does not start is a wrong setting', async (t) => {
  const nowhere = await render([], { CHROMIUM_PATH: '/nowhere/chromium' }).ended;
  t.is(nowhere.code, 78);
  t.regex(nowhere.lastLine, /CHROMIUM_PATH: \/nowhere\/chromium is not a program/);
  const noBrowser = await render([], { CHROMIUM_PATH: '/bin/false' }).ended;
  t.is(noBrowser.code, 78);
  t.regex(noBrowser.lastLine, /the browser \/bin\/false does not start/);
});
