import { access, constants, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import {
  Browser,
  BrowserPlatform,
  ChromeReleaseChannel,
  computeSystemExecutablePath,
  detectBrowserPlatform,
  getDownloadUrl,
  install,
  resolveBuildId,
} from '@puppeteer/browsers';
import { SettingsError } from '../errors.ts';
import { browserAdvice } from './browser-advice.ts';
import type { Chromium } from './browser-process.ts';
import { type BrowserVariables, chromiumEnvironment } from './chromium-environment.ts';
import type { Log } from './log.ts';
import { unpackChromium } from './unpack-chromium.ts';

/** The headless shell first: it starts faster and draws faster than a whole browser without its window. */
const programs = ['chromium-headless-shell', 'chrome-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'];

/** Where to look for a browser, and where to log that it takes a while. */
export interface ChromiumSearch {
  /** The setting `CHROMIUM_PATH`. */
  path: string | undefined;
  /** The browser is looked for in the folders of `PATH`, and gets all of these. */
  variables: BrowserVariables;
  log: Log;
}

/**
 * The browser that draws the charts: the one set; one that is installed; the one in npm package @sparticuz/chromium
 * (Linux, a development dependency); or at last puppeteer's, which is downloaded on first use.
 * @throws SettingsError when there is none
 */
export async function findChromium(search: ChromiumSearch): Promise<Chromium> {
  const path = await findProgram(search);
  return { path, environment: await chromiumEnvironment(path, search.variables) };
}

async function findProgram({ path, variables, log }: ChromiumSearch): Promise<string> {
  if (path) {
    if (await isExecutable(path)) return path;
    throw new SettingsError(`CHROMIUM_PATH: ${path} is not a program; expected the path of a Chrome or Chromium`);
  }
  const found = await installed(variables.PATH ?? '');
  if (found) return found;
  const isPackaged = process.platform === 'linux' && process.arch === 'x64';
  return (isPackaged && (await unpackChromium(log))) || (await downloaded(log));
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

async function downloaded(log: Log): Promise<string> {
  const { platform, arch } = process;
  const browser = Browser.CHROMEHEADLESSSHELL;
  try {
    const target = detectBrowserPlatform();
    if (!target) throw new Error(`there is none for ${platform}`);
    log.info('downloading a browser, once');
    const buildId = await resolveBuildId(browser, target, ChromeReleaseChannel.STABLE);
    // Older versions exist for x64 only, and that one would be taken.
    const isOther =
      target === BrowserPlatform.LINUX_ARM && !getDownloadUrl(browser, target, buildId).href.includes('arm64');
    if (isOther) throw new Error(`there is none of version ${buildId} for ${platform} on ${arch}`);
    const cacheDir = join(homedir(), '.cache', 'puppeteer');
    return (await install({ browser, buildId, cacheDir })).executablePath;
  } catch (error) {
    const osRelease = await readFile('/etc/os-release', 'utf8').catch(() => '');
    const advice = browserAdvice({ platform, arch, osRelease });
    throw new SettingsError(`no browser to draw charts with (download: ${(error as Error).message}); ${advice}`);
  }
}

async function isExecutable(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
