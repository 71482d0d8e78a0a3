import { html } from 'hono/html';
import { dateSpan, isoDate, lastDayOf } from '../dates.ts';
import { fewNames } from '../few-names.ts';
import { wholeNumber } from '../whole-number.ts';
import { isSoFar, monthsInWords, provisional, yearInWords } from '../year-so-far.ts';
import { siteDataFile, yearDataFile } from './data-file.ts';
import { type Html, type PageAssets, pageHtml } from './page.ts';
import { sortableTable, type TableColumn } from './table.ts';
import { counted, decimal, eventInShort, percent, sentenceOnly, weekday, yearInShort } from './words.ts';
import type { AirportLine, DayFacts, EventFacts, QualityFact, SegmentFacts, YearFacts } from './year-facts.ts';

const cardsShown = 6;
const airportsShown = 15;
const factsShown = 8;
const namesShown = 12;
const minutesPerHour = 60;

/** What the page of a year links to besides other pages. */
export interface YearLinks {
  /** The address of an airport's chart, relative to `reports/`. */
  chart: (airport: string) => string;
  /** Files to download: their names, and their addresses relative to `reports/`. */
  exports: { name: string; formats: { format: string; address: string }[] }[];
}

/**
 * The page of a year: a summary on the first screen, then a section for each subject.
 * @param before facts of the year before; null if it has not been published
 */
export function yearPageHtml(
  facts: YearFacts,
  { before, links, assets }: { before: YearFacts | null; links: YearLinks; assets: PageAssets },
): Promise<string> {
  const { year, months, summary } = facts;
  const name = yearInWords(year, months);
  return pageHtml(
    {
      title: `${name}: ${yearInShort(facts)}`,
      description: `Departure delays in ${name}: ${yearInShort(facts)}.`,
      root: '',
      current: 'year',
      data: [siteDataFile, yearDataFile(year)],
      summary,
      body: html`<main id="main">
${firstScreen(facts, before)}
${eventsSection(facts)}
${airportsSection(facts, links)}
${daysSection(facts, links)}
${causesSection(facts)}
${segmentsSection(facts)}
${notesSection(facts, links)}
</main>`,
    },
    assets,
  );
}

function firstScreen(facts: YearFacts, before: YearFacts | null): Html {
  const { year, months, events } = facts;
  const [worst] = events;
  const isPart = isSoFar(months);
  return html`<header>
<h1>${yearInWords(year, months)}: ${yearInShort(facts)}</h1>
${isPart ? html`<p class="note">${yearInWords(year, months)}: ${provisional}.</p>` : ''}
<p class="lead">${worst === undefined ? 'No day was far out of line.' : html`Worst: <a href="#event-${worst.eventId}">${eventInShort(year, worst)}</a>.`}</p>
<dl class="numbers">${numbers(facts, before)}</dl>
</header>
<section aria-label="The year at a glance">
<figure class="picture" data-picture="calendar" data-height="190">
<figcaption>Share of the flights that were scheduled at airports with an anomalous day</figcaption></figure>
<form class="day"><label for="day">What happened on</label> <input id="day" type="date" min="${isoDate(year, 0)}" max="${isoDate(year, lastDayOf(year, months))}">
<output id="day-result" for="day" aria-live="polite"></output></form>
${events.length === 0 ? '' : html`<div class="cards">${events.slice(0, cardsShown).map((event) => card(year, event))}</div>`}
</section>`;
}

function numbers(facts: YearFacts, before: YearFacts | null): Html[] {
  const { totals } = facts;
  const last = before === null ? null : comparable(facts, before);
  const change = (value: number, unit: string) =>
    Math.abs(value) < 0.05
      ? `as in ${last!.name}`
      : `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)} ${unit} on ${last!.name}`;
  const share = (part: number | null, whole: number) => (part === null || whole === 0 ? null : (100 * part) / whole);
  const shareChange = (now: number | null, then: number | null) =>
    now === null || then === null ? null : change(now - then, 'points');
  const cancelled = share(totals.cancelled, totals.flights);
  const anomalous = share(totals.anomalies, totals.airportDays);
  const delay = totals.meanDepartureDelay;
  return [
    number(
      'scheduled flights',
      wholeNumber(totals.flights),
      last && last.flights > 0 ? change((100 * (totals.flights - last.flights)) / last.flights, '%') : null,
    ),
    number(
      'cancelled',
      cancelled === null ? 'not in this file' : `${cancelled.toFixed(1)} %`,
      last && shareChange(cancelled, share(last.cancelled, last.flights)),
    ),
    number(
      'mean departure delay',
      delay === null ? '–' : `${delay.toFixed(1)} min`,
      delay === null || !last || last.meanDepartureDelay === null
        ? null
        : change(delay - last.meanDepartureDelay, 'min'),
    ),
    number(
      'airport-days anomalous',
      anomalous === null ? '–' : `${anomalous.toFixed(1)} %`,
      last && shareChange(anomalous, last.anomalous),
    ),
  ];
}

