import * as Plot from '@observablehq/plot';
import { isoDate, months } from '../../dates.ts';

/** A dot: a day of the year and its value. */
export interface DayDot {
  day: number;
  value: number;
  /** A line that says what the dot stands for; the dots with the highest values are labelled with it. */
  label: string;
  /** Filled dots stand out before rings. */
  isFilled: boolean;
  colour: string;
  href?: string;
}

const labelled = 5;
const narrow = 560;
/** Labels whose dots are nearer than this part of the width would run into each other. */
const apart = 0.13;

/** Draws a year from left to right, with a dot for each row of the table that follows. */
export function dayDots(
  {
    year,
    dots,
    yLabel,
    isLogarithmic = false,
  }: { year: number; dots: DayDot[]; yLabel: string; isLogarithmic?: boolean },
  width: number,
  height: number,
): Element {
  const at = ({ day }: DayDot) => new Date(isoDate(year, day));
  const labels: DayDot[] = [];
  for (const dot of dots.toSorted((a, b) => b.value - a.value)) {
    if (labels.length === (width < narrow ? 2 : labelled)) break;
    if (labels.every(({ day }) => (Math.abs(day - dot.day) / 365) * (width / 1000) > apart)) labels.push(dot);
  }
  return Plot.plot({
    width,
    height,
    marginLeft: 48,
    marginRight: 16,
    marginTop: 24,
    x: {
      type: 'utc',
      domain: [new Date(isoDate(year, 0)), new Date(isoDate(year + 1, 0))],
      label: null,
      ticks: width < narrow ? 4 : 12,
      tickFormat: (date: Date) => months[date.getUTCMonth()],
    },
    y: { label: yLabel, grid: true, nice: true, type: isLogarithmic ? 'log' : 'linear', ticks: 4 },
    marks: [
      Plot.dot(dots, {
        x: at,
        y: 'value',
        r: 4,
        fill: (dot: DayDot) => (dot.isFilled ? dot.colour : 'var(--ground)'),
        stroke: 'colour',
        strokeWidth: 1.4,
        ...(dots.some(({ href }) => href) ? { href: 'href' } : {}),
      }),
      ...(['start', 'middle', 'end'] as const).map((textAnchor) =>
        Plot.text(
          labels.filter(({ day }) => anchorOf(day) === textAnchor),
          {
            x: at,
            y: 'value',
            text: 'label',
            textAnchor,
            dy: -10,
            fill: 'var(--text)',
            stroke: 'var(--ground)',
            strokeWidth: 4,
          },
        ),
      ),
      Plot.tip(dots, Plot.pointer({ x: at, y: 'value', title: 'label', fill: 'var(--ground)' })),
    ],
  });
}

/** A label near the year's end or beginning keeps within the picture. */
function anchorOf(day: number): 'start' | 'middle' | 'end' {
  return day < 40 ? 'start' : day > 325 ? 'end' : 'middle';
}
