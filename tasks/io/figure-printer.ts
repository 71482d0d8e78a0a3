import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import puppeteer, { type Browser, type CDPSession, type Page } from 'puppeteer';
import { ExpectedError, SettingsError, UnreachableError } from '../errors.ts';
import { chromiumEnvironment } from './chromium-environment.ts';

/** A Plotly figure to be made a PNG of, under a name. */
export interface NamedFigure {
  name: string;
  figure: { data: object[]; layout: object };
}

/** What to print, and where it goes. */
export interface PrintRequest {
  /** Path of a Chrome or Chromium. */
  chromium: string;
  /** A page that has loaded Plotly and has an element `#chart`. */
  canvas: URL;
  width: number;
  height: number;
  /** Made one by one, as they are needed. */
  figures: Iterable<NamedFigure>;
  onPng(name: string, png: Uint8Array): Promise<void>;
  signal: AbortSignal;
}

/** Two pages of one browser: while one lays out its figure, the picture of the other is taken. */
const pages = 2;
/** A browser that has broken down this often without printing anything will not print anything. */
const browsersWithoutProgress = 3;
const startTimeoutMilliseconds = 30_000;
/** No answer takes so long, unless the page's process has died without a word. */
const answerTimeoutMilliseconds = 60_000;

const browserOptions = [
  // It opens nothing but our own page, and containers give it no namespaces to build a sandbox of.
  '--no-sandbox',
  '--allow-file-access-from-files',
  // Nobody watches: a frame need not wait for a screen.
  '--disable-frame-rate-limit',
  '--disable-gpu-vsync',
  // Drawn by the processor: neither a graphics card nor its emulation is needed for lines and text.
  '--disable-gpu',
  '--disable-software-rasterizer',
  '--in-process-gpu',
  // Young garbage is collected earlier: 50 MB less a page, and no slower.
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
  for (let failures = 0; ; ) {
    let printed = 0;
    const browser = await launch(request.chromium);
    const close = () => void browser.close().catch(() => {});
    request.signal.addEventListener('abort', close);
    try {
      const onPng = async (name: string, png: Uint8Array) => {
        printed++;
        await request.onPng(name, png);
      };
      await Promise.all(
        Array.from({ length: pages }, () => printOnPage(browser, { ...request, onPng }, next, unprinted)),
      );
      return;
    } catch (error) {
      request.signal.throwIfAborted();
      if (error instanceof ExpectedError || (browser.connected && !isBreakdown(error))) throw error;
      failures = printed > 0 ? 0 : failures + 1;
      if (failures === browsersWithoutProgress) {
        throw new UnreachableError(
          `the browser ${request.chromium} breaks down again and again (${(error as Error).message})`,
        );
      }
    } finally {
      request.signal.removeEventListener('abort', close);
      await browser.close().catch(() => {});
    }
  }
}

async function launch(chromium: string): Promise<Browser> {
  const env = chromiumEnvironment(chromium);
  try {
    return await puppeteer.launch({
      executablePath: chromium,
      headless: chromium.includes('shell') ? 'shell' : true,
      // A browser on a pipe ends with the process at its other end, however that ends.
      pipe: true,
      args: browserOptions,
      env,
      timeout: startTimeoutMilliseconds,
      protocolTimeout: answerTimeoutMilliseconds,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
  } catch (error) {
    throw await whyNotStarted(chromium, env, error as Error);
  }
}

/** The protocol says no more than that nobody answers; what is missing, the browser writes on its standard error. */
async function whyNotStarted(chromium: string, env: Record<string, string>, error: Error): Promise<Error> {
  try {
    await promisify(execFile)(chromium, ['--version'], { env, timeout: startTimeoutMilliseconds });
  } catch (failure) {
    const { stderr = '', message } = failure as Error & { stderr?: string };
    const [words = message] = stderr.split('\n').filter((line) => line.trim() !== '');
    return new SettingsError(`the browser ${chromium} does not start: ${words}`);
  }
  return new UnreachableError(`the browser ${chromium} was stopped at its start (${error.message}); try again`);
}

async function printOnPage(
  browser: Browser,
  request: PrintRequest,
  next: () => NamedFigure | undefined,
  unprinted: NamedFigure[],
): Promise<void> {
  let current = next();
  if (!current) return;
  let writing: Promise<void> = Promise.resolve();
  const printAll = async (page: Page) => {
    await page.setViewport({ width: request.width, height: request.height });
    await page.goto(request.canvas.href);
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    await checkText(page, request.chromium);
    const session = await page.createCDPSession();
    for (; current; current = next()) {
      request.signal.throwIfAborted();
      const png = await print(page, session, current);
      await writing;
      writing = request.onPng(current.name, png);
      // It is awaited one figure later; until then a failure must not count as unhandled.
      writing.catch(() => {});
    }
  };
  try {
    const page = await browser.newPage();
    // A call to a page whose process has died is never answered, from the first one on.
    const crash = new Promise<never>((_, reject) => page.once('error', reject));
    const printing = printAll(page);
    printing.catch(() => {});
    await Promise.race([printing, crash]);
  } catch (error) {
    if (current) unprinted.push(current);
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

function isBreakdown(error: unknown): boolean {
  return /crash|closed|detached|disconnected|Protocol error|timed out|ERR_ABORTED/i.test((error as Error).message);
}
