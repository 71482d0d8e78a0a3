import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, Page, Viewport } from 'puppeteer';
import type { Superset } from './superset.ts';

/** A chart's request to Superset, and the answer. */
export interface Answer {
  chart: string;
  /** The SQL that went to the database. */
  sql: string;
  rows: Record<string, unknown>[];
  /** The error's text; null where there was none. */
  error: string | null;
}

/** The dashboard in a browser, every chart drawn. */
export interface DashboardPage {
  page: Page;
  /** The answers in the order in which they came; a chart may ask two questions, or ask again. */
  answers: Answer[];
  /** What the browser was refused or could not load. */
  failures: string[];
  /** Resolves once no chart is loading and each shows something. */
  drawn(): Promise<void>;
  /** The whole dashboard, or a strip of it of a height in pixels, from its top or from `top` on. */
  picture(height?: number, top?: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** How to open it. */
export interface DashboardView {
  user: string;
  password: string;
  width: number;
  /** Behaves as a phone: touch, and as many pixels as it has. */
  device: 'desk' | 'phone';
  /** Which of its tabs; without it the first one. */
  tab?: 'TAB-one-year' | 'TAB-all-years';
}

const patienceMilliseconds = 120_000;
/** Chromium drops requests that are under way when a network interface comes or goes, even that of a container. */
const networkChanged = 'net::ERR_NETWORK_CHANGED';
const attempts = 4;
const settleMilliseconds = 1_500;
/** Where the tiles below the map come from: see charts/superset/outlines.py. */
const mapGround = '/delaywatch/outlines/';

/**
 * Sign in, open the dashboard, and wait for every chart.
 * @throws Error that tells what the browser could not load
 */
export async function openDashboard(
  browser: Browser,
  superset: Pick<Superset, 'url' | 'dashboard'>,
  view: DashboardView,
): Promise<DashboardPage> {
  for (let attempt = 1; ; attempt++) {
    const context = await browser.createBrowserContext();
    const failures: string[] = [];
    const again = () => attempt < attempts && failures.some((failure) => failure.includes(networkChanged));
    try {
      const opened = await openOnce(context, failures, superset, view);
      if (!again()) return opened;
    } catch (error) {
      if (!again()) throw new Error(`The dashboard did not open: ${failures.join(', ')}`, { cause: error });
    }
    await context.close();
  }
}

async function openOnce(
  context: BrowserContext,
  failures: string[],
  { url, dashboard }: Pick<Superset, 'url' | 'dashboard'>,
  { user, password, width, device, tab = 'TAB-one-year' }: DashboardView,
): Promise<DashboardPage> {
  await signIn(context, { url, user, password });
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMilliseconds);
  const phone = device === 'phone';
  const viewport = { width, height: 900, isMobile: phone, hasTouch: phone, deviceScaleFactor: phone ? 2 : 1 };
  await page.setViewport(viewport);
  const answers: Answer[] = [];
  const names = new Map<number, string>();
  page.on('requestfailed', (request) => {
    // A chart that asks again aborts its earlier request.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED')
      failures.push(`${request.failure()?.errorText} ${request.url()}`);
  });
  page.on('response', async (response) => {
    const { pathname } = new URL(response.url());
    if (response.status() >= 400) failures.push(`${response.status()} ${pathname}`);
    if (!response.ok() || !/(\/chart\/data|\/explore_json\/|\/charts)$/.test(pathname)) return;
    const body = await response.json().catch(() => undefined);
    if (!body) return;
    if (pathname.endsWith('/charts')) {
      for (const { id, slice_name } of body.result) names.set(id, slice_name);
      return;
    }
    const asked = JSON.parse(response.request().postData() ?? '{}');
    const id = asked.form_data?.slice_id;
    const chart = id === undefined ? 'options of a filter' : (names.get(id) ?? `chart ${id}`);
    for (const { query, data, error } of body.result ?? [body]) {
      answers.push({ chart, sql: query, rows: data ?? [], error: error ?? null });
    }
  });

  const drawnGround =
    tab === 'TAB-one-year' &&
    page.waitForResponse((response) => new URL(response.url()).pathname.startsWith(mapGround));
  await Promise.all([drawnGround, showAll(page, { dashboard: `${dashboard}#${tab}`, viewport })]);
  await allDrawn(page);
  return {
    page,
    answers,
    failures,
    drawn: () => allDrawn(page),
    picture: (height, top = 0) =>
      page.screenshot({
        type: 'png',
        // Otherwise the page gets another size, and Superset takes all charts away until it has measured itself.
        captureBeyondViewport: false,
        ...(height && { clip: { x: 0, y: top, width, height } }),
      }),
    close: () => context.close(),
  };
}

/** Opens the dashboard in a window as high as all of it: what is below the window waits until it is seen. */
async function showAll(page: Page, { dashboard, viewport }: { dashboard: string; viewport: Viewport }): Promise<void> {
  await page.goto(dashboard);
  await page.waitForSelector('[data-test-chart-id]');
  let height = 0;
  for (let before = -1; height === 0 || height !== before; ) {
    before = height;
    await sleep(settleMilliseconds);
    height = await page.evaluate(gridHeight);
  }
  await page.setViewport({ ...viewport, height });
}

/** Runs in the page. 0 while there is no grid. */
function gridHeight(): number {
  const bottoms = [...document.querySelectorAll('.grid-container')].map((grid) => grid.getBoundingClientRect().bottom);
  return bottoms.length === 0 ? 0 : Math.ceil(Math.max(...bottoms)) + 40;
}

/**
 * Sign in, in a page of its own. That page's log of what its reader does is stopped: its answer, if it comes after the
 * sign-in, takes the session back.
 */
async function signIn(context: BrowserContext, { url, user, password }: Record<'url' | 'user' | 'password', string>) {
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMilliseconds);
  await page.setRequestInterception(true);
  page.on('request', (request) =>
    request.url().includes('/superset/log/') ? request.abort('blockedbyclient') : request.continue(),
  );
  // The page after the login does not ask for anything.
  await page.goto(`${url}/login/?next=/health`);
  // The page may have drawn the form again meanwhile, and then it is filled in again.
  await page.locator('#username, input[name=username]').fill(user);
  await page.locator('input[type=password]').fill(password);
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  if (page.url().includes('/login/')) throw new Error(`Superset did not let ${user} in`);
  await page.close();
}

/** Until no chart is loading and each shows something; errors count as shown, tests look for them. */
async function allDrawn(page: Page): Promise<void> {
  await page.waitForFunction(areDrawn, { polling: 250 });
  // The last tiles of the map's ground; what is drawn moves into its place.
  await page.waitForNetworkIdle();
  await sleep(settleMilliseconds);
  // A window of another size: Superset takes all charts away until it has measured itself.
  await page.waitForFunction(areDrawn, { polling: 250 });
}

/** Runs in the page. */
function areDrawn(): boolean {
  const charts = [...document.querySelectorAll('[data-test-chart-id]')];
  return (
    charts.length > 0 &&
    !document.querySelector('[data-test="loading-indicator"], .loading') &&
    charts.every((chart) => chart.querySelector('canvas, svg, table, .header-line, .alert, [role=alert], .ant-empty'))
  );
}
