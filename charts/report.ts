import type { Figure } from './airport-year.ts';
import { weekdayAndDate } from './dates.ts';
import { fontFamily, palette, type Theme, themes } from './palette.ts';
import { plotlyTemplate } from './plotly-template.ts';

/** All that a year's report shows. */
export interface Report {
  year: number;
  /** SHA-256 of the summary that the report is made of. */
  summary: string;
  airports: ReportAirport[];
  totals: {
    flights: number;
    cancelled: number | null;
    airportDays: number;
    anomalies: number;
    outliers: number;
    events: number;
    segmentAnomalies: number;
  };
  /** Score from which on a day is an anomaly. */
  threshold: number;
  /** Worst first. */
  events: ReportEvent[];
  /** Of the anomalous days, most first; null where the year's files do not say. */
  causes: { minutes: Amount[] | null; cancelled: Amount[] | null };
  /** Worst first. */
  worstDays: WorstDay[];
  /** Carriers and destinations, worst first. */
  segments: SegmentDay[];
  /** What was left out or missing, in sentences. */
  notes: string[];
}

export interface ReportAirport {
  airport: string;
  name?: string | undefined;
  figure: Figure;
  /** Address of the PNG. */
  chartLink: string;
}

/** Anomalous days that belong together. */
export interface ReportEvent {
  /** ISO 8601. */
  firstDate: string;
  lastDate: string;
  /** Most flights first. */
  airports: string[];
  airportDays: number;
  flights: number;
  cancelled: number;
  minutesLost: number;
  /** Null where the source does not say. */
  mainCause: string | null;
  /** What the event is known by; null where it is not in the list of known events. */
  name: string | null;
}

export interface Amount {
  cause: string;
  amount: number;
}

export interface WorstDay {
  airport: string;
  name?: string | undefined;
  /** ISO 8601. */
  date: string;
  anomalyScore: number;
  zScore: number;
  isOutlier: boolean;
  /** One sentence that names airport and date. */
  explanation: string;
  chartLink: string;
}

/** A carrier at an airport, or a destination, on a day on which it was in trouble and its airport as a whole was not. */
export interface SegmentDay {
  /** ISO 8601. */
  date: string;
  /** `Endeavor at JFK`, `Flights to BOS`. */
  what: string;
  /** Of the airport. */
  name?: string | undefined;
  flights: number;
  cancelled: number;
  /** Minutes; NaN where no flight departed. */
  meanDepartureDelay: number;
  anomalyScore: number;
  /** `60 % left an hour late or not at all, usual 5 %` */
  outOfLine: string;
}

/** What makes the report readable offline. */
export interface ReportAssets {
  /** Source of plotly.js. */
  plotly: string;
  /** WOFF2 in base64. */
  regularFont: string;
  boldFont: string;
}

