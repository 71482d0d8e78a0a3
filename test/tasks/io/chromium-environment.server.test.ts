import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { chromiumEnvironment } from '../../../tasks/io/chromium-environment.ts';
import { findChromium } from '../../../tasks/io/find-chromium.ts';
import { LineLog } from '../../../tasks/io/log.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { mountTest, nodeWithMounts } from '../../support/with-mounts.ts';

const printWord = fileURLToPath(new URL('../../support/print-word.ts', import.meta.url));
const onLinux = process.platform === 'linux' && process.arch === 'x64' ? test.serial : test.serial.skip;
const HOME = process.env.HOME!;

const packaged = async (variables: Record<string, string>) =>
  await findChromium({ path: undefined, variables: { HOME, ...variables }, log: new LineLog(process.stderr) });

test('a browser gets what it needs, and no address, key or password', async (t) => {
  const secrets = {
    DATABASE_URL: 'postgres://flights:secret@db/flights',
    PGPASSWORD: 'secret',
    AWS_ACCESS_KEY_ID: 'AKIA',
    AWS_SECRET_ACCESS_KEY: 'secret',
    KAGGLE_KEY: 'secret',
  };
  const needs = { PATH: '/usr/bin', HOME: '/home/dev', TMPDIR: '/tmp', LANG: 'C.UTF-8' };
  const environment = await chromiumEnvironment('/usr/bin/chromium', { ...needs, ...secrets });
  t.deepEqual(environment, { PATH: '/usr/bin', HOME: '/home/dev', TMPDIR: '/tmp', LANG: 'C.UTF-8' });
});

onLinux('fonts that are set are used instead of the packaged one', async (t) => {
  const { path, environment } = await packaged({});
  t.is(environment.FONTCONFIG_FILE, join(dirname(path), 'fonts.conf'));
  t.is((await packaged({ FONTCONFIG_FILE: '/fonts.conf' })).environment.FONTCONFIG_FILE, '/fonts.conf');
  t.false('FONTCONFIG_FILE' in (await packaged({ FONTCONFIG_PATH: '/fonts' })).environment);
});

interface Printed {
  /** What the loader says. */
  libraries: string;
  env: Record<string, string>;
  png: Buffer;
}

/** What a process prints that sees other file systems. */
async function print(mounts: string[]): Promise<Printed> {
  const file = join(temporaryFolder(), 'word.png');
  const { code, stdout, stderr } = await nodeWithMounts(mounts, [printWord, file], {});
  if (code !== 0) throw new Error(stderr);
  return { ...JSON.parse(stdout), png: readFileSync(file) };
}

/** Hides files of a folder. */
function without(folder: string, names: readonly string[]): string[] {
  const layers = join(temporaryFolder(), 'layers');
  mkdirSync(layers);
  const whiteouts = names.map((name) => `mknod ${layers}/upper/${name} c 0 0`);
  const options = `lowerdir=${folder},upperdir=${layers}/upper,workdir=${layers}/work`;
  return [
    `mount -t tmpfs none ${layers}`,
    `mkdir ${layers}/upper ${layers}/work`,
    ...whiteouts,
    `mount -t overlay -o ${options} none ${folder}`,
  ];
}

/** Where this system has its libraries. */
const systemLibraries = dirname(/\/\S*\/libc\.so\.6/.exec(readFileSync('/proc/self/maps', 'utf8'))?.[0] ?? '/');
const nss = ['libnss3.so', 'libnssutil3.so', 'libsoftokn3.so', 'libfreebl3.so', 'libfreeblpriv3.so'];
const nspr = ['libnspr4.so', 'libplc4.so', 'libplds4.so'];
const packagedLibrary = /(\S+) => \S*\/chromium-[^/]*\/lib\//g;

for (const hidden of [[], ['libexpat.so.1'], ['libexpat.so.1', ...nss, ...nspr]]) {
  mountTest(
    `${hidden.length} libraries that the system lacks, and no others, are loaded from the package`,
    async (t) => {
      const { libraries, env, png } = await print(hidden.length > 0 ? without(systemLibraries, hidden) : []);
      const loaded = [...libraries.matchAll(packagedLibrary)].map(([, name]) => name);
      const lacking = ['libexpat.so.1', ...nss, ...nspr].filter(
        (name) => hidden.includes(name) || !existsSync(join(systemLibraries, name)),
      );
      // Some are loaded later, by libnss3 itself.
      t.deepEqual(loaded.sort(), lacking.filter((name) => !/softokn|freebl/.test(name)).sort(), libraries);
      t.is(env.LD_LIBRARY_PATH === undefined, lacking.length === 0);
      t.true(png.length > 1000);
    },
  );
}

mountTest('a system without a font, or without fontconfig, draws letters with the packaged one', async (t) => {
  const usual = await print([]);
  const noFonts = ['/usr/share/fonts', '/usr/local/share/fonts'].map((folder) => `mount -t tmpfs none ${folder}`);
  const fontless = await print(noFonts);
  const bare = await print([...noFonts, 'mount -t tmpfs none /etc/fonts']);
  // The charts' own font draws, whatever the system has.
  t.true(usual.png.equals(fontless.png));
  t.true(usual.png.equals(bare.png));
});
