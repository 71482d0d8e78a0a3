import { airportYearFigure } from '../../charts/airport-year.ts';
import { themes } from '../../charts/palette.ts';
import { plotlyTemplate } from '../../charts/plotly-template.ts';
import { readAirports } from '../airports/airports.ts';
import { markChart } from '../chart-mark.ts';
import type { Command } from '../command.ts';
import { airportYear } from '../detect/airport-year.ts';
import { eventNames } from '../detect/event-names.ts';
import { yearEvents } from '../detect/year-events.ts';
import { browserVariables } from '../io/chromium-environment.ts';
import { type NamedFigure, printFigures } from '../io/figure-printer.ts';
import { findChromium } from '../io/find-chromium.ts';
import { openOutput } from '../io/output.ts';
import { readKnownEvents } from '../known-events/known-events.ts';
import { chartKey, chartsPrefix } from '../outputs.ts';
import { absentColumns } from '../summary/absent-columns.ts';
import { airportRows } from '../summary/airport-days.ts';
import { readSummary, refuseIfReplaced } from '../summary/read-summary.ts';

type Needs = 'OUTPUT_URI' | 'CHROMIUM_PATH' | 'AWS_ENDPOINT_URL_S3' | (typeof browserVariables)[number];

/** The letters can still be read at half the size: beside other charts, on a phone or in a message. */
const size = { width: 1200, height: 500, text: 18 };
const template = plotlyTemplate(themes.light);

/** Draws one chart per airport, or the shard's share of them; charts of airports that are not in the year go. */
export const render: Command<Needs> = {
  settings: ['OUTPUT_URI', 'CHROMIUM_PATH', 'AWS_ENDPOINT_URL_S3', ...browserVariables],
  async run({ settings, year, shard, log, signal }) {
    const output = await openOutput(settings);
    const summary = await readSummary(output, year);
    const { days, provenance, sha256 } = summary;
    const airports = await readAirports();
    const names = eventNames(yearEvents(days, await readKnownEvents()));
    const rows = airportRows(days).filter((_, index) => index % shard.count === shard.index - 1);
    const chromium = await findChromium({ path: settings.CHROMIUM_PATH, variables: settings, log });
    const progress = log.progress('drawing charts', rows.length);
    const absent = absentColumns(days);
    let drawn = 0;
    await printFigures({
      chromium,
      canvas: new URL('../../charts/canvas.html', import.meta.url),
      width: size.width,
      height: size.height,
      figures: (function* (): Iterable<NamedFigure> {
        for (const one of rows) {
          const known = airports.get(one.airport);
          const { data, layout } = airportYearFigure(
            airportYear(days, one, { months: provenance.months, known, absent, eventNames: names }),
            size,
          );
          yield { name: one.airport, figure: { data, layout: { ...layout, template } } };
        }
      })(),
      onPng: async (airport, png) => {
        const chart = markChart(png, { airport, year, summary: sha256 });
        await output.write(chartKey(year, airport), chart, 'image/png');
        progress.update(++drawn);
      },
      signal,
    });
    progress.end();

    await refuseIfReplaced(output, summary);
    const current = new Set(days.airports.map((airport) => chartKey(year, airport)));
    const stale = (await output.list(chartsPrefix(year))).map(({ key }) => key).filter((key) => !current.has(key));
    await output.remove(stale);
    log.info('drew', { charts: drawn, removed: stale.length, shard: `${shard.index}/${shard.count}` });
  },
};
