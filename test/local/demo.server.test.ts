import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { writeGeneratedYear } from '../support/sample-files.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const copy = join(temporaryFolder(), 'copy');

/** The demo in a copy of the project, so that it leaves the developer's own database alone. */
async function demo(...options: string[]): Promise<{ code: number; said: string }> {
  const child = spawn(process.execPath, [join(copy, 'local', 'demo.ts'), ...options], { cwd: copy });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      said += text;
    });
  }
  const [code] = (await once(child, 'close')) as [number];
  return { code, said };
}

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
});

test.serial('own files of several years are taken, and the years before stay', async (t) => {
  for (const year of [2014, 2015]) await writeGeneratedYear(copy, { year, flights: 3_000, airports: 2 });
  const { code, said } = await demo('--years', '2014,2015', '--flights', `file://${copy}/{year}.csv`);
  t.is(code, 0, said);
  const index = readFileSync(join(copy, '.local', 'bucket', 'reports', 'index.html'), 'utf8');
  for (const year of [2013, 2014, 2015]) t.true(index.includes(`${year}.html`));
});

test.serial('what goes wrong is told, and the exit code with it', async (t) => {
  const { code, said } = await demo('--years', '1999');
  t.is(code, 75);
  t.regex(said, /the flights of 1999 are not there: looked for file:.*flights-1999\.csv\.zst/);
});
