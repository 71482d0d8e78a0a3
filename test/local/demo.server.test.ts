import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { writeGeneratedYear } from '../support/sample-files.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const copy = join(temporaryFolder(), 'copy');

/** The demo in a copy of the project, so that it leaves the developer's own database alone. */
function startDemo(...options: string[]) {
  const child = spawn(process.execPath, [join(copy, 'local', 'demo.ts'), ...options], { cwd: copy });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      said += text;
    });
  }
  return { child, said: () => said, ended: once(child, 'close') as Promise<[number]> };
}

async function demo(...options: string[]): Promise<{ code: number; said: string }> {
  const { ended, said } = startDemo(...options);
  const [code] = await ended;
  return { code, said: said() };
}

/** The same at a pseudo-terminal of util-linux's `script`, which passes on what it is sent as if it were typed. */
function demoAtTerminal(t: ExecutionContext, ...options: string[]) {
  // Without `exec`, Ctrl-C would also end the shell that runs the command, with 130, where that shell is dash.
  const command = ['exec', process.execPath, join(copy, 'local', 'demo.ts'), ...options].join(' ');
  const child = spawn('script', ['--quiet', '--return', '--flush', '--command', command, '/dev/null'], { cwd: copy });
  t.teardown(() => child.kill());
  let said = '';
  child.stdout.on('data', (text) => {
    said += text;
  });
  return {
    ended: once(child, 'close') as Promise<[number]>,
    said: () => said,
    type: (text: string) => child.stdin.write(text),
  };
}

/** What is left to read on a terminal. */
const left = (said: string) => said.split('\r\n').map((line) => line.split('\x1b[2K').at(-1)!);

test.before(() => {
  mkdirSync(copy);
  for (const name of ['tasks', 'charts', 'local', 'samples', 'package.json']) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
});

test.serial('the demo runs the sample and tells what it made', async (t) => {
  const { code, said } = await demo();
  t.is(code, 0, said);
  t.regex(
    said,
    /The five worst days, with their scores:\n +9\.7 {2}LGA, 9 Feb 2013: 118 of 179 flights cancelled; .*worse than every other day of the year\n( +\d\.\d {2}.*\n){4}\n/,
  );
  const bucket = join(copy, '.local', 'bucket');
  t.regex(said, new RegExp(`report +${join(bucket, 'reports', 'index.html')}`));
  t.true(existsSync(join(bucket, 'reports', 'index.html')));
  t.deepEqual(readdirSync(join(bucket, 'plots', '2013')), ['EWR.png', 'JFK.png', 'LGA.png']);
  t.regex(said, new RegExp(`feed +${join(bucket, 'reports', 'feed.xml')}\n`));
  t.true(existsSync(join(bucket, 'reports', 'feed.xml')));
  t.regex(said, new RegExp(`exports +${join(bucket, 'exports')}\n`));
  // A log, and nothing that waits for anybody.
  t.regex(said, /^\S+ INFO detected command=detect year=2013 airports=3 .*/m);
  t.notRegex(said, /pages +http/);
  t.false(said.includes('\x1b'));
});

test.serial('an interrupt of the demo alone, not of its terminal, ends its run as well', async (t) => {
  const { child, said, ended } = startDemo();
  await until(() => /command=run/.test(said()));
  child.kill('SIGINT');
  const [code] = await ended;
  t.is(code, 130, said());
  t.notRegex(said(), /INFO published/);
});

test.serial('at a terminal each step is a line, and the pages are shown until Ctrl-C', async (t) => {
  const taken = createServer().listen(8080, '127.0.0.1');
  // Another program that has the port may let it go meanwhile, so then it may be the one that is chosen.
  const isOurs = await once(taken, 'listening').then(
    () => true,
    () => false,
  );
  t.teardown(() => taken.close());
  const { ended, said, type } = demoAtTerminal(t);
  await until(() => /Ctrl-C stops them/.test(said()));
  const lines = left(said());
  for (const [step, words] of Object.entries({
    migrate: 'the schema is up to date: ',
    detect: 'detected: 3 airports, 1,095 airport days, 63 anomalies, ',
    load: 'loaded: 1,095 rows, ',
    render: 'drew: 3 charts',
    publish: 'published: 63 anomalies, ',
    // The first demo has told it.
    tell: 'nothing is new',
  })) {
    const shown = lines.filter((line) => line.startsWith(`2013  ${step} `));
    t.is(shown.length, 1, said());
    t.regex(shown[0], new RegExp(`^2013  ${step} +\\d+\\.\\d s  ${words}`));
  }
  // Only the warnings of the log are shown.
  t.true(lines.some((line) => /WARN Causes of delays are not in this year’s file/.test(line)));
  t.false(lines.some((line) => / INFO /.test(line)));
  const [, url, port] = /pages +(http:\/\/127\.0\.0\.1:(\d+)\/)/.exec(said())!;
  if (isOurs) t.not(port, '8080');
  const page = await fetch(url);
  t.is(page.url, `${url}reports/index.html`);
  t.regex(await page.text(), /2013\.html/);
  type('\x03');
  t.deepEqual(await ended, [0, null]);
});

test.serial('--no-serve also ends at a terminal, and an error is shown unchanged', async (t) => {
  const { ended, said } = demoAtTerminal(t, '--no-serve', '--years', '2013,1999');
  t.deepEqual(await ended, [75, null]);
  const lines = left(said());
  t.true(lines.some((line) => /^2013 {2}publish +\d+\.\d s /.test(line)));
  t.true(
    lines.some((line) => /ERROR the flights of 1999 are not there: .* exit=75$/.test(line)),
    said(),
  );
  t.false(lines.some((line) => /^1999 {2}detect/.test(line)));
  const again = demoAtTerminal(t, '--no-serve');
  t.deepEqual(await again.ended, [0, null]);
  t.regex(again.said(), /The five worst days/);
  t.notRegex(again.said(), /pages +http/);
});

test.serial('own files of several years are taken, and the years before stay', async (t) => {
  for (const year of [2014, 2015]) await writeGeneratedYear(copy, { year, flights: 3_000, airports: 2 });
  const { code, said } = await demo('--years', '2014,2015', '--flights', `file://${copy}/{year}.csv`);
  t.is(code, 0, said);
  const index = readFileSync(join(copy, '.local', 'bucket', 'reports', 'index.html'), 'utf8');
  for (const year of [2013, 2014, 2015]) t.true(index.includes(`${year}.html`));
});

test.serial("the demo reports what went wrong, and exits with the command's code", async (t) => {
  const { code, said } = await demo('--years', '1999');
  t.is(code, 75);
  t.regex(said, /the flights of 1999 are not there: looked for file:.*flights-1999\.csv\.zst/);
});
