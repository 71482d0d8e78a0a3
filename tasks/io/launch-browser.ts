import puppeteer, { type Browser } from 'puppeteer';
import { BreakdownError } from './breakdown-error.ts';
import { makeBrowserFolder, profileIn, removeBrowserFolder, temporaryFilesIn } from './browser-folder.ts';
import { type BrowserProcess, type Chromium, startBrowserProcess } from './browser-process.ts';
import { PipeTransport } from './pipe-transport.ts';

/** A browser that was started. */
export interface LaunchedBrowser {
  browser: Browser;
  /** Rejects as soon as the browser ends or the process of a page dies (BreakdownError), or the signal aborts. */
  broken: Promise<never>;
  /** Resolves when nothing of it is left. */
  close(): Promise<void>;
}

const startMilliseconds = 30_000;
/** No answer takes so long. */
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
  signal.throwIfAborted();
  const { promise: broken, reject } = Promise.withResolvers<never>();
  broken.catch(() => {});
  const stop = () => reject(signal.reason);
  signal.addEventListener('abort', stop);
  const folder = await makeBrowserFolder();
  let process: BrowserProcess | undefined;
  const close = async () => {
    signal.removeEventListener('abort', stop);
    // It has nothing to keep, so it need not be asked to close.
    process?.kill();
    await process?.ended;
    await removeBrowserFolder(folder);
  };
  const patience = setTimeout(
    () => reject(new BreakdownError(`it gave no answer in ${startMilliseconds / 1000} s`)),
    startMilliseconds,
  );
  try {
    process = startBrowserProcess(
      { ...chromium, environment: { ...chromium.environment, TMPDIR: temporaryFilesIn(folder) } },
      await puppeteer.defaultArgs({
        headless: chromium.path.includes('shell') ? 'shell' : true,
        userDataDir: profileIn(folder),
        args: options,
      }),
    );
    const died = process.ended.then((error) => Promise.reject(error));
    const transport = new PipeTransport(process.toBrowser, process.fromBrowser, () =>
      reject(new BreakdownError('the process of a page has died')),
    );
    const lost = Promise.race([died, broken]);
    const browser = await Promise.race([
      // Puppeteer notices that the browser is gone, but not why.
      puppeteer.connect({ transport, protocolTimeout: answerMilliseconds, defaultViewport: null }).catch(() => lost),
      lost,
    ]);
    void process.ended.then(({ message }) => reject(new BreakdownError(message)));
    return { browser, broken, close };
  } catch (error) {
    await close();
    throw error;
  } finally {
    clearTimeout(patience);
  }
}
