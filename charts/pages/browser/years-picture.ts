import * as Plot from '@observablehq/plot';
import { yearInWords } from '../../year-so-far.ts';
import type { SiteFacts } from '../data-file.ts';

const marginLeft = 48;
const marginRight = 8;
const widestBar = 60;

/** All years side by side: traffic, cancellation rate, share of anomalous airport-days, one below the other. */
export function yearsPicture({ years }: SiteFacts, width: number, height: number): Element {
  const parts = ['flights (millions)', 'cancelled (%)', 'anomalous (%)'];
  const rows = years.flatMap(({ year, months, totals }) => [
    { year, months, part: parts[0], value: totals.flights / 1e6 },
    {
      year,
      months,
      part: parts[1],
      value: totals.cancelled === null ? NaN : (100 * totals.cancelled) / totals.flights,
    },
    { year, months, part: parts[2], value: (100 * totals.anomalies) / totals.airportDays },
  ]);
  const first = years[0]?.year ?? 0;
  const all = Array.from({ length: (years.at(-1)?.year ?? -1) - first + 1 }, (_, index) => first + index);
  // With few years, the padding keeps a bar from getting wider than `widestBar`.
  const range = width - marginLeft - marginRight;
  const padding = Math.max(0.1, (range - widestBar * all.length) / (range + widestBar));
  const charts = parts.map((part, index) =>
    Plot.plot({
      width,
      height: height / parts.length + (index === parts.length - 1 ? 20 : 0),
      marginLeft,
      marginRight,
      marginTop: 20,
      marginBottom: index === parts.length - 1 ? 24 : 4,
      x: {
        type: 'band',
        domain: all,
        padding,
        axis: index === parts.length - 1 ? 'bottom' : null,
        label: null,
        tickFormat: String,
        ...(width / all.length < 34 ? { ticks: all.filter((year) => year % 5 === 0) } : {}),
      },
      y: { label: part, grid: true, ticks: 3, nice: true },
      marks: [
        Plot.barY(
          rows.filter((row) => row.part === part),
          {
            x: 'year',
            y: 'value',
            fill: index === 2 ? 'var(--mark)' : 'var(--flights)',
            href: (row: { year: number }) => `${row.year}.html`,
            title: (row: { year: number; months: number; value: number }) =>
              `${yearInWords(row.year, row.months)}: ${part.split(' ')[0]} ${row.value.toFixed(2)}`,
          },
        ),
      ],
    }),
  );
  const picture = document.createElement('div');
  picture.append(...charts);
  return picture;
}
