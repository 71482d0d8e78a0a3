import { html, raw } from 'hono/html';
import { dateSpan, isoDate } from '../dates.ts';
import { fewNames } from '../few-names.ts';
import { wholeNumber } from '../whole-number.ts';
import { isSoFar, monthsInWords, provisional } from '../year-so-far.ts';
import { type AirportEntry, siteDataFile } from './data-file.ts';
import { type PageAssets, pageHtml } from './page.ts';
import { sortableTable } from './table.ts';
import { counted, decimal, eventInShort, percent, sentenceOnly, yearInShort } from './words.ts';
import type { DayFacts, EventFacts, YearFacts } from './year-facts.ts';

/** The feed of digests, beside the page. */
const feedFile = 'feed.xml';
const daysShown = 100;
const eventsShown = 50;
/** The list of airports is folded when it is longer than this. */
const openAirports = 30;
const minutesPerHour = 60;

/**
 * The first page: all years, and the worst of them.
 * @param years ascending
 * @param unreadable years whose page another version wrote
 */
export function indexPageHtml(
  {
    years,
    unreadable,
    entries,
  }: { years: readonly YearFacts[]; unreadable: number[]; entries: readonly AirportEntry[] },
  assets: PageAssets,
): Promise<string> {
  const flights = years.reduce((sum, { totals }) => sum + totals.flights, 0);
  const anomalies = years.reduce((sum, { totals }) => sum + totals.anomalies, 0);
  const range =
    years.length === 0
      ? ''
      : years.length === 1
        ? `in ${years[0].year}`
        : `from ${years[0].year} to ${years.at(-1)!.year}`;
  const worstDays = years
    .flatMap(({ year, worstDays }) => worstDays.map((day) => ({ ...day, year })))
    .sort((a, b) => (b.score ?? 0) - (a.score ?? 0))
    .slice(0, daysShown);
  const events = years
    .flatMap(({ year, events }) => events.map((event) => ({ ...event, year })))
    .sort((a, b) => b.excessMinutes - a.excessMinutes)
    .slice(0, eventsShown);
  return pageHtml(
    {
      title: 'Departure delays',
      description:
        'On which days, at which US airports, were departures delayed far beyond normal, whose flights were they, and why?',
      root: '',
      current: 'years',
      data: [siteDataFile],
      summary: null,
      feed: feedFile,
      body: html`<main id="main">
<header><h1>On which days were departures delayed far beyond normal?</h1>
<p class="lead">${wholeNumber(flights)} flights at ${counted(entries.length, 'airport')} ${range}: ${counted(anomalies, 'anomalous airport-day')}. A <a href="${feedFile}">feed</a> tells
which events are new.</p></header>
<section>
<h2>The years</h2>
<figure class="picture" data-picture="years" data-height="300"><figcaption>Scheduled flights, cancellation rate and share of anomalous airport-days by year</figcaption></figure>
${sortableTable<YearFacts>({
  caption: 'The years',
  rows: years.toReversed(),
  shown: 12,
  empty: 'No year has been published yet.',
  columns: [
    {
      title: 'Year',
      value: ({ year }) => year,
      cell: ({ year, months }) =>
        html`<a href="${year}.html"><b>${year}</b></a>${isSoFar(months) ? html`<br><span class="faint">${monthsInWords(months)}; ${provisional}</span>` : ''}`,
    },
    {
      title: 'Flights',
      isNumber: true,
      value: ({ totals }) => totals.flights,
      cell: ({ totals }) => wholeNumber(totals.flights),
    },
    {
      title: 'Cancelled',
      isNumber: true,
      value: ({ totals }) => (totals.cancelled === null ? null : totals.cancelled / totals.flights),
      cell: ({ totals }) => (totals.cancelled === null ? '–' : percent(totals.cancelled, totals.flights)),
    },
    {
      title: 'Mean delay (min)',
      isNumber: true,
      value: ({ totals }) => totals.meanDepartureDelay,
      cell: ({ totals }) => decimal(totals.meanDepartureDelay),
    },
    {
      title: 'Anomalous airport-days',
      isNumber: true,
      value: ({ totals }) => totals.anomalies,
      cell: ({ totals }) => `${wholeNumber(totals.anomalies)} (${percent(totals.anomalies, totals.airportDays)})`,
    },
    {
      title: 'Worst event',
      cell: (facts) => (facts.events.length === 0 ? yearInShort(facts) : eventInShort(facts.year, facts.events[0])),
    },
  ],
})}
${unreadable.map((year) => html`<p class="note"><a href="${year}.html">${year}</a> was published by another version of delaywatch. Run the year again to see it here.</p>`)}
</section>
<section>
<h2>The worst events of all years</h2>
${sortableTable<EventFacts & { year: number }>({
  caption: 'The worst events of all years',
  rows: events,
  empty: 'No event was found.',
  columns: [
    {
      title: 'Days',
      value: ({ year, firstDay }) => isoDate(year, firstDay),
      cell: ({ year, firstDay, lastDay, eventId }) =>
        html`<a href="${year}.html#event-${eventId}">${dateSpan(year, firstDay, lastDay)} ${year}</a>`,
    },
    {
      title: 'Event',
      cell: ({ name, airports }) => html`${name === null ? '' : html`<b>${name}</b>: `}${fewNames(airports)}`,
    },
    { title: 'Flights', isNumber: true, value: ({ flights }) => flights, cell: ({ flights }) => wholeNumber(flights) },
    {
      title: 'Cancelled',
      isNumber: true,
      value: ({ cancelled, flights }) => cancelled / flights,
      cell: ({ cancelled, flights }) => percent(cancelled, flights),
    },
    {
      title: 'Hours lost',
      isNumber: true,
      value: ({ excessMinutes }) => excessMinutes,
      cell: ({ excessMinutes }) => wholeNumber(excessMinutes / minutesPerHour),
    },
    { title: 'Main cause', cell: ({ mainCause }) => mainCause ?? '–' },
  ],
})}
</section>
<section>
<h2>The worst airport-days of all years</h2>
${sortableTable<DayFacts & { year: number }>({
  caption: 'The worst airport-days of all years',
  rows: worstDays,
  empty: 'No day was anomalous.',
  columns: [
    {
      title: 'Date',
      value: ({ year, day }) => isoDate(year, day),
      cell: ({ year, day }) => html`<time datetime="${isoDate(year, day)}">${dateSpan(year, day, day)} ${year}</time>`,
    },
    {
      title: 'Airport',
      value: ({ airport }) => airport,
      cell: ({ airport, year, day }) =>
        html`<a href="airports/${airport}.html#${isoDate(year, day)}"><b>${airport}</b></a>`,
    },
    {
      title: 'What happened, and whose flights',
      cell: ({ explanation, eventName }) =>
        html`${eventName === null ? '' : html`<b>${eventName}</b>. `}${sentenceOnly(explanation ?? '')}`,
    },
    { title: 'Score', isNumber: true, value: ({ score }) => score, cell: ({ score }) => decimal(score) },
  ],
})}
</section>
<section>
<h2>Airports</h2>
<details${raw(entries.length <= openAirports ? ' open' : '')}><summary>${counted(entries.length, 'airport')} with a page</summary>
<p class="airports">${entries.map(({ airport, name }) => html`<a href="airports/${airport}.html">${airport}${name === null ? '' : ` · ${name}`}</a>`)}</p></details>
</section>
</main>`,
    },
    assets,
  );
}
