import { airportYearFigure } from '../../airport-year.ts';
import { themes } from '../../palette.ts';
import { plotlyTemplate } from '../../plotly-template.ts';
import type { AirportFacts } from '../airport-facts.ts';
import { airportYearOf } from '../airport-year-of.ts';
import { loadScript } from './store.ts';

declare const Plotly: { react(element: HTMLElement, data: object[], layout: object, options: object): Promise<void> };

const options = { responsive: true, displayModeBar: false };
const narrow = 700;

/** Draws the chart of an airport's year with plotly.js, by the definition that the PNGs are drawn by. */
export async function drawAirportChart(
  element: HTMLElement,
  facts: AirportFacts,
  known: { name: string | null; city: string | null },
): Promise<void> {
  await loadScript(document.body.dataset.plotly!);
  const { data, layout } = airportYearFigure(airportYearOf(facts, known));
  const template = plotlyTemplate(themes[matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light']);
  const isNarrow = element.clientWidth < narrow;
  // The page's heading has the name; on a narrow screen labels would run into each other.
  const fitted = isNarrow
    ? { annotations: [], shapes: [], margin: { l: 44, r: 8, t: 12, b: 40 }, showlegend: false }
    : { margin: { ...(layout.margin as object), t: 24 } };
  await Plotly.react(element, data, { ...layout, title: undefined, template, height: 460, ...fitted }, options);
}
