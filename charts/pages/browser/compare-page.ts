import * as Plot from '@observablehq/plot';
import { html } from 'hono/html';
import { isoDate } from '../../dates.ts';
import { apart as colours } from '../../palette.ts';
import { wholeNumber } from '../../whole-number.ts';
import { yearInWords } from '../../year-so-far.ts';
import type { AirportFacts } from '../airport-facts.ts';
import { type Comparison, decodeComparison, encodeComparison, mostCompared } from '../comparison.ts';
import type { Html } from '../page.ts';
import { onTimeByHour } from '../typical-day.ts';
import { counted, decimal, eventInShort, percent, weekday } from '../words.ts';
import type { YearFacts } from '../year-facts.ts';
import { airportCalendar } from './airport-calendar.ts';
import { calendar } from './calendar.ts';
import { legend } from './legend.ts';
import { drawPictures } from './pictures.ts';
import { findAirports } from './search.ts';
import { airportFacts, siteFacts, yearFacts } from './store.ts';
import { anomalousShare, calendarSteps } from './year-pictures.ts';

const daysShown = 5;

/** Brings the page to life that compares airports or years. The address holds what is compared. */
export function setUpComparePage(): void {
  const form = document.querySelector<HTMLFormElement>('#compare-form')!;
  const input = document.querySelector<HTMLInputElement>('#compare-input')!;
  const select = document.querySelector<HTMLSelectElement>('#compare-year')!;
  const message = document.querySelector<HTMLOutputElement>('#compare-message')!;
  const choose = (comparison: Comparison) => {
    history.replaceState(null, '', encodeComparison(comparison) || '#');
    void show();
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const comparison = decodeComparison(location.hash);
    const added = add(comparison, input.value);
    message.textContent = typeof added === 'string' ? added : '';
    if (typeof added === 'string') return;
    input.value = '';
    choose(added);
  });
  select.addEventListener('change', () => choose({ ...decodeComparison(location.hash), year: Number(select.value) }));
  addEventListener('hashchange', () => void show());
  const show = async () => {
    const asked = location.hash;
    const comparison = decodeComparison(asked);
    const unknown = unknownIn(comparison);
    message.textContent = unknown.length > 0 ? `Nothing is published for ${unknown.join(', ')}.` : '';
    showChosen(comparison, choose);
    const place = document.querySelector<HTMLElement>('#comparison')!;
    const draw = await (comparison.years.length > 0
      ? prepareYears(comparison.years)
      : prepareAirports(comparison, select));
    // The reader may have chosen something else meanwhile.
    if (location.hash === asked) draw(place);
  };
  void show();
}

/** @returns the comparison with what was typed, or a sentence that says why it cannot be added */
function add(comparison: Comparison, typed: string): Comparison | string {
  const { years, airports } = siteFacts();
  const areYears = comparison.years.length > 0;
  if (comparison.years.length + comparison.airports.length >= mostCompared)
    return `You can compare at most ${mostCompared}.`;
  const year = Number(typed.trim());
  if (years.some((each) => each.year === year)) {
    if (comparison.airports.length > 0) return 'Remove the airports to compare years.';
    return { ...comparison, years: [...new Set([...comparison.years, year])] };
  }
  const [found] = findAirports(airports, typed);
  if (!found) return `No airport and no year is called “${typed}”.`;
  if (areYears) return 'Remove the years to compare airports.';
  return { ...comparison, airports: [...new Set([...comparison.airports, found.airport])] };
}

/** What the address names and the site does not have. */
function unknownIn({ airports, years }: Comparison): (string | number)[] {
  const site = siteFacts();
  return [
    ...airports.filter((airport) => !site.airports.some((entry) => entry.airport === airport)),
    ...years.filter((year) => !site.years.some((each) => each.year === year)),
  ];
}

/** Draws a comparison whose data has been loaded. */
type Draw = (place: HTMLElement) => void;

function showChosen(comparison: Comparison, choose: (comparison: Comparison) => void): void {
  const buttons = [...comparison.airports, ...comparison.years.map(String)].map((name) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = `${name} ×`;
    button.ariaLabel = `Remove ${name}`;
    button.addEventListener('click', () =>
      choose({
        ...comparison,
        airports: comparison.airports.filter((airport) => airport !== name),
        years: comparison.years.filter((year) => String(year) !== name),
      }),
    );
    return button;
  });
  document.querySelector('#compared')!.replaceChildren(...buttons);
}

async function prepareAirports(comparison: Comparison, select: HTMLSelectElement): Promise<Draw> {
  const entries = comparison.airports.flatMap(
    (airport) => siteFacts().airports.find((entry) => entry.airport === airport) ?? [],
  );
  const common = [...new Set(entries.flatMap(({ years }) => years))].sort((a, b) => b - a);
  const shared = common.find((each) => entries.every(({ years }) => years.includes(each)));
  const year = comparison.year ?? shared ?? common[0] ?? 0;
  select.replaceChildren(...common.map((each) => new Option(String(each), String(each), false, each === year)));
  const facts = await Promise.all(
    entries.map(({ airport, years }) => (years.includes(year) ? airportFacts(year, airport) : undefined)),
  );
  if (entries.length === 0) {
    return (place) => {
      place.textContent = 'Nothing is chosen yet.';
    };
  }
  const found = facts.filter((each) => each !== undefined);
  const airports = entries.map(({ airport }) => airport);
  return (place) => {
    place.innerHTML =
      String(html`<figure class="picture" data-picture="hours" data-height="240"><figcaption>Share of flights that left less than 15 minutes late, by hour of the scheduled departure, ${year}</figcaption></figure>
<div class="side">${entries.map((entry, index) => airportColumn(entry, facts[index], year, colours[index]))}</div>`);
    drawPictures(
      {
        hours: (width, height) => [
          onTimeLines(found, airports, width, height),
          legend(airports.map((words, index) => ({ colour: colours[index], words }))),
        ],
        calendar: (width, _height, figure) => {
          const each = found.find(({ airport }) => airport === figure.dataset.of);
          return each ? [calendar(airportCalendar(each, true), width)] : [];
        },
      },
      place,
    );
  };
}

