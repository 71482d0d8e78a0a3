import type { Browser } from 'puppeteer';
import type { Measurement } from './measure.ts';

/** Pictures that a page draws, and the chart that it embeds. */
const picture = '[data-picture] svg, .js-plotly-plot .main-svg, main svg';

declare global {
  interface Window {
    firstPicture?: number;
  }
}

/**
 * Open a page in a tab of its own, and wait until its first picture is painted.
 * @returns the time since the tab was sent there; memory is not measured
 */
export async function firstPicture(browser: Browser, url: string): Promise<Measurement> {
  const page = await browser.newPage();
  await page.setViewport({ width: 1240, height: 900 });
  await page.evaluateOnNewDocument((selector) => {
    const look = () => {
      // The frame after the one that paints the picture tells that it is painted.
      if (document.querySelector(selector))
        requestAnimationFrame(() => setTimeout(() => (window.firstPicture = performance.now())));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, picture);
  await page.goto(url, { waitUntil: 'load' });
  const milliseconds = await page.waitForFunction(() => window.firstPicture);
  const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime);
  const seconds = Number(await milliseconds.jsonValue()) / 1000;
  await page.close();
  return { seconds, firstWordSeconds: paint / 1000, peakMegabytes: 0 };
}
