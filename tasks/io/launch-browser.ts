import { setTimeout as sleep } from 'node:timers/promises';
import puppeteer, { type Browser } from 'puppeteer';
import { BreakdownError } from './breakdown-error.ts';
import { makeBrowserFolder, profileIn, removeBrowserFolder, withTemporaryFilesIn } from './browser-folder.ts';
import { type BrowserProcess, type Chromium, startBrowserProcess } from './browser-process.ts';
import { PipeTransport } from './pipe-transport.ts';

/** A browser that was started. */
export interface LaunchedBrowser {
  browser: Browser;
  /** Rejects as soon as the browser ends or the process of a page dies (BreakdownError), or the signal aborts. */
  broken: Promise<never>;
  /** Closes the browser; resolves when no process and no file of it is left. */
  close(): Promise<void>;
}

const startMilliseconds = 30_000;
const endMilliseconds = 2_000;
/** Time after which an answer counts as missing; none takes so long. */
const answerMilliseconds = 60_000;

/**
 * Start a browser without a window.
 * @throws BreakdownError when it dies or stays silent at its start, SettingsError when it cannot be started at all
 */
export async function launchBrowser(
  chromium: Chromium,
  options: string[],
  signal: AbortSignal,
): Promise<LaunchedBrowser> {
  const folder = await makeBrowserFolder();
  const { promise: broken, reject } = Promise.withResolvers<never>();
  broken.catch(() => {});
  const stop = () => reject(signal.reason);
  const patience = setTimeout(
    () => reject(new BreakdownError(`it gave no answer in ${startMilliseconds / 1000} s`)),
    startMilliseconds,
  );
  let running: BrowserProcess | undefined;
  let browser: Browser | undefined;
  const close = async () => {
    signal.removeEventListener('abort', stop);
    if (browser) {
      // Chrome removes its files in other folders when it is asked to end.
      void browser.close().catch(() => {});
      await Promise.race([running?.ended, sleep(endMilliseconds, undefined, { ref: false })]);
    }
    running?.kill();
    await running?.ended;
    await removeBrowserFolder(folder);
  };
  // A whole browser sees to it that a profile is used once, with a socket; the headless shell does not.
  const isShell = chromium.path.includes('shell');
  try {
    signal.throwIfAborted();
    signal.addEventListener('abort', stop);
    running = startBrowserProcess(
      { ...chromium, environment: withTemporaryFilesIn(folder, chromium.environment, { makesSocket: !isShell }) },
      await puppeteer.defaultArgs({
        headless: isShell ? 'shell' : true,
        userDataDir: profileIn(folder),
        args: options,
      }),
    );
    const { ended, toBrowser, fromBrowser } = running;
    const died = ended.then((error) => Promise.reject(error));
    const transport = new PipeTransport(toBrowser, fromBrowser, () =>
      reject(new BreakdownError('the process of a page has died')),
    );
    const lost = Promise.race([died, broken]);
    browser = await Promise.race([
      // Puppeteer notices that the browser is gone, but not why.
      puppeteer.connect({ transport, protocolTimeout: answerMilliseconds, defaultViewport: null }).catch(() => lost),
      lost,
    ]);
    void ended.then(({ message }) => reject(new BreakdownError(message)));
    return { browser, broken, close };
  } catch (error) {
    await close();
    throw error;
  } finally {
    clearTimeout(patience);
  }
}
