import * as Plot from '@observablehq/plot';

const [width, height] = [160, 28];

/** An airport's year in a table's cell: the highest score of each week; anomalous weeks stand out. */
export function sparkline(weeks: readonly (number | null)[], threshold: number): Element {
  return Plot.plot({
    width,
    height,
    margin: 1,
    axis: null,
    x: { type: 'band', domain: [...weeks.keys()], padding: 0.1 },
    y: { domain: [0, 10], clamp: true },
    marks: [
      Plot.barY(weeks, {
        x: (_: unknown, index: number) => index,
        y1: 0,
        y2: (score: number | null) => (score === null ? NaN : Math.max(0.3, score)),
        fill: (score: number | null) => ((score ?? 0) >= threshold ? 'var(--mark)' : 'var(--flights)'),
      }),
    ],
  });
}