const airportsNamed = 4;
const number = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** A year in one HTML file that needs nothing else. */
export function reportHtml(report: Report, assets: ReportAssets): string {
  const { year, airports, totals } = report;
  const title = `Departure delays in ${year}`;
  const facts: [string, string][] = [
    ['flights', number.format(totals.flights)],
    ['airports', number.format(airports.length)],
    ['cancelled', totals.cancelled === null ? 'not in this file' : percent(totals.cancelled, totals.flights)],
    ['anomalous days', `${number.format(totals.anomalies)} of ${number.format(totals.airportDays)}`],
    ['events', number.format(totals.events)],
  ];
  return `${head(title, assets, `<meta name="delaywatch-summary" content="${report.summary}">\n`)}
<header>
  <p class="breadcrumb"><a href="index.html">All years</a></p>
  <h1>${title}</h1>
  <dl>${facts.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join('')}</dl>
  ${report.notes.map((note) => `<p class="note">${escapeHtml(note)}</p>`).join('\n  ')}
</header>
<main>
<section>
  <h2>What happened</h2>
  <p class="explanation">Anomalous days that belong together: neighbouring airports on the same day, and the days after
  as long as half of them stay in it. Worst first, by the minutes that passengers lost beyond the usual.</p>
  ${eventsTable(report)}
</section>
<section>
  <h2>Why</h2>
  <p class="explanation">The anomalous days’ causes as the airlines reported them: minutes of flights that arrived 15
  minutes late or more, and flights that were cancelled.</p>
  <div class="causes">
  ${causeBars('Minutes of delay', report.causes.minutes)}
  ${causeBars('Cancelled flights', report.causes.cancelled)}
  </div>
</section>
<section>
  <h2>The worst days</h2>
  <p class="explanation">Days on which more of an airport’s flights left late, or not at all, than is usual there at that time of
  the year; an anomaly from a score of ${report.threshold} on. <span class="ring" aria-hidden="true">○</span> marks the days whose mean delay alone
  is an outlier (|z| ≥ 3; ${number.format(totals.outliers)} in this year). Choose a day to see its airport’s year.</p>
  ${worstDaysTable(report)}
</section>
<section>
  <h2>Carriers and destinations in trouble</h2>
  <p class="explanation">Days on which a carrier at an airport, or the flights to a destination, were far out of line while
  the airport as a whole was not. Worst first.</p>
  ${segmentsTable(report)}
</section>
<section id="airports">
  <h2>An airport’s year</h2>
  <p class="chooser"><label for="airport">Airport</label>
  <select id="airport">${airports.map(option).join('')}</select>
  <a id="png" href="#">Chart as PNG</a></p>
  <div id="chart"></div>
</section>
</main>
<footer><p>Source: US DOT Bureau of Transportation Statistics, Reporting Carrier On-Time Performance. Made by delaywatch.</p></footer>
<script>${assets.plotly.replaceAll('</script', '<\\/script')}</script>
<script>
const airports = ${json(Object.fromEntries(airports.map(({ airport, figure, chartLink }) => [airport, { ...figure, chartLink }])))};
const templates = ${json({ light: plotlyTemplate(themes.light), dark: plotlyTemplate(themes.dark) })};
const dark = matchMedia('(prefers-color-scheme: dark)');
const chooser = document.getElementById('airport');
function draw() {
  const { data, layout, chartLink } = airports[chooser.value];
  const template = templates[dark.matches ? 'dark' : 'light'];
  document.getElementById('png').href = chartLink;
  const options = { responsive: true, displaylogo: false, modeBarButtonsToRemove: ['select2d', 'lasso2d'] };
  Plotly.react('chart', data, { ...layout, template, height: 500 }, options);
}
function choose(airport) {
  if (!airports[airport]) return;
  chooser.value = airport;
  draw();
}
chooser.addEventListener('change', () => { history.replaceState(null, '', '#' + chooser.value); draw(); });
dark.addEventListener('change', draw);
addEventListener('hashchange', () => { choose(location.hash.slice(1)); document.getElementById('airports').scrollIntoView(); });
document.fonts.ready.then(() => choose([location.hash.slice(1), ${json(report.worstDays[0]?.airport ?? '')}, chooser.value].find((airport) => airports[airport])));
</script>
</html>
`;
}

/** The list of the years that have a report. */
export function reportIndexHtml(years: number[], assets: Pick<ReportAssets, 'regularFont' | 'boldFont'>): string {
  const items = years.toSorted((a, b) => b - a).map((year) => `<li><a href="${year}.html">${year}</a></li>`);
  return `${head('Departure delays', assets)}
<header><h1>Departure delays</h1><p class="explanation">On which days, at which US airports, were departures delayed far beyond normal?</p></header>
<main><ul class="years">${items.join('')}</ul></main>
</html>
`;
}

function eventsTable({ events, totals }: Report): string {
  if (events.length === 0) return '<p class="note">No day of the year was anomalous.</p>';
  const rows = events.map((event) => {
    const cause =
      event.mainCause === null ? '<span class="faint">not in this file</span>' : escapeHtml(event.mainCause);
    return `<tr>
    <td>${dates(event)}${event.name === null ? '' : `<br><b>${escapeHtml(event.name)}</b>`}</td>
    <td>${airportsOf(event)}</td>
    <td class="number">${number.format(event.flights)}</td>
    <td class="number">${percent(event.cancelled, event.flights)}</td>
    <td class="number">${number.format(event.minutesLost / 60)}</td>
    <td>${cause}</td></tr>`;
  });
  return `<div class="scroll"><table>
  <thead><tr><th>Days</th><th>Airports</th><th class="number">Flights</th><th class="number">Cancelled</th>
  <th class="number">Delay (hours)</th><th>Main cause</th></tr></thead>
  <tbody>${rows.join('\n')}</tbody></table></div>${andMore(totals.events - events.length, 'events')}`;
}