/** What a year's numbers are compared with. */
interface Comparable {
  /** `2012`, `January to March 2012` */
  name: string;
  flights: number;
  cancelled: number | null;
  meanDepartureDelay: number | null;
  /** Per cent of the airport-days. */
  anomalous: number | null;
}

/**
 * The year before in the months of a year: only its flights and cancellations are known day by day. Null where it has fewer
 * months.
 */
function comparable({ months }: YearFacts, before: YearFacts): Comparable | null {
  const { year, totals, days } = before;
  if (before.months < months) return null;
  if (before.months === months) {
    const anomalous = totals.airportDays === 0 ? null : (100 * totals.anomalies) / totals.airportDays;
    return { ...totals, name: yearInWords(year, months), anomalous };
  }
  const sum = (values: number[]) => values.slice(0, lastDayOf(year, months) + 1).reduce((all, value) => all + value, 0);
  return {
    name: `${monthsInWords(months)} ${year}`,
    flights: sum(days.flights),
    cancelled: days.cancelled === null ? null : sum(days.cancelled),
    meanDepartureDelay: null,
    anomalous: null,
  };
}

function number(name: string, value: string, change: string | null): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd>${change === null ? '' : html`<dd class="change">${change}</dd>`}</div>`;
}

function card(year: number, event: EventFacts): Html {
  const { eventId, firstDay, lastDay, airports, alsoAffected, flights, cancelled, mainCause, whose } = event;
  const what =
    cancelled >= 0.1 * flights
      ? `${wholeNumber(cancelled)} of ${counted(flights, 'flight')} cancelled`
      : `${counted(flights, 'flight')}, ${wholeNumber(event.excessMinutes / minutesPerHour)} hours lost beyond the usual`;
  return html`<article class="card" id="card-${eventId}">
<h2><a href="#event-${eventId}">${event.name ?? fewNames(airports)}</a></h2>
<p class="when">${dateSpan(year, firstDay, lastDay)}${event.name === null ? '' : ` · ${fewNames(airports)}`}</p>
<figure class="picture" data-picture="around" data-event="${eventId}" data-height="64"><figcaption class="hidden">Minutes lost per flight on the days around</figcaption></figure>
<p>${what}${mainCause === null ? '' : `; ${mainCause}`}.${whose === null ? '' : ` Mostly ${whose}.`}${alsoAffected.length === 0 ? '' : html` <span class="faint">Also affected: ${fewNames(alsoAffected)}.</span>`}</p>
</article>`;
}

function eventsSection({ year, events, totals }: YearFacts): Html {
  return html`<section>
<h2>Events</h2>
<p class="explanation">An event joins anomalous days of airports near each other, and the following days as long as half of the
airports are still affected. The table is sorted by the minutes that passengers lost beyond the usual.</p>
<figure class="picture" data-picture="events" data-height="200"><figcaption>Hours lost beyond the usual, by the first day of each event</figcaption></figure>
${sortableTable<EventFacts>({
  caption: 'Events',
  rows: events,
  empty: 'No day of the year was anomalous.',
  id: ({ eventId }) => `event-${eventId}`,
  columns: [
    {
      title: 'Days',
      value: ({ firstDay }) => firstDay,
      cell: ({ firstDay, lastDay }) => dateSpan(year, firstDay, lastDay),
    },
    {
      title: 'Event',
      cell: ({ name, airports, alsoAffected }) =>
        html`${name === null ? '' : html`<b>${name}</b><br>`}${airportLinks(airports)}${alsoAffected.length === 0 ? '' : html`<br><span class="faint">also affected: ${fewNames(alsoAffected)}</span>`}`,
    },
    { title: 'Flights', isNumber: true, value: ({ flights }) => flights, cell: ({ flights }) => wholeNumber(flights) },
    {
      title: 'Cancelled',
      isNumber: true,
      value: ({ cancelled, flights }) => cancelled / flights,
      cell: ({ cancelled, flights }) => percent(cancelled, flights),
    },
    hoursLost(),
    { title: 'Main cause', cell: ({ mainCause }) => mainCause ?? '–' },
    { title: 'Whose flights', cell: ({ whose }) => whose ?? 'everybody’s' },
  ],
})}
${moreIn(totals.events - events.length, 'events')}
</section>`;
}

function airportsSection({ airports }: YearFacts, { chart }: YearLinks): Html {
  return html`<section>
