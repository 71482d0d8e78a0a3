import { createReadStream, createWriteStream } from 'node:fs';
import { access, constants, lstat, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createBrotliDecompress } from 'node:zlib';
import {
  Browser,
  ChromeReleaseChannel,
  computeSystemExecutablePath,
  detectBrowserPlatform,
  install,
  resolveBuildId,
} from '@puppeteer/browsers';
import { type ExtractOptions, extract } from 'tar-fs';
import { SettingsError } from '../errors.ts';
import type { Log } from './log.ts';

/** The headless shell first: it starts faster and draws faster than a whole browser without its window. */
const programs = ['chromium-headless-shell', 'chrome-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'];

/** Where to look, and whom to tell when it takes a while. */
export interface ChromiumSearch {
  /** The setting `CHROMIUM_PATH`. */
  path: string | undefined;
  /** The variable `PATH`. */
  searchPath: string;
  log: Log;
}

/**
 * The browser that draws the charts: the one set; one that is installed; the one in npm package @sparticuz/chromium
 * (Linux, a development dependency); or at last puppeteer's, which is downloaded on first use.
 * @throws SettingsError when there is none
 */
export async function findChromium({ path, searchPath, log }: ChromiumSearch): Promise<string> {
  if (path) {
    if (await isExecutable(path)) return path;
    throw new SettingsError(`CHROMIUM_PATH: ${path} is not a program; expected the path of a Chrome or Chromium`);
  }
  return (await installed(searchPath)) ?? (await packaged(log)) ?? (await downloaded(log));
}

async function installed(searchPath: string): Promise<string | undefined> {
  for (const program of programs) {
    for (const folder of searchPath.split(delimiter)) {
      if (folder && (await isExecutable(join(folder, program)))) return join(folder, program);
    }
  }
  try {
    return computeSystemExecutablePath({ browser: Browser.CHROME, channel: ChromeReleaseChannel.STABLE });
  } catch {
    return undefined;
  }
}

/** Unpacked once, into a folder that appears under its name only when it is complete. */
async function packaged(log: Log): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  let source: string;
  try {
    source = dirname(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))));
  } catch {
    return undefined;
  }
  const { version } = JSON.parse(await readFile(join(source, 'package.json'), 'utf8')) as { version: string };
  const faults: string[] = [];
  for (const cache of [join(homedir(), '.cache', 'delaywatch'), join(tmpdir(), `delaywatch-${process.getuid!()}`)]) {
    const folder = join(cache, `chromium-${version}`);
    const program = join(folder, 'headless-shell');
    try {
      await makeOwnFolder(cache);
      if (!(await exists(program))) {
        log.info('unpacking the browser of npm package @sparticuz/chromium, once', { into: folder });
        await unpack(join(source, 'bin'), folder);
      }
      if (await isExecutable(program)) return program;
      faults.push(`${cache} is on a file system from which no program runs (noexec)`);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      faults.push(code === 'ENOSPC' ? `${cache}: the disk is full` : `${cache}: ${message}`);
    }
  }
  throw new SettingsError(
    `the browser of npm package @sparticuz/chromium cannot be unpacked: ${faults.join('; ')}; expected a folder of ` +
      'this user with 300 MB of room: set HOME or TMPDIR, or install Chromium',
  );
}

/**
 * Programs are run from this folder, so nobody else may write to it.
 * @throws Error when somebody else owns it or can write to it
 */
async function makeOwnFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = await lstat(folder);
  if (uid !== process.getuid!() || (mode & 0o022) !== 0) {
    throw new Error('somebody else can write to it; remove it');
  }
}

/** Root would otherwise give files to the owner that the archive names. The types of tar-fs lack this option. */
const asThisUser: ExtractOptions & { chown: boolean } = { chown: false };

/** What is in the package: the browser, the libraries that a bare system lacks, a font, and what WebGL needs. */
async function unpack(source: string, folder: string): Promise<void> {
  const half = `${folder}.${process.pid}.half`;
  try {
    await mkdir(half, { recursive: true, mode: 0o700 });
    await pipeline(
      createReadStream(join(source, 'chromium.br')),
      createBrotliDecompress({ chunkSize: 1 << 20 }),
      createWriteStream(join(half, 'headless-shell'), { mode: 0o700 }),
    );
    for (const archive of ['al2023.tar.br', 'fonts.tar.br', 'swiftshader.tar.br']) {
      await pipeline(createReadStream(join(source, archive)), createBrotliDecompress(), extract(half, asThisUser));
    }
    // The package's own settings name folders of another system.
    const settings = `<?xml version="1.0"?>\n<fontconfig><dir>${folder}/fonts</dir><cachedir>${folder}/font-cache</cachedir></fontconfig>\n`;
    await writeFile(join(half, 'fonts.conf'), settings);
    await rename(half, folder);
  } catch (error) {
    await rm(half, { recursive: true, force: true });
    // Another process may have been faster.
    if (!(await exists(join(folder, 'headless-shell')))) throw error;
  }
}

async function downloaded(log: Log): Promise<string> {
  const platform = detectBrowserPlatform();
  try {
    if (!platform) throw new Error(`there is none for ${process.platform}`);
    log.info('downloading a browser, once');
    const buildId = await resolveBuildId(Browser.CHROMEHEADLESSSHELL, platform, ChromeReleaseChannel.STABLE);
    const cacheDir = join(homedir(), '.cache', 'puppeteer');
    return (await install({ browser: Browser.CHROMEHEADLESSSHELL, buildId, cacheDir })).executablePath;
  } catch (error) {
    throw new SettingsError(`no browser to draw charts with (download: ${(error as Error).message}); ${advice()}`);
  }
}

/** On Linux for arm64 there is no browser to download. */
function advice(): string {
  return process.platform === 'linux'
    ? 'install one with `apt-get install chromium` (Debian), or set CHROMIUM_PATH'
    : 'install Chrome, or set CHROMIUM_PATH';
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
