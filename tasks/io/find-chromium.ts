import { createReadStream, createWriteStream } from 'node:fs';
import { access, constants, mkdir, readFile, rename } from 'node:fs/promises';
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

/** Unpacked once, under a name that appears only when it is complete. */
async function packaged(log: Log): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  let folder: string;
  try {
    folder = dirname(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))));
  } catch {
    return undefined;
  }
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string };
  const cache = join(tmpdir(), `delaywatch-chromium-${version}-${process.getuid?.()}`);
  const program = join(cache, 'headless-shell');
  if (await isExecutable(program)) return program;
  log.info('unpacking the browser of npm package @sparticuz/chromium, once', { into: cache });
  await mkdir(cache, { recursive: true, mode: 0o700 });
  const temporary = join(cache, `.${process.pid}`);
  await pipeline(
    createReadStream(join(folder, 'bin', 'chromium.br')),
    createBrotliDecompress({ chunkSize: 1 << 20 }),
    createWriteStream(temporary, { mode: 0o700 }),
  );
  await rename(temporary, program);
  return program;
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
    throw new SettingsError(
      `no browser to draw charts with (download: ${(error as Error).message}); install Chromium, or set CHROMIUM_PATH`,
    );
  }
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
