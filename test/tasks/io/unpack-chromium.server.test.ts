import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { mountTest, nodeWithMounts } from '../../support/with-mounts.ts';

const findBrowser = fileURLToPath(new URL('../../support/find-browser.ts', import.meta.url));
const packageFile = new URL('../../../node_modules/@sparticuz/chromium/package.json', import.meta.url);
const onLinux = process.platform === 'linux' && process.arch === 'x64' ? test.serial : test.serial.skip;

interface Found {
  path?: string;
  exitCode?: number;
  message?: string;
}

/** A home with `.cache`, and a folder for temporary files. */
function folders() {
  const folder = temporaryFolder();
  const [home, tmp] = [join(folder, 'home'), join(folder, 'tmp')];
  mkdirSync(join(home, '.cache'), { recursive: true, mode: 0o755 });
  mkdirSync(tmp, { mode: 0o755 });
  return { home, tmp, cache: join(home, '.cache', 'delaywatch'), second: join(tmp, `delaywatch-${process.getuid!()}`) };
}

/** What is looked for is there already: nothing is unpacked. */
function putBrowser(cache: string): string {
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8'));
  const path = join(cache, `chromium-${version}`, 'headless-shell');
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  chmodSync(cache, 0o700);
  writeFileSync(path, '#!/bin/sh\n', { mode: 0o700 });
  return path;
}

async function find(
  { home, tmp }: { home: string; tmp: string },
  mounts: string[] = [],
): Promise<Found & { log: string }> {
  const environment = { PATH: process.env.PATH, HOME: home, TMPDIR: tmp };
  if (mounts.length > 0) {
    const { stdout, stderr } = await nodeWithMounts(mounts, [findBrowser], environment);
    return { ...JSON.parse(stdout), log: stderr };
  }
  const { stdout, stderr } = spawnSync(process.execPath, [findBrowser], { env: environment, encoding: 'utf8' });
  return { ...JSON.parse(stdout), log: stderr };
}

const mount = (folder: string, options: string) => `mount -t tmpfs -o mode=755,${options} none ${folder}`;

mountTest('a home from which no program runs is passed over', async (t) => {
  const { home, tmp, second } = folders();
  const { path } = await find({ home, tmp }, [mount(home, 'noexec')]);
  t.true(path?.startsWith(`${second}/chromium-`), path);
  t.true(existsSync(path!));
});

mountTest('a folder from which no program runs is noticed before unpacking', async (t) => {
  const { home, tmp, cache, second } = folders();
  const { exitCode, message, log } = await find({ home, tmp }, [mount(home, 'noexec'), mount(tmp, 'noexec')]);
  t.is(exitCode, 78);
  const noexec = 'it is on a file system from which no program runs (noexec)';
  t.true(
    message!.includes(`cannot be unpacked: ${cache}: ${noexec}; ${second}: ${noexec}; expected a folder`),
    message,
  );
  t.false(log.includes('unpacking'), log);
});

mountTest('full disks are reported with their free space', async (t) => {
  const { home, tmp } = folders();
  const { exitCode, message, log } = await find({ home, tmp }, [mount(home, 'size=40m'), mount(tmp, 'size=20m')]);
  t.is(exitCode, 78);
  t.regex(message!, /delaywatch: it has \d+ MB of room; .*delaywatch-0: it has \d+ MB of room; expected a folder/);
  t.false(log.includes('unpacking'), log);
});

mountTest('a folder of somebody else is not used, wherever it came from', async (t) => {
  const { home, tmp, cache, second } = folders();
  putBrowser(cache);
  chownSync(cache, 12_345, 12_345);
  putBrowser(join(home, 'elsewhere'));
  symlinkSync(join(home, 'elsewhere'), second);
  spawnSync('chown', ['-h', '12345', second]);
  const { exitCode, message } = await find({ home, tmp });
  t.is(exitCode, 78);
  t.true(
    message!.includes(`${cache}: somebody else can write to it; ${second}: somebody else can write to it;`),
    message,
  );
});

onLinux('a folder that others can write to is not used, and none below one', async (t) => {
  const { home, tmp, cache, second } = folders();
  putBrowser(cache);
  chmodSync(home, 0o777);
  putBrowser(second);
  chmodSync(second, 0o722);
  const { exitCode, message } = await find({ home, tmp });
  t.is(exitCode, 78);
  t.true(
    message!.includes(`${cache}: somebody else can write to ${home}, which is above it; ${second}: somebody`),
    message,
  );
  // As in /tmp, only the owner of a file can move it.
  chmodSync(home, 0o1777);
  t.true((await find({ home, tmp })).path?.startsWith(cache));
});

onLinux('what a killed process has unpacked by half is removed by the next', async (t) => {
  const { home, tmp, cache } = folders();
  const path = putBrowser(cache);
  const ended = spawnSync('true').pid;
  for (const pid of [ended, process.pid])
    mkdirSync(`${dirname(path)}.${hostname()}-${pid}.half/lib`, { recursive: true });
  t.is((await find({ home, tmp })).path, path);
  const left = readdirSync(cache).filter((name) => name.endsWith('.half'));
  t.deepEqual(left, [`${dirname(path).slice(cache.length + 1)}.${hostname()}-${process.pid}.half`]);
});