function airportColumn(
  { airport, name }: { airport: string; name: string | null },
  facts: AirportFacts | undefined,
  year: number,
  colour: string,
): Html {
  const heading = html`<h2 style="border-top: 3px solid ${colour}"><a href="airports/${airport}.html#${year}">${airport}</a></h2><p class="faint">${name ?? ''}</p>`;
  if (!facts) return html`<section>${heading}<p class="note">There is no data for ${year}.</p></section>`;
  const { days, anomalies } = facts;
  const flights = sum(days.flights);
  const worst = anomalies
    .toSorted((a, b) => (days.anomalyScore[b.index] ?? 0) - (days.anomalyScore[a.index] ?? 0))
    .slice(0, daysShown);
  const minutes = days.departures.reduce(
    (total, departures, index) => total + departures * (days.meanDepartureDelay[index] ?? 0),
    0,
  );
  const departures = sum(days.departures);
  return html`<section>${heading}
<dl class="numbers"><div><dt>flights</dt><dd>${wholeNumber(flights)}</dd></div>
<div><dt>cancelled</dt><dd>${days.cancelled === null ? '–' : percent(sum(days.cancelled), flights)}</dd></div>
<div><dt>mean delay</dt><dd>${departures > 0 ? `${(minutes / departures).toFixed(1)} min` : '–'}</dd></div>
<div><dt>anomalous days</dt><dd>${anomalies.length}</dd></div></dl>
<div class="picture" data-picture="calendar" data-height="40" data-of="${airport}"></div>
<h3>Worst days</h3>
<ol>${worst.map(
    ({ index, reason }) =>
      html`<li><a href="airports/${airport}.html#${isoDate(year, days.dayOfYear[index])}">${weekday(year, days.dayOfYear[index])}</a>: ${reason} (${decimal(days.anomalyScore[index])})</li>`,
  )}</ol></section>`;
}

function onTimeLines(facts: AirportFacts[], airports: string[], width: number, height: number): Element {
  const lines = facts.flatMap((each) => onTimeByHour([each]).map((point) => ({ ...point, airport: each.airport })));
  return Plot.plot({
    width,
    height,
    marginLeft: 44,
    x: { label: 'hour', domain: [0, 24], ticks: width < 560 ? 6 : 24 },
    y: {
      label: 'on time (%)',
      percent: true,
      grid: true,
      nice: true,
      domain: [100 * Math.min(0.5, ...lines.map(({ share }) => share)), 100],
    },
    color: { domain: airports, range: colours.slice(0, airports.length) },
    marks: [
      Plot.line(lines, { x: 'hour', y: 'share', stroke: 'airport', strokeWidth: 2 }),
      Plot.dot(lines, { x: 'hour', y: 'share', fill: 'airport', r: 3, symbol: 'airport' }),
    ],
  });
}

async function prepareYears(years: number[]): Promise<Draw> {
  const published = years.filter((year) => siteFacts().years.some((each) => each.year === year));
  const facts = (await Promise.all(published.map(yearFacts))).filter((each) => each !== undefined);
  return (place) => {
    place.innerHTML = String(html`<div class="side">${facts.map(yearColumn)}</div>`);
    drawPictures(
      {
        calendar: (width, _height, figure) => {
          const each = facts.find(({ year }) => year === Number(figure.dataset.of))!;
          return [
            calendar(
              { year: each.year, values: anomalousShare(each), steps: calendarSteps, words: () => '', isSmall: true },
              width,
            ),
          ];
        },
      },
      place,
    );
  };
}

function yearColumn({ year, months, totals, events, causes }: YearFacts): Html {
  const [cause] = causes.minutes ?? [];
  return html`<section><h2><a href="${year}.html">${yearInWords(year, months)}</a></h2>
<dl class="numbers"><div><dt>flights</dt><dd>${wholeNumber(totals.flights)}</dd></div>
<div><dt>cancelled</dt><dd>${totals.cancelled === null ? '–' : percent(totals.cancelled, totals.flights)}</dd></div>
<div><dt>mean delay</dt><dd>${totals.meanDepartureDelay === null ? '–' : `${decimal(totals.meanDepartureDelay)} min`}</dd></div>
<div><dt>anomalous airport-days</dt><dd>${percent(totals.anomalies, totals.airportDays)}</dd></div></dl>
<div class="picture" data-picture="calendar" data-height="40" data-of="${year}"></div>
<h3>Worst of ${counted(totals.events, 'event')}</h3>
<ol>${events.slice(0, daysShown).map((event) => html`<li><a href="${year}.html#event-${event.eventId}">${eventInShort(year, event)}</a></li>`)}</ol>
<p class="faint">${cause ? `Most minutes of delay on anomalous days: ${cause.cause}.` : ''}</p></section>`;
}

function sum(values: readonly (number | null)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}
