import { createReadStream, createWriteStream } from 'node:fs';
import { access, constants, mkdir, readdir, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createBrotliDecompress } from 'node:zlib';
import { type ExtractOptions, extract } from 'tar-fs';
import { SettingsError } from '../errors.ts';
import type { Log } from './log.ts';
import { makeOwnFolder } from './own-folder.ts';
import { isLeftBehind, processMark } from './process-mark.ts';

const program = 'headless-shell';
const prefix = 'chromium-';
/** A folder has a name with this ending, and who unpacks into it, until it is whole. */
const ending = '.half';
const roomBytes = 300e6;

/**
 * The browser in npm package @sparticuz/chromium: unpacked once, into a folder that appears under its name only when
 * it is complete. Undefined where the package is not installed.
 * @throws SettingsError when there is no folder that it can be unpacked into and run from
 */
export async function unpackChromium(log: Log): Promise<string | undefined> {
  let source: string;
  try {
    source = dirname(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))));
  } catch {
    return undefined;
  }
  const { version } = JSON.parse(await readFile(join(source, 'package.json'), 'utf8')) as { version: string };
  const faults: string[] = [];
  for (const cache of [join(homedir(), '.cache', 'delaywatch'), join(tmpdir(), `delaywatch-${process.getuid!()}`)]) {
    try {
      const own = await makeOwnFolder(cache);
      await sweep(own);
      const folder = join(own, `${prefix}${version}`);
      if (!(await isPermitted(join(folder, program), constants.F_OK))) {
        await refuseFull(own);
        await unpack(join(source, 'bin'), folder, () =>
          log.info('unpacking the browser of npm package @sparticuz/chromium, once', { into: folder }),
        );
      }
      await refuseNoexec(join(folder, program));
      await writeFontSettings(folder);
      return join(folder, program);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      faults.push(`${cache}: ${code === 'ENOSPC' ? 'the disk is full' : message}`);
    }
  }
  throw new SettingsError(
    `the browser of npm package @sparticuz/chromium cannot be unpacked: ${faults.join('; ')}; expected a folder of ` +
      `this user with ${megabytes(roomBytes)} MB of room, from which programs run: set HOME or TMPDIR, or install Chromium`,
  );
}

/** Remove what killed processes have unpacked by half. */
async function sweep(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    if (!name.startsWith(prefix) || !name.endsWith(ending)) continue;
    const path = join(cache, name);
    const found = await stat(path).catch(() => undefined);
    if (found && isLeftBehind(name.slice(0, -ending.length), found.mtimeMs)) {
      await rm(path, { recursive: true, force: true });
    }
  }
}

async function refuseFull(cache: string): Promise<void> {
  const { bavail, bsize } = await statfs(cache);
  const free = bavail * bsize;
  if (free < roomBytes) throw new Error(`it has ${megabytes(free)} MB of room`);
}

async function refuseNoexec(file: string): Promise<void> {
  if (await isPermitted(file, constants.X_OK)) return;
  throw new Error('it is on a file system from which no program runs (noexec)');
}

/** Root would otherwise give files to the owner that the archive names. The types of tar-fs lack this option. */
const asThisUser: ExtractOptions & { chown: boolean } = { chown: false };

/** What is in the package: the browser, the libraries that a bare system lacks, a font, and what WebGL needs. */
async function unpack(source: string, folder: string, onStart: () => void): Promise<void> {
  const half = `${folder}.${processMark}${ending}`;
  try {
    await mkdir(half, { recursive: true, mode: 0o700 });
    // Whether programs run from here is checked before 200 MB are written.
    await writeFile(join(half, program), '', { mode: 0o700 });
    await refuseNoexec(join(half, program));
    onStart();
    await pipeline(
      createReadStream(join(source, 'chromium.br')),
      createBrotliDecompress({ chunkSize: 1 << 20 }),
      createWriteStream(join(half, program)),
    );
    for (const archive of ['al2023.tar.br', 'fonts.tar.br', 'swiftshader.tar.br']) {
      await pipeline(createReadStream(join(source, archive)), createBrotliDecompress(), extract(half, asThisUser));
    }
    await rename(half, folder);
  } catch (error) {
    await rm(half, { recursive: true, force: true });
    // Another process may have been faster.
    if (!(await isPermitted(join(folder, program), constants.F_OK))) throw error;
  }
}

/**
 * Write settings by which the package's font follows the system's own, since the package's settings name folders of
 * another system.
 */
async function writeFontSettings(folder: string): Promise<void> {
  const path = join(folder, 'fonts.conf');
  const name = folder.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const settings = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <cachedir>${name}/font-cache</cachedir>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${name}/fonts</dir>
</fontconfig>
`;
  if ((await readFile(path, 'utf8').catch(() => '')) === settings) return;
  const half = `${path}.${processMark}`;
  await writeFile(half, settings);
  await rename(half, path);
}

async function isPermitted(path: string, mode: number): Promise<boolean> {
  return await access(path, mode).then(
    () => true,
    () => false,
  );
}

const megabytes = (bytes: number) => Math.floor(bytes / 1e6);
