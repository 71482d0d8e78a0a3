import { html } from 'hono/html';
import { dayOfIsoDate, isoDate, lastDayOf } from '../../dates.ts';
import type { AirportFacts } from '../airport-facts.ts';
import { sortableTable } from '../table.ts';
import { type TypicalMeasure, typicalDayTable } from '../typical-day.ts';
import { decimal, sentenceOnly, weekday } from '../words.ts';
import { airportCalendar } from './airport-calendar.ts';
import { drawAirportChart } from './airport-chart.ts';
import { calendar } from './calendar.ts';
import { legend } from './legend.ts';
import { drawPictures } from './pictures.ts';
import { makeSortable } from './sortable.ts';
import { airportFacts, siteFacts } from './store.ts';

const worstShown = 50;

/** Brings an airport's page to life: the chart of a year, its calendars, its worst days, its typical day. */
export function setUpAirportPage(main: HTMLElement): void {
  const airport = main.dataset.airport!;
  const years = main.dataset.years!.split(' ').map(Number);
  const known = siteFacts().airports.find((entry) => entry.airport === airport) ?? { name: null, city: null };
  const chart = setUpChart(airport, years, known);
  setUpLadder(airport, years, chart);
  const all = Promise.all(years.map((year) => airportFacts(year, airport))).then((facts) =>
    facts.filter((each) => each !== undefined),
  );
  void all.then(showWorstDays);
  void all.then(setUpTypicalDay);
}

/** @returns a function that chooses a year */
function setUpChart(
  airport: string,
  years: number[],
  known: { name: string | null; city: string | null },
): (year: number) => void {
  const figure = document.querySelector<HTMLElement>('#chart')!;
  const drawing = document.createElement('div');
  drawing.style.minHeight = '460px';
  const told = document.createElement('p');
  told.setAttribute('aria-live', 'polite');
  figure.append(drawing, told);
  const select = document.querySelector<HTMLSelectElement>('#year')!;
  const draw = async () => {
    const year = Number(select.value);
    const facts = await airportFacts(year, airport);
    // The reader may have chosen another year meanwhile.
    if (!facts || Number(select.value) !== year) return;
    document.querySelector<HTMLAnchorElement>('#year-link')!.href = `../${year}.html`;
    document.querySelector<HTMLAnchorElement>('#png')!.href = `../../plots/${year}/${airport}.png`;
    told.textContent = dayInWords(facts, location.hash.slice(1));
    await drawAirportChart(drawing, facts, known);
  };
  const chooseByAddress = () => {
    const year = Number(location.hash.slice(1, 5));
    if (years.includes(year)) select.value = String(year);
    void draw();
  };
  select.addEventListener('change', () => {
    history.replaceState(null, '', `#${select.value}`);
    void draw();
  });
  addEventListener('hashchange', chooseByAddress);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => void draw());
  let width = drawing.clientWidth;
  new ResizeObserver(() => {
    if (drawing.clientWidth === width) return;
    width = drawing.clientWidth;
    void draw();
  }).observe(drawing);
  chooseByAddress();
  return (year) => {
    select.value = String(year);
    history.replaceState(null, '', `#${year}`);
    figure.scrollIntoView({ block: 'center' });
    void draw();
  };
}

/** What happened on the day that the address names. */
function dayInWords({ year, months, days, anomalies }: AirportFacts, date: string): string {
  const day = dayOfIsoDate(date, year);
  if (day === null) return '';
  const index = days.dayOfYear.indexOf(day);
  if (day > lastDayOf(year, months)) return `${weekday(year, day)} ${year} is not there yet.`;
  if (index < 0) return `${weekday(year, day)} ${year}: no flight was scheduled.`;
  const anomaly = anomalies.find((each) => each.index === index);
  const score = `score ${decimal(days.anomalyScore[index])}`;
  return anomaly
    ? `${weekday(year, day)} ${year}: ${sentenceOnly(anomaly.explanation)}; ${score}.`
    : `${weekday(year, day)} ${year} was not anomalous: mean delay ${decimal(days.meanDepartureDelay[index])} min, ${score}.`;
}

function setUpLadder(airport: string, years: number[], choose: (year: number) => void): void {
  const ladder = document.querySelector<HTMLElement>('#ladder')!;
  for (const year of years.toReversed()) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = String(year);
    button.addEventListener('click', () => choose(year));
    const figure = document.createElement('div');
    Object.assign(figure.dataset, { picture: 'year', year: String(year), height: '60' });
    ladder.append(button, figure);
  }
  ladder.after(
    legend(
      ['below 1', '1 to 2', '2 to 3.1', '3.1 to 5', '5 to 8', 'more'].map((words, step) => ({
        colour: `var(--worse-${step})`,
        words: `score ${words}`,
      })),
    ),
  );
  drawPictures(
    {
      year: async (width, _height, figure) => {
        const facts = await airportFacts(Number(figure.dataset.year), airport);
        return facts ? [calendar(airportCalendar(facts, true), width)] : ['not published'];
      },
    },
    ladder,
  );
}

function showWorstDays(years: AirportFacts[]): void {
  const days = years.flatMap((facts) => facts.anomalies.map((anomaly) => ({ ...anomaly, facts })));
  const score = ({ facts, index }: (typeof days)[number]) => facts.days.anomalyScore[index] ?? 0;
  const place = document.querySelector<HTMLElement>('#worst')!;
  place.innerHTML = String(
    sortableTable<(typeof days)[number]>({
      caption: 'The worst days of all years',
      rows: days.sort((a, b) => score(b) - score(a)).slice(0, worstShown),
      empty: 'No day was anomalous.',
      columns: [
        {
          title: 'Date',
          value: ({ facts, index }) => isoDate(facts.year, facts.days.dayOfYear[index]),
          cell: ({ facts, index }) => {
            const day = facts.days.dayOfYear[index];
            return html`<a href="#${isoDate(facts.year, day)}">${weekday(facts.year, day)} ${facts.year}</a>`;
          },
        },
        {
          title: 'What happened, and whose flights',
          cell: ({ explanation, eventName }) =>
            html`${eventName === null ? '' : html`<b>${eventName}</b>. `}${sentenceOnly(explanation)}`,
        },
        { title: 'Score', isNumber: true, value: score, cell: (day) => decimal(score(day)) },
      ],
    }),
  );
  const table = place.querySelector('table');
  if (table) makeSortable(table);
}

function setUpTypicalDay(years: AirportFacts[]): void {
  const place = document.querySelector<HTMLElement>('#typical')!;
  const year = document.querySelector<HTMLSelectElement>('#typical-year')!;
  const measure = document.querySelector<HTMLSelectElement>('#typical-measure')!;
  const show = () => {
    const chosen = years.filter((facts) => year.value === '' || facts.year === Number(year.value));
    place.innerHTML = String(typicalDayTable(chosen, measure.value as TypicalMeasure));
  };
  year.addEventListener('change', show);
  measure.addEventListener('change', show);
  show();
}