<h2>Airports</h2>
<figure class="picture" data-picture="map" data-height="420"><figcaption>Anomalous days by airport: the size shows the flights, the colour the share of anomalous days</figcaption></figure>
${sortableTable<AirportLine>({
  caption: 'Airports',
  rows: airports.toSorted((a, b) => b.anomalies - a.anomalies || b.flights - a.flights),
  shown: airportsShown,
  empty: 'There is no airport.',
  columns: [
    {
      title: 'Airport',
      value: ({ airport }) => airport,
      cell: ({ airport, name }) =>
        html`<a href="airports/${airport}.html"><b>${airport}</b></a><br><span class="faint">${name ?? ''}</span>`,
    },
    { title: 'Flights', isNumber: true, value: ({ flights }) => flights, cell: ({ flights }) => wholeNumber(flights) },
    {
      title: 'Cancelled',
      isNumber: true,
      value: ({ cancelled, flights }) => (cancelled === null ? null : cancelled / flights),
      cell: ({ cancelled, flights }) => (cancelled === null ? '–' : percent(cancelled, flights)),
    },
    {
      title: 'Mean delay (min)',
      isNumber: true,
      value: ({ meanDepartureDelay }) => meanDepartureDelay,
      cell: ({ meanDepartureDelay }) => decimal(meanDepartureDelay),
    },
    {
      title: 'Anomalous days',
      isNumber: true,
      value: ({ anomalies }) => anomalies,
      cell: ({ anomalies }) => wholeNumber(anomalies),
    },
    hoursLost(),
    {
      title: 'The year',
      value: ({ anomalies }) => anomalies,
      cell: ({ airport }) =>
        html`<span class="spark" data-picture="spark" data-height="28" data-spark="${airport}"></span>`,
    },
    {
      title: 'Chart',
      cell: ({ airport }) => html`<a href="${chart(airport)}">PNG<span class="hidden"> of ${airport}</span></a>`,
    },
  ],
})}
</section>`;
}

function daysSection({ year, worstDays, costliestDays, threshold, totals }: YearFacts, links: YearLinks): Html {
  const airport: TableColumn<DayFacts> = {
    title: 'Airport',
    value: ({ airport }) => airport,
    cell: ({ airport, day }) => html`<a href="airports/${airport}.html#${isoDate(year, day)}"><b>${airport}</b></a>`,
  };
  const date: TableColumn<DayFacts> = {
    title: 'Date',
    value: ({ day }) => day,
    cell: ({ day }) => html`<time datetime="${isoDate(year, day)}">${weekday(year, day)}</time>`,
  };
  const score: TableColumn<DayFacts> = {
    title: 'Score',
    isNumber: true,
    value: ({ score }) => score,
    cell: ({ score, isOutlier }) =>
      html`${decimal(score)}${isOutlier ? html` <abbr class="ring" title="The mean delay is also an outlier: |z| is 3 or more.">○</abbr>` : ''}`,
  };
  const chart: TableColumn<DayFacts> = {
    title: 'Chart',
    cell: ({ airport }) => html`<a href="${links.chart(airport)}">PNG<span class="hidden"> of ${airport}</span></a>`,
  };
  return html`<section>
