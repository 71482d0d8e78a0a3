import * as Plot from '@observablehq/plot';
import { months, weekdays } from '../../dates.ts';
import { weekday } from '../words.ts';

/** A year as a calendar, a value per day. */
export interface Calendar {
  year: number;
  /** A value for each zero-based day of the year; null for a day of which nothing is known. */
  values: (number | null)[];
  /** Where each colour but the first begins. */
  steps: readonly [number, number, number, number, number];
  /** The words that follow the date in a day's tooltip. */
  words: (day: number) => string;
  /** Small calendars have no names of months and days. */
  isSmall?: boolean;
  onChoose?: (day: number) => void;
}

const narrow = 560;

/**
 * Draws a calendar with its weeks side by side; on a narrow screen the two halves of the year stand one below the
 * other.
 */
export function calendar({ year, values, steps, words, isSmall = false, onChoose }: Calendar, width: number): Element {
  const first = (new Date(Date.UTC(year, 0, 1)).getUTCDay() + 6) % 7;
  const isHalved = !isSmall && width < narrow;
  const perHalf = isHalved ? 27 : 54;
  const cells = values.map((value, day) => {
    const week = Math.floor((day + first) / 7);
    return { day, value, half: Math.floor(week / perHalf), week: week % perHalf, weekday: (day + first) % 7 };
  });
  const starts = months.map((month, index) => {
    const day = Math.round((Date.UTC(year, index, 1) - Date.UTC(year, 0, 1)) / 86_400_000);
    const week = Math.floor((day + first) / 7);
    return { month, half: Math.floor(week / perHalf), week: week % perHalf };
  });
  const left = isSmall ? 0 : 32;
  const cell = (width - left) / perHalf;
  const halves = isHalved ? 2 : 1;
  const chart = Plot.plot({
    width,
    height: isSmall ? cell * 7 : (7 * cell + 20) * halves,
    margin: 0,
    marginLeft: left,
    marginTop: isSmall ? 0 : 18,
    ariaLabel: `Calendar of ${year}`,
    x: { type: 'band', domain: [...Array(perHalf).keys()], axis: null, padding: 0 },
    y: { type: 'band', domain: [...Array(7).keys()], axis: null, padding: 0 },
    fy: { axis: null, domain: [...Array(halves).keys()], padding: isHalved ? 0.15 : 0 },
    color: { type: 'threshold', domain: [...steps], range: steps.concat(0).map((_, step) => `var(--worse-${step})`) },
    marks: [
      Plot.cell(cells, {
        x: 'week',
        y: 'weekday',
        fy: 'half',
        fill: (each: { value: number | null }) => each.value ?? NaN,
        inset: isSmall ? 0.2 : 1,
        rx: isSmall ? 0 : 2,
      }),
      Plot.cell(
        cells.filter(({ value }) => value === null),
        { x: 'week', y: 'weekday', fy: 'half', fill: 'none', stroke: 'var(--grid)', inset: isSmall ? 0.4 : 1.5 },
      ),
      ...(isSmall
        ? []
        : [
            Plot.text(starts, {
              x: 'week',
              fy: 'half',
              text: 'month',
              frameAnchor: 'top',
              textAnchor: 'start',
              dx: -cell / 2,
              dy: -13,
              fill: 'var(--faint)',
            }),
            Plot.text([0, 2, 4], {
              y: (day) => day,
              text: (day) => weekdays[(day + 1) % 7],
              frameAnchor: 'left',
              textAnchor: 'end',
              dx: -6,
              fill: 'var(--faint)',
            }),
            Plot.tip(
              cells,
              Plot.pointer({
                x: 'week',
                y: 'weekday',
                fy: 'half',
                title: ({ day }: { day: number }) => `${weekday(year, day)}: ${words(day)}`,
                fill: 'var(--ground)',
              }),
            ),
          ]),
    ],
  });
  if (onChoose) {
    chart.style.cursor = 'pointer';
    chart.addEventListener('click', () => {
      const chosen = (chart as unknown as { value: { day: number } | null }).value;
      if (chosen) onChoose(chosen.day);
    });
  }
  return chart;
}