function dates({ firstDate, lastDate }: ReportEvent): string {
  const first = `<time datetime="${firstDate}">${weekdayAndDate(firstDate)}</time>`;
  return firstDate === lastDate ? first : `${first} – <time datetime="${lastDate}">${weekdayAndDate(lastDate)}</time>`;
}

function airportsOf({ airports }: ReportEvent): string {
  const links = airports
    .slice(0, airportsNamed)
    .map((airport) => `<a href="#${escapeHtml(airport)}"><b>${escapeHtml(airport)}</b></a>`);
  const more = airports.length - airportsNamed;
  const rest = `<span class="faint" title="${escapeHtml(airports.slice(airportsNamed).join(', '))}">and ${more} more</span>`;
  return [links.join(', '), ...(more > 0 ? [rest] : [])].join(' ');
}

function causeBars(title: string, amounts: Amount[] | null): string {
  if (amounts === null) {
    return `<figure class="empty"><figcaption>${title}</figcaption><p>not in this file</p></figure>`;
  }
  const all = amounts.reduce((sum, { amount }) => sum + amount, 0);
  const most = Math.max(1, ...amounts.map(({ amount }) => amount));
  const rows = amounts.map(
    ({ cause, amount }) => `<tr><th scope="row">${escapeHtml(cause)}</th>
    <td class="bar"><div style="width: ${((100 * amount) / most).toFixed(1)}%"></div></td>
    <td class="number">${percent(amount, all)}</td></tr>`,
  );
  return `<figure><figcaption>${title}</figcaption><table>${rows.join('')}</table></figure>`;
}

function worstDaysTable({ worstDays }: Report): string {
  if (worstDays.length === 0) return '<p class="note">No day of the year was anomalous.</p>';
  const rows = worstDays.map((day) => {
    const ring = day.isOutlier ? ' <span class="ring" title="the mean delay is an outlier, too">○</span>' : '';
    return `<tr>
    <td><a href="#${escapeHtml(day.airport)}"><time datetime="${day.date}">${weekdayAndDate(day.date)}</time></a>${ring}</td>
    <td><b>${escapeHtml(day.airport)}</b><br><span class="faint">${escapeHtml(day.name ?? '')}</span></td>
    <td class="words">${escapeHtml(sentenceOnly(day.explanation))}</td>
    <td class="number">${day.anomalyScore.toFixed(1)}</td>
    <td class="number">${Number.isNaN(day.zScore) ? '–' : day.zScore.toFixed(1)}</td>
    <td><a href="${escapeHtml(day.chartLink)}">PNG</a></td></tr>`;
  });
  return `<div class="scroll"><table>
  <thead><tr><th>Date</th><th>Airport</th><th>What happened, and whose flights</th>
  <th class="number">Score</th><th class="number">z</th><th>Chart</th></tr></thead>
  <tbody>${rows.join('\n')}</tbody></table></div>`;
}

function segmentsTable({ segments, totals }: Report): string {
  if (segments.length === 0) return '<p class="note">No carrier and no destination was in trouble by itself.</p>';
  const rows = segments.map((segment) => {
    const { meanDepartureDelay: delay } = segment;
    return `<tr>
    <td><time datetime="${segment.date}">${weekdayAndDate(segment.date)}</time></td>
    <td><b>${escapeHtml(segment.what)}</b><br><span class="faint">${escapeHtml(segment.name ?? '')}</span></td>
    <td class="words">${escapeHtml(segment.outOfLine)}</td>
    <td class="number">${number.format(segment.flights)}</td>
    <td class="number">${percent(segment.cancelled, segment.flights)}</td>
    <td class="number">${Number.isNaN(delay) ? '–' : number.format(delay)}</td>
    <td class="number">${segment.anomalyScore.toFixed(1)}</td></tr>`;
  });
  return `<div class="scroll"><table>
  <thead><tr><th>Date</th><th>Whose flights</th><th>What was out of line</th><th class="number">Flights</th>
  <th class="number">Cancelled</th><th class="number">Mean delay (min)</th><th class="number">Score</th></tr></thead>
  <tbody>${rows.join('\n')}</tbody></table></div>${andMore(totals.segmentAnomalies - segments.length, 'segment_anomalies')}`;
}

