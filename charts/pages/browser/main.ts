import { setUpAirportPage } from './airport-page.ts';
import { setUpComparePage } from './compare-page.ts';
import { setUpDayChooser } from './day-chooser.ts';
import { drawPictures } from './pictures.ts';
import { setUpSearch } from './search.ts';
import { makeSortable } from './sortable.ts';
import { sparkline } from './sparkline.ts';
import { add, loadedYears, siteFacts } from './store.ts';
import { yearPictures } from './year-pictures.ts';
import { yearsPicture } from './years-picture.ts';

declare global {
  interface Window {
    /** What data files call. */
    delaywatch: { add: typeof add };
  }
}

window.delaywatch = { add };

const pages: Record<string, () => void> = {
  years: () => drawPictures({ years: (width, height) => [yearsPicture(siteFacts(), width, height)] }),
  year: setUpYearPage,
  airport: () => setUpAirportPage(document.querySelector('main')!),
  compare: setUpComparePage,
};

// The data files are deferred scripts after this one, so they have run when the document is ready.
document.addEventListener('DOMContentLoaded', () => {
  pages[document.body.dataset.page!]?.();
  for (const table of document.querySelectorAll<HTMLTableElement>('table.sortable')) makeSortable(table);
  setUpSearch();
});

function setUpYearPage(): void {
  const [year] = loadedYears();
  if (!year) return;
  const lines = new Map(year.airports.map((line) => [line.airport, line]));
  drawPictures({
    ...yearPictures(year, setUpDayChooser(year)),
    spark: (_width, _height, cell) => [sparkline(lines.get(cell.dataset.spark!)?.weeks ?? [], year.threshold)],
  });
}
