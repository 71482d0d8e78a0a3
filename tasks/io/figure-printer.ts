import type { Browser, CDPSession, Page } from 'puppeteer';
import { ExpectedError, SettingsError, UnreachableError } from '../errors.ts';
import { BreakdownError } from './breakdown-error.ts';
import type { Chromium } from './browser-process.ts';
import { launchBrowser } from './launch-browser.ts';

/** A Plotly figure that becomes a PNG, and its name. */
export interface NamedFigure {
  name: string;
  figure: { data: object[]; layout: object };
}

/** What to print, and where it goes. */
export interface PrintRequest {
  chromium: Chromium;
  /** A page that has loaded Plotly and has an element `#chart`. */
  canvas: URL;
  width: number;
  height: number;
  /** The figures, which are made one by one as they are needed. */
  figures: Iterable<NamedFigure>;
  onPng(name: string, png: Uint8Array): Promise<void>;
  signal: AbortSignal;
}

/** Pages of one browser: while one lays out its figure, the pictures of the others are taken. A third fills the waits. */
const pages = 3;
/** A browser that has broken down this often without printing anything will not print anything. */
const browsersWithoutProgress = 3;

/** The rate of frames stays limited: without a limit the browser draws frames that nobody takes a picture of. */
const browserOptions = [
  // The browser opens nothing but our own page, and containers give it no namespaces to build a sandbox from.
  '--no-sandbox',
  '--allow-file-access-from-files',
  // The processor draws. Neither a graphics card nor its emulation is needed for lines and text.
  '--disable-gpu',
  '--disable-software-rasterizer',
  '--in-process-gpu',
  // Young garbage is collected earlier, which saves 50 MB a page and takes no longer.
  '--js-flags=--max-semi-space-size=4',
  // Containers have little shared memory.
  '--disable-dev-shm-usage',
];

/**
 * Print figures with Plotly in a headless browser. If the browser breaks down, another one goes on.
 * @throws UnreachableError when no browser stays up, SettingsError when it cannot be started at all
 */
export async function printFigures(request: PrintRequest): Promise<void> {
  const figures = request.figures[Symbol.iterator]();
  const unprinted: NamedFigure[] = [];
  const next = () => unprinted.pop() ?? figures.next().value;
  let printed = false;
  const onPng = async (name: string, png: Uint8Array) => {
    printed = true;
    await request.onPng(name, png);
  };
  for (let failures = 0; ; ) {
    printed = false;
    try {
      await printWithOneBrowser({ ...request, onPng }, next, unprinted);
      return;
    } catch (error) {
      request.signal.throwIfAborted();
      if (!(error instanceof BreakdownError)) throw error;
      failures = printed ? 0 : failures + 1;
      if (failures === browsersWithoutProgress) {
        throw new UnreachableError(
          `the browser ${request.chromium.path} has crashed several times (${error.message}); try again`,
        );
      }
    }
  }
}

async function printWithOneBrowser(
  request: PrintRequest,
  next: () => NamedFigure | undefined,
  unprinted: NamedFigure[],
): Promise<void> {
  const { browser, broken, close } = await launchBrowser(request.chromium, browserOptions, request.signal);
  try {
    const { promise: failed, reject: fail } = Promise.withResolvers<never>();
    // An error of one page ends the others, so that no page takes another figure when the next browser prints.
    broken.catch(fail);
    failed.catch(() => {});
    const printing = Array.from({ length: pages }, async () => {
      try {
        await printOnPage(browser, failed, request, next, unprinted);
      } catch (error) {
        fail(error);
        throw error;
      }
    });
    const ends = await Promise.allSettled(printing);
    const faults = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
    // Another browser helps after a crash, but not if the pictures cannot be written.
    const fault = faults.find((one) => !(one instanceof BreakdownError)) ?? faults[0];
    if (fault) throw fault;
  } finally {
    await close();
  }
}

/**
 * The answer of a page, or what has broken: a page whose process has died never answers, not even while it opens.
 * @throws BreakdownError when another browser may do better
 */
async function answer<T>(call: Promise<T>, broken: Promise<never>): Promise<T> {
  try {
    return await Promise.race([call, broken]);
  } catch (error) {
    throw isBreakdown(error as Error) ? new BreakdownError((error as Error).message) : error;
  }
}

async function printOnPage(
  browser: Browser,
  broken: Promise<never>,
  request: PrintRequest,
  next: () => NamedFigure | undefined,
  unprinted: NamedFigure[],
): Promise<void> {
  let current = next();
  if (!current) return;
  let writing: Promise<void> = Promise.resolve();
  const answered = <T>(call: Promise<T>) => answer(call, broken);
  try {
    const page = await answered(browser.newPage());
    await answered(page.setViewport({ width: request.width, height: request.height }));
    await answered(page.goto(request.canvas.href));
    await answered(page.evaluate(() => document.fonts.ready.then(() => undefined)));
    await answered(checkText(page, request.chromium.path));
    const session = await answered(page.createCDPSession());
    for (; current; current = next()) {
      const png: Uint8Array = await answered(print(page, session, current));
      await writing;
      writing = request.onPng(current.name, png);
      // It is awaited one figure later; until then a failure must not count as unhandled.
      writing.catch(() => {});
    }
  } catch (error) {
    if (current) unprinted.push(current);
    await writing;
    throw error;
  }
  await writing;
}

/**
 * A browser without fonts draws lines and no letters, and says nothing of it.
 * @throws SettingsError when the page's own font was not loaded, or nothing is drawn where a word should be
 */
async function checkText(page: Page, chromium: string): Promise<void> {
  const { loaded, ink } = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    const context = canvas.getContext('2d')!;
    context.font = '24px Inter, sans-serif';
    context.fillText('Delays', 4, 40);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return {
      loaded: [...document.fonts].every(({ status }) => status === 'loaded'),
      ink: data.some((value, index) => index % 4 === 3 && value > 0),
    };
  });
  if (loaded && ink) return;
  const what = ink ? "the charts' own font was not loaded" : 'nothing is drawn where a word should be';
  throw new SettingsError(
    `the browser ${chromium} draws no text: ${what}; install fontconfig and a font (Debian: \`apt-get install fonts-liberation\`)`,
  );
}

async function print(page: Page, session: CDPSession, { figure }: NamedFigure): Promise<Uint8Array> {
  await page.evaluate(
    async ({ data, layout }) => {
      const { Plotly } = globalThis as unknown as { Plotly: { react(...args: unknown[]): Promise<unknown> } };
      await Plotly.react('chart', data, layout, { staticPlot: true });
    },
    figure as { data: object[]; layout: object },
  );
  const { data } = await session.send('Page.captureScreenshot', { format: 'png', optimizeForSpeed: true });
  return Buffer.from(data, 'base64');
}

function isBreakdown(error: Error): boolean {
  if (error instanceof ExpectedError) return false;
  return /crash|closed|detached|disconnected|Protocol error|timed out|ERR_ABORTED/i.test(error.message);
}
