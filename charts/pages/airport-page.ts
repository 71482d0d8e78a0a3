import { html } from 'hono/html';
import { isSoFar, provisional, yearInWords } from '../year-so-far.ts';
import { type AirportEntry, siteDataFile } from './data-file.ts';
import { type PageAssets, pageHtml } from './page.ts';
import { counted } from './words.ts';

/**
 * The page of an airport over its years. It is a frame: the years' data files come when they are needed, so that a page
 * of forty years opens as fast as one of one year, and a year that changes changes no other's numbers.
 * @param monthsOf how many months a year has so far; a year that is not here is taken for whole
 */
export function airportPageHtml(
  { airport, name, city, years }: AirportEntry,
  { monthsOf, assets }: { monthsOf: ReadonlyMap<number, number>; assets: PageAssets },
): Promise<string> {
  const title = name === null ? airport : `${airport} · ${name}`;
  const place = city && !name?.includes(city) ? `${city} · ` : '';
  const last = years.at(-1)!;
  const months = (year: number) => monthsOf.get(year) ?? 12;
  const options = years
    .toReversed()
    .map((year) => html`<option value="${year}">${yearInWords(year, months(year))}</option>`);
  const soFar = years.filter((year) => isSoFar(months(year)));
  const span = years.length === 1 ? `${last}` : `${years[0]} to ${last}`;
  return pageHtml(
    {
      title: `${title}: departure delays`,
      description: `Departure delays at ${title}, ${span}: anomalous days, and what is typical by hour and carrier.`,
      root: '../',
      current: 'airport',
      data: [siteDataFile],
      summary: null,
      body: html`<main id="main" data-airport="${airport}" data-years="${years.join(' ')}">
<header>
<h1>${title}</h1>
<p class="lead">${place}${counted(years.length, 'year')} of departures, ${span}.
<a href="../compare.html#${airport}">Compare with other airports</a></p>
${soFar.map((year) => html`<p class="note">${yearInWords(year, months(year))}: ${provisional}.</p>`)}
</header>
<section>
<div class="choose"><label>Year <select id="year">${options}</select></label>
<a id="year-link" href="../${last}.html">All airports in this year</a> <a id="png" href="../../plots/${last}/${airport}.png">Chart as PNG</a></div>
<figure class="picture" id="chart" aria-label="Chart of the year" data-height="460"><figcaption>Mean departure delay over its expected range, flights per day, anomalous days marked</figcaption></figure>
</section>
<section>
<h2>All years</h2>
<p class="explanation">One calendar for each year. The colour of a day shows its anomaly score.</p>
<div id="ladder" class="ladder"></div>
</section>
<section>
<h2>The worst days of all years</h2>
<div id="worst" aria-live="polite"></div>
</section>
<section>
<h2>A typical day</h2>
<p class="explanation">What a flight can expect, by the hour of its scheduled departure and by carrier. Cells with fewer than 30 flights are
grey, since they say little.</p>
<div class="choose"><label>Years <select id="typical-year"><option value="">all</option>${options}</select></label>
<label>Show <select id="typical-measure"><option value="onTime">on time (less than 15 minutes late)</option><option value="late60">an hour late or more, or cancelled</option>
<option value="late180">three hours late or more, or cancelled</option></select></label></div>
<div id="typical" class="scroll" tabindex="0" role="region" aria-label="A typical day"></div>
</section>
</main>`,
    },
    assets,
  );
}
