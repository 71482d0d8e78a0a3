// `npm run test:bare`: whether the README's first commands work on a system that nobody prepared.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Command } from 'commander';
import { startPostgres } from '../../local/postgres.ts';
import { takePngText } from '../../tasks/io/png-text.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type BareRoot, makeDebian, obstacle, ordinaryUser, output, prepareRoot } from './bare-root.ts';

const { root, suite, wherePossible } = new Command('npm run test:bare --')
  .description(
    'Runs `npm ci && npm run demo` as root and as an ordinary user in a bare Debian, which it makes in a temporary folder, ' +
      'compares the charts with those of this machine, and makes the Python environments of the tests there. It needs ' +
      'Linux, root and debootstrap, and takes some four minutes.',
  )
  .addHelpText('after', '\nExample:\n  npm run test:bare -- --suite trixie')
  .option('--root <folder>', 'use the system in this folder, such as an unpacked image; the folder is changed and kept')
  .option('--suite <name>', 'release of Debian to make', 'bookworm')
  .option('--where-possible', 'exit with 0 and say why if this machine cannot run it')
  .parse()
  .opts<{ root?: string; suite: string; wherePossible?: true }>();

const project = fileURLToPath(new URL('../../', import.meta.url));
const year = 2013;
const users = [
  { user: 'root', folder: '/srv/delaywatch' },
  { user: ordinaryUser, folder: `/home/${ordinaryUser}/delaywatch` },
];

let [passed, failed] = [0, 0];
const temporary = temporaryFolder();
const folder = root ?? join(temporary, 'root');
const reason = (await obstacle(root)) ?? (root ? undefined : await faultOfMaking());
if (reason) {
  console.log(`A bare machine was not tried: ${reason}.`);
  process.exit(wherePossible ? 0 : 1);
}

let bare: BareRoot;
let charts: Map<string, Buffer>;
let python = '';
await check(`${root ?? `a Debian ${suite}`} is there, and this machine has drawn its charts`, async () => {
  bare = await prepareRoot(folder);
  copyProject();
  charts = await chartsOfThisMachine();
});
if (failed === 0) {
  for (const { user, folder: home } of users) {
    await check(`npm ci && npm run demo run as ${user}`, async () => {
      // 69 asks to try again: a machine under load can be too slow for the browser's start.
      await bare.run('npm ci && { npm run demo || { [ $? = 69 ] && npm run demo; }; }', { user, folder: home });
    });
    await check(`the charts that ${user} draws are those of this machine`, async () => {
      sameCharts(chartsIn(join(folder, home, '.local', 'bucket')));
    });
  }
  const { user, folder: home } = users[1];
  const make = (...names: string[]) =>
    bare.run(`node_modules/.bin/node test/bare/make-environments.ts ${names.join(' ')}`, { user, folder: home });
  await check('where there is no Python, uv brings one, or one sentence says what to install', async () => {
    try {
      await make('moto');
      python = 'brought by uv';
    } catch (error) {
      const { message } = error as Error;
      if (!/^this needs Python .*; install it \(apt-get install python3 .*$/m.test(message)) throw error;
      await bare.run('apt-get update && apt-get install --yes --no-install-recommends python3', { user: 'root' });
      python = "the system's, installed as the sentence says";
    }
  });
  await check(`the Python environments of the tests are made (Python: ${python})`, () =>
    make('moto', 'airflow', 'superset'),
  );
  await check('a test against the S3 server passes', () =>
    bare.run("npx ava test/tasks/io/s3-storage.server.test.ts --match 'a year from S3 is the same as from a file'", {
      user,
      folder: home,
    }),
  );
}
if (!root) rmSync(folder, { recursive: true, force: true });
// The line has the form of ava's, so that CI counts both together.
console.log(`\n  ${passed} tests passed`);
if (failed > 0) console.log(`  ${failed} tests failed`);
process.exit(failed === 0 ? 0 : 1);

async function faultOfMaking(): Promise<string | undefined> {
  try {
    await makeDebian(folder, suite);
    return undefined;
  } catch (error) {
    return (error as Error).message.trim();
  }
}

async function check(title: string, body: () => Promise<unknown>): Promise<void> {
  const started = performance.now();
  try {
    await body();
    passed++;
    console.log(`  ✔ ${title} (${((performance.now() - started) / 1000).toFixed(0)} s)`);
  } catch (error) {
    failed++;
    console.log(`  ✖ ${title}\n\n${(error as Error).message}\n`);
  }
}

/** What the pipeline draws of the demo's year here. */
async function chartsOfThisMachine(): Promise<Map<string, Buffer>> {
  const postgres = await startPostgres(join(temporary, 'postgres'));
  try {
    const bucket = join(temporary, 'bucket');
    await output(process.execPath, [join(project, 'tasks', 'main.ts'), 'run', '--year', String(year)], {
      env: {
        // Without a PATH no other browser is found than the packaged one, which the bare machine draws with.
        HOME: process.env.HOME,
        FLIGHTS_URI: pathToFileURL(join(project, 'samples', `flights-${year}.csv.zst`)).href,
        OUTPUT_URI: pathToFileURL(bucket).href,
        DATABASE_URL: postgres.url('pipeline'),
        PGPASSFILE: postgres.passwordFile,
      },
    });
    return chartsIn(bucket);
  } finally {
    await postgres.stop();
  }
}

/** Charts by name, without the mark of their summary: that knows when the sample was written to the disk. */
function chartsIn(bucket: string): Map<string, Buffer> {
  const plots = join(bucket, 'plots', String(year));
  const charts = readdirSync(plots).map((name) => {
    const marked = takePngText(readFileSync(join(plots, name)), 'delaywatch');
    if (!marked) throw new Error(`${join(plots, name)} has no mark; expected a chart that render has drawn`);
    return [name, Buffer.from(marked.png)] as const;
  });
  return new Map(charts);
}

function sameCharts(drawn: Map<string, Buffer>): void {
  const names = [...new Set([...charts.keys(), ...drawn.keys()])];
  const different = names.filter((name) => !drawn.get(name)?.equals(charts.get(name) ?? Buffer.of()));
  if (different.length > 0 || names.length === 0)
    throw new Error(`${different.join(', ') || 'no charts'}: not the same`);
}

/** The files of the repository as they lie here, changed or not, for each user. */
function copyProject(): void {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const files = execFileSync('git', list, { cwd: project, encoding: 'utf8' }).split('\0').filter(Boolean);
  const archive = join(temporary, 'project.tar');
  execFileSync('tar', ['--create', '--file', archive, '--null', '--files-from=-'], {
    cwd: project,
    input: files.filter((file) => existsSync(join(project, file))).join('\0'),
  });
  for (const { folder: home } of users) {
    const copy = join(folder, home);
    rmSync(copy, { recursive: true, force: true });
    mkdirSync(copy, { recursive: true });
    execFileSync('tar', ['--extract', '--file', archive, '--no-same-owner'], { cwd: copy });
  }
  execFileSync('chroot', [folder, 'chown', '-R', `${ordinaryUser}:`, users[1].folder]);
}