/** How many rows of a table are not shown. */
function andMore(rows: number, table: string): string {
  return rows > 0 ? `<p class="faint">… and ${number.format(rows)} more, in table <code>${table}</code>.</p>` : '';
}

/** Without the airport and date that stand beside it. */
function sentenceOnly(explanation: string): string {
  const sentence = explanation.slice(explanation.indexOf(': ') + 2);
  return sentence[0].toUpperCase() + sentence.slice(1);
}

function option({ airport, name }: ReportAirport): string {
  return `<option value="${escapeHtml(airport)}">${escapeHtml(name ? `${airport} · ${name}` : airport)}</option>`;
}

function head(
  title: string,
  { regularFont, boldFont }: Pick<ReportAssets, 'regularFont' | 'boldFont'>,
  more = '',
): string {
  const variables = ({ ground, text, faintText, grid }: Theme) =>
    `--ground: ${ground}; --text: ${text}; --faint: ${faintText}; --grid: ${grid};`;
  const fontFace = (weight: string, data: string) =>
    `@font-face { font-family: Inter; font-weight: ${weight}; src: url(data:font/woff2;base64,${data}); }`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; font-src data:; img-src data: blob:">
${more}<title>${title}</title>
<style>
${fontFace('400', regularFont)}
${fontFace('600 700', boldFont)}
:root { ${variables(themes.light)} --accent: ${palette.delay}; --mark: ${palette.anomaly}; }
@media (prefers-color-scheme: dark) { :root { ${variables(themes.dark)} --accent: #56b4e9; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1240px; padding: 1.5rem 1.25rem 3rem; font: 15px/1.5 ${fontFamily}; color: var(--text); background: var(--ground); }
h1 { font-size: 1.9rem; line-height: 1.2; margin: .2rem 0 1rem; }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .4rem; }
a { color: var(--accent); }
.breadcrumb { margin: 0; }
dl { display: flex; flex-wrap: wrap; gap: .8rem 2.5rem; margin: 0; }
dt { color: var(--faint); font-size: .85rem; }
dd { margin: 0; font-size: 1.35rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.explanation, .faint, footer { color: var(--faint); }
.explanation { max-width: 46rem; margin: .2rem 0 1rem; }
.note { border-left: 3px solid var(--mark); padding-left: .7rem; max-width: 46rem; }
.mark { color: var(--mark); }
.ring { color: ${palette.outlier}; font-weight: 700; }
.words { white-space: normal; min-width: 22rem; }
.causes { display: flex; flex-wrap: wrap; gap: 1.5rem 4rem; }
figure { margin: 0; flex: 1 1 22rem; }
figcaption { font-weight: 600; margin-bottom: .3rem; }
figure th { padding-right: 1rem; width: 1%; }
figure .bar { width: 60%; }
figure .bar div { height: .9rem; background: var(--mark); border-radius: 2px; min-width: 1px; }
figure.empty p { margin: 0; padding: 2rem; text-align: center; color: var(--faint); border: 1px dashed var(--grid); border-radius: 6px; font-style: italic; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { vertical-align: top; text-align: left; padding: .35rem .9rem .35rem 0; border-bottom: 1px solid var(--grid); white-space: nowrap; }
th { color: var(--faint); font-weight: 400; font-size: .85rem; }
.number { text-align: right; }
td:first-child { min-width: 7.5rem; }
.chooser { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1rem; margin: .5rem 0 1rem; }
select { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--faint); border-radius: 6px; padding: .35rem .6rem; max-width: 100%; }
#chart { min-height: 500px; }
.years { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .6rem; }
.years a { display: block; padding: .5rem 1rem; border: 1px solid var(--grid); border-radius: 6px; font-weight: 600; text-decoration: none; }
</style>`;
}

const percent = (part: number, whole: number) =>
  whole === 0 ? '0' : `${number.format(part)} (${((100 * part) / whole).toFixed(1)} %)`;

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text: string) => text.replaceAll(/[&<>"']/g, (character) => entities[character]);

/** JSON that cannot end the script it stands in. */
const json = (value: unknown) => JSON.stringify(value).replaceAll('<', '\\u003c');
