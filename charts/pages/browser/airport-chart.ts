import { airportYearFigure } from '../../airport-year.ts';
import { themes } from '../../palette.ts';
import { plotlyTemplate } from '../../plotly-template.ts';
import type { AirportFacts } from '../airport-facts.ts';
import { airportYearOf } from '../airport-year-of.ts';
import { loadScript } from './store.ts';

declare const Plotly: { react(element: HTMLElement, data: object[], layout: object, options: object): Promise<void> };

const narrow = 700;

/** Draws the chart of an airport's year with plotly.js, by the definition that the PNGs are drawn by. */
export async function drawAirportChart(
  element: HTMLElement,
  facts: AirportFacts,
  known: { name: string | null; city: string | null },
): Promise<void> {
  await loadScript(document.body.dataset.plotly!);
  const width = element.clientWidth;
  const size = { width, height: 460, text: width < narrow ? 10 : 12 };
  const { data, layout } = airportYearFigure(airportYearOf(facts, known), size);
  const template = plotlyTemplate(themes[matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light']);
  // On a narrow screen the page's own heading and caption say what there is no room for.
  const fitted = width < narrow ? { title: undefined, showlegend: false } : {};
  const whole = { ...layout, ...fitted, template, width, height: size.height };
  await Plotly.react(element, data, whole, { displayModeBar: false });
}
