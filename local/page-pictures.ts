import type { Browser } from 'puppeteer';

/** A picture of docs/pages.md: a page below `reports/`, and the part of it that is shown, in pixels. */
interface PagePicture {
  file: string;
  page: string;
  width: number;
  height: number;
}

const pictures: PagePicture[] = [
  { file: 'report-2013.png', page: '2013.html', width: 1240, height: 900 },
  { file: 'report-phone.png', page: '2013.html', width: 390, height: 844 },
  { file: 'airport-LGA.png', page: 'airports/LGA.html#2013-04-16', width: 1240, height: 1000 },
  { file: 'compare.png', page: 'compare.html#JFK,LGA,EWR/2013', width: 1240, height: 1000 },
];

/**
 * Takes the pictures of docs/pages.md.
 * @param reports address of the folder `reports/` of New York's airports in 2013, with a slash at its end
 */
export async function* pagePictures(browser: Browser, reports: string): AsyncIterable<[file: string, png: Uint8Array]> {
  for (const { file, page: path, width, height } of pictures) {
    const page = await browser.newPage();
    await page.setViewport({ width, height });
    await page.goto(reports + path, { waitUntil: 'networkidle0' });
    // All pictures within the part that is shown are drawn.
    await page.waitForFunction(
      (bottom) =>
        [...document.querySelectorAll('[data-picture]')].every(
          (box) => box.getBoundingClientRect().top > bottom || box.querySelector('svg'),
        ),
      {},
      height,
    );
    yield [file, await page.screenshot()];
    await page.close();
  }
}