<h2>The worst days</h2>
<p class="explanation">Days on which more of an airport’s flights left late, or not at all, than is usual there at that time of the
year. A day is anomalous if its score is ${threshold} or more. A ring marks the days whose mean delay is an outlier
(|z| ≥ 3): there are ${wholeNumber(totals.outliers)} in this year.</p>
<figure class="picture" data-picture="worst-days" data-height="200"><figcaption>Scores of the worst days</figcaption></figure>
${sortableTable<DayFacts>({
  caption: 'The worst days',
  rows: worstDays,
  empty: 'No day of the year was anomalous.',
  columns: [
    date,
    airport,
    {
      title: 'What happened, and whose flights',
      cell: ({ explanation, eventName }) =>
        html`${eventName === null ? '' : html`<b>${eventName}</b>. `}${sentenceOnly(explanation ?? '')}`,
    },
    score,
    chart,
  ],
})}
${moreIn(totals.anomalies - worstDays.length, 'airport_days')}
</section>
<section>
<h2>The costliest days</h2>
<p class="explanation">Days on which passengers lost the most minutes beyond what is usual at the airport. A busy airport’s day can
be costly without being unusual; such days are not anomalous.</p>
<figure class="picture" data-picture="costliest-days" data-height="200"><figcaption>Hours lost beyond the usual on the costliest days</figcaption></figure>
${sortableTable<DayFacts>({
  caption: 'The costliest days',
  rows: costliestDays,
  empty: 'No day cost more than usual.',
  columns: [
    date,
    airport,
    hoursLost(),
    { title: 'Flights', isNumber: true, value: ({ flights }) => flights, cell: ({ flights }) => wholeNumber(flights) },
    {
      title: 'Cancelled',
      isNumber: true,
      value: ({ cancelled }) => cancelled,
      cell: ({ cancelled }) => (cancelled === null ? '–' : wholeNumber(cancelled)),
    },
    {
      title: 'Mean delay (min)',
      isNumber: true,
      value: ({ meanDepartureDelay }) => meanDepartureDelay,
      cell: ({ meanDepartureDelay }) => decimal(meanDepartureDelay),
    },
    score,
    {
      title: 'Anomalous',
      value: ({ isAnomaly }) => (isAnomaly ? 1 : 0),
      cell: ({ isAnomaly }) => (isAnomaly ? 'yes' : 'no'),
    },
  ],
})}
</section>`;
}

function causesSection({ causes }: YearFacts): Html {
  const part = (title: string, amounts: YearFacts['causes']['minutes'], picture: string) => {
    if (amounts === null) return html`<p class="note">${title}: the causes are not in this year’s files.</p>`;
    const all = amounts.reduce((sum, { amount }) => sum + amount, 0);
    return html`<div><figure class="picture" data-picture="${picture}" data-height="150"><figcaption>${title}</figcaption></figure>
${sortableTable<{ cause: string; amount: number }>({
  caption: title,
  rows: amounts,
  empty: 'None was reported.',
  columns: [
    { title: 'Cause', cell: ({ cause }) => cause },
    { title: 'Amount', isNumber: true, value: ({ amount }) => amount, cell: ({ amount }) => wholeNumber(amount) },
    { title: 'Share', isNumber: true, value: ({ amount }) => amount, cell: ({ amount }) => percent(amount, all) },
  ],
})}</div>`;
  };
  return html`<section>
<h2>Why</h2>
<p class="explanation">The causes of the anomalous days as the airlines reported them: minutes of flights that arrived 15 minutes
late or more, and flights that were cancelled.</p>
<div class="columns">${part('Minutes of delay', causes.minutes, 'delay-causes')}${part('Cancelled flights', causes.cancelled, 'cancellation-causes')}</div>
</section>`;
}

function segmentsSection({ year, segments, totals }: YearFacts): Html {
  return html`<section>
