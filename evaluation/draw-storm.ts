import { writeFileSync } from 'node:fs';
import { isoDate } from '../charts/dates.ts';
import { palette, themes } from '../charts/palette.ts';
import { plotlyTemplate } from '../charts/plotly-template.ts';
import { scoreDays } from '../tasks/detect/score-days.ts';
import { zScoresOfDays } from '../tasks/detect/z-score.ts';
import { printFigures } from '../tasks/io/figure-printer.ts';
import { findChromium } from '../tasks/io/find-chromium.ts';
import { LineLog } from '../tasks/io/log.ts';
import type { CountedYear } from '../tasks/summary/counted-year.ts';

const airport = 'JFK';
/** 28 January to 17 February: blizzard Nemo in the middle. */
const firstDay = 27;
const lastDay = 47;

/** What both detectors make of the days around a blizzard: the picture of docs/detection.md. */
export async function drawStorm(counted: CountedYear, threshold: number, file: URL): Promise<void> {
  const { year, days } = counted;
  const start = days.firstRow[days.airports.indexOf(airport)];
  const shown = Array.from({ length: lastDay - firstDay + 1 }, (_, index) => start + firstDay + index);
  const { anomalyScore } = scoreDays(counted, threshold);
  const z = zScoresOfDays(days);
  const x = shown.map((row) => isoDate(year, days.dayOfYear[row]));
  const column = (values: ArrayLike<number>) => shown.map((row) => values[row]);
  const level = (value: number, color: string) => ({
    type: 'line',
    xref: 'paper',
    x0: 0,
    x1: 1,
    yref: 'y2',
    y0: value,
    y1: value,
    line: { width: 1, dash: 'dash', color },
  });
  const figure = {
    data: [
      {
        name: 'flights flown',
        type: 'bar',
        x,
        y: shown.map((row) => days.flights[row] - days.cancelled[row]),
        marker: { color: palette.flights },
      },
      {
        name: 'flights cancelled',
        type: 'bar',
        x,
        y: column(days.cancelled),
        marker: { color: 'rgba(0,0,0,0)', line: { width: 1, color: palette.flightsOutline } },
      },
      {
        name: `anomaly score (dashed: ${threshold})`,
        type: 'scatter',
        mode: 'lines+markers',
        x,
        y: column(anomalyScore),
        yaxis: 'y2',
        line: { color: palette.anomaly, width: 2.5 },
        marker: { symbol: 'diamond', size: 8 },
      },
      {
        name: 'z of the mean delay (dashed: 3)',
        type: 'scatter',
        mode: 'lines+markers',
        x,
        y: column(z),
        yaxis: 'y2',
        line: { color: palette.outlier, width: 1.5 },
        marker: { symbol: 'circle-open', size: 9 },
      },
    ],
    layout: {
      template: plotlyTemplate(themes.light),
      title: {
        text: `<b>${airport}</b> · blizzard Nemo, 8 and 9 February ${year}`,
        subtitle: {
          text: 'The mean delay forgets the flights that did not leave; the shares of late and cancelled flights show them',
        },
        x: 0,
        xref: 'paper',
        y: 0.95,
        yanchor: 'top',
      },
      margin: { l: 64, r: 24, t: 84, b: 64 },
      barmode: 'stack',
      bargap: 0.15,
      legend: { orientation: 'h', x: 0, y: -0.12, yanchor: 'top' },
      shapes: [level(threshold, palette.anomaly), level(3, palette.outlier)],
      xaxis: { type: 'date', anchor: 'y', tickformat: '%e %b', dtick: 2 * 86_400_000 },
      yaxis: { domain: [0, 0.36], title: { text: 'flights per day' } },
      yaxis2: { domain: [0.44, 1], title: { text: 'score, z' } },
    },
  };
  const log = new LineLog(process.stderr);
  await printFigures({
    chromium: await findChromium({ path: process.env.CHROMIUM_PATH, variables: process.env, log }),
    canvas: new URL('../charts/canvas.html', import.meta.url),
    width: 1000,
    height: 480,
    figures: [{ name: airport, figure }],
    onPng: async (_, png) => writeFileSync(file, png),
    signal: new AbortController().signal,
  });
}