<h2>Carriers and destinations in trouble</h2>
<p class="explanation">Days on which a carrier at an airport, or the flights to a destination, were far out of line while the airport
as a whole was not.</p>
${segments.length === 0 ? '' : html`<figure class="picture" data-picture="segments" data-height="200"><figcaption>Scores of carriers and destinations</figcaption></figure>`}
${sortableTable<SegmentFacts>({
  caption: 'Carriers and destinations in trouble',
  rows: segments,
  empty: 'No carrier and no destination was in trouble while its airport was not.',
  columns: [
    {
      title: 'Date',
      value: ({ day }) => day,
      cell: ({ day }) => html`<time datetime="${isoDate(year, day)}">${weekday(year, day)}</time>`,
    },
    {
      title: 'Whose flights',
      cell: ({ carrier, airport }) =>
        html`<b>${carrier === null ? `Flights to ${airport}` : `${carrier} at ${airport}`}</b>`,
    },
    {
      title: 'What was out of line',
      cell: ({ outOfLine, eventName }) => `${outOfLine}${eventName === null ? '' : ` (${eventName})`}`,
    },
    { title: 'Flights', isNumber: true, value: ({ flights }) => flights, cell: ({ flights }) => wholeNumber(flights) },
    {
      title: 'Cancelled',
      isNumber: true,
      value: ({ cancelled, flights }) => cancelled / flights,
      cell: ({ cancelled, flights }) => percent(cancelled, flights),
    },
    {
      title: 'Mean delay (min)',
      isNumber: true,
      value: ({ meanDepartureDelay }) => meanDepartureDelay,
      cell: ({ meanDepartureDelay }) => decimal(meanDepartureDelay),
    },
    { title: 'Score', isNumber: true, value: ({ score }) => score, cell: ({ score }) => decimal(score) },
  ],
})}
${moreIn(totals.segments - segments.length, 'segment_anomalies')}
</section>`;
}

function notesSection({ year, notes, quality, summary }: YearFacts, links: YearLinks): Html {
  return html`<section>
<h2>About the data</h2>
${notes.length === 0 ? html`<p>The year is complete, and nothing was left out.</p>` : notes.map((note) => html`<p class="note">${note}</p>`)}
${qualityTable(year, quality)}
<p>Files to download: ${links.exports.map(
    ({ name, formats }, index) =>
      html`${index === 0 ? '' : '; '}${name} as ${formats.map(
        ({ format, address }, place) =>
          html`${place === 0 ? '' : ', '}<a href="${address}">${format}<span class="hidden"> of ${name}</span></a>`,
      )}`,
  )}.</p>
<p class="faint">Made from summary <code>${summary.slice(0, 12)}</code>.</p>
</section>`;
}

/** What was checked; first what is beyond its limit. */
function qualityTable(year: number, quality: readonly QualityFact[]): Html {
  const amount = (value: number | null, { unit }: QualityFact) =>
    value === null ? '–' : unit === 'share' ? percent(value, 1, 2) : wholeNumber(value);
  const noticed = ({ warning, names }: QualityFact) => {
    const named = names.slice(0, namesShown).join(', ') + (names.length > namesShown ? ', …' : '');
    return html`${warning === null ? '' : html`<b>${warning}</b>`}${warning !== null && named ? ': ' : ''}${named}`;
  };
  return sortableTable<QualityFact>({
    caption: 'What was checked',
    rows: quality.toSorted((a, b) => Number(b.warning !== null) - Number(a.warning !== null)),
    shown: factsShown,
    empty: 'Nothing was checked.',
    columns: [
      { title: 'What', cell: ({ fact }) => fact },
      { title: String(year), isNumber: true, value: ({ value }) => value, cell: (one) => amount(one.value, one) },
      { title: `${year - 1}`, isNumber: true, value: ({ before }) => before, cell: (one) => amount(one.before, one) },
      { title: 'Noticed', cell: noticed },
    ],
  });
}

function airportLinks(airports: readonly string[]): Html {
  const shown = airports.slice(0, 4);
  return html`${shown.map((airport, index) => html`${index === 0 ? '' : ', '}<a href="airports/${airport}.html">${airport}</a>`)}${
    airports.length > shown.length
      ? html` <span class="faint" title="${airports.slice(4).join(', ')}">and ${airports.length - 4} more</span>`
      : ''
  }`;
}

function hoursLost<Row extends { excessMinutes: number | null }>(): TableColumn<Row> {
  return {
    title: 'Hours lost',
    isNumber: true,
    value: ({ excessMinutes }) => excessMinutes,
    cell: ({ excessMinutes }) => (excessMinutes === null ? '–' : wholeNumber(excessMinutes / minutesPerHour)),
  };
}

/** A sentence that says how many rows of the database's table are not on the page. */
function moreIn(rows: number, table: string): Html | string {
  return rows > 0
    ? html`<p class="faint">${wholeNumber(rows)} more are in table <code>${table}</code> and in the files to download.</p>`
    : '';
}
