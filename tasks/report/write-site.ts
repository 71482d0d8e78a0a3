import pMap from 'p-map';
import { airportPageHtml } from '../../charts/pages/airport-page.ts';
import { comparePageHtml } from '../../charts/pages/compare-page.ts';
import {
  type AirportEntry,
  airportDataFile,
  decodeDataFile,
  encodeDataFile,
  type SiteFacts,
  siteDataFile,
  yearDataFile,
} from '../../charts/pages/data-file.ts';
import { indexPageHtml } from '../../charts/pages/index-page.ts';
import type { PageAssets } from '../../charts/pages/page.ts';
import { factsFormat, type QualityFact, type YearFacts } from '../../charts/pages/year-facts.ts';
import { type YearLinks, yearPageHtml } from '../../charts/pages/year-page.ts';
import type { Airport } from '../airports/airports.ts';
import { eventNames } from '../detect/event-names.ts';
import type { YearEvent } from '../detect/year-events.ts';
import type { Storage } from '../io/storage.ts';
import { chartKey, exportFormats, exportKey, exportTables } from '../outputs.ts';
import { absentColumns } from '../summary/absent-columns.ts';
import { airportRows } from '../summary/airport-days.ts';
import type { StoredSummary } from '../summary/summary-file.ts';
import { airportFacts } from './airport-facts.ts';
import { pageAssets } from './page-assets.ts';
import { yearFacts } from './year-facts.ts';

/** What the pages need that is not in the summary. */
export interface SiteContext {
  airports: ReadonlyMap<string, Airport>;
  /** The events of the year, worst first. */
  events: readonly YearEvent[];
  /** Facts about the quality of the year's files, and of the year compared with the year before. */
  quality: QualityFact[];
}

const folder = 'reports/';
const assetsFolder = `${folder}assets/`;
const writesAtOnce = 32;
const html = 'text/html; charset=utf-8';
const javascript = 'text/javascript; charset=utf-8';

/**
 * Makes all that the pages show of a year, before anything is written.
 * @returns writes the year into the site: its data, its page, the pages of its airports, and those over all years. Two
 *   writers at once would lose a year, so the caller holds a lock.
 */
export async function prepareSite(
  summary: StoredSummary,
  context: SiteContext,
): Promise<(output: Storage) => Promise<void>> {
  const { days } = summary;
  const facts = yearFacts(summary, context);
  const names = eventNames(context.events);
  const notInFile = absentColumns(days).map(({ what }) => what);
  const data = new Map(
    airportRows(days).map((rows) => [
      airportDataFile(days.year, rows.airport),
      encodeDataFile(airportFacts(summary, rows, { eventNames: names, notInFile })),
    ]),
  );
  const { assets, files } = await pageAssets();
  return async (output) => {
    const before = await contents(output);
    const isNew = files.some(({ file }) => !before.assets.has(file));
    await pMap(
      files.filter(({ file }) => !before.assets.has(file)),
      ({ file, content, contentType }) => output.write(folder + file, content, contentType),
    );
    await pMap(data, ([file, script]) => output.write(folder + file, script, javascript), {
      concurrency: writesAtOnce,
      stopOnError: true,
    });
    // A year counts as published when its own file is there, so it is written behind those of the airports.
    await output.write(folder + yearDataFile(days.year), encodeDataFile(facts), javascript);
    const gone = before.data.filter(
      ({ year, airport }) => year === days.year && airport && !data.has(airportDataFile(year, airport)),
    );
    await output.remove(gone.map(({ year, airport }) => folder + airportDataFile(year, airport!)));
    const touched = new Set([...days.airports, ...gone.map(({ airport }) => airport!)]);

    const years = await readYears(output, [...new Set([...before.data.map(({ year }) => year), days.year])]);
    const unreadable = before.pages.filter((year) => !years.some((facts) => facts.year === year));
    const entries = airportEntries(
      [
        // A publication that was killed has left airports of a year that is not there.
        ...before.data.filter(({ year }) => year !== days.year && years.some((facts) => facts.year === year)),
        ...days.airports.map((airport) => ({ year: days.year, airport })),
      ],
      context.airports,
    );
    const site: SiteFacts = {
      years: years.map(({ year, months, totals }) => ({ year, months, totals })),
      airports: entries,
    };
    await output.write(folder + siteDataFile, encodeDataFile(site), javascript);
    await writePages(output, {
      years,
      entries,
      assets,
      unreadable,
      // New assets have new names, so all pages are written again. Otherwise only the year and its airports have
      // changed.
      isChanged: isNew
        ? () => true
        : ({ year, airport }) =>
            year === undefined ? touched.has(airport!) : year === days.year || year === days.year + 1,
      gone: gone
        .map(({ airport }) => airport!)
        .filter((airport) => !entries.some((entry) => entry.airport === airport)),
    });
    // Pages that another version wrote still name its assets.
    if (unreadable.length > 0) return;
    const stale = [...before.assets].filter((file) => !files.some((asset) => asset.file === file));
    await output.remove(stale.map((file) => folder + file));
  };
}

/** What the site holds. It is read from the names of its files, so that there is no list that could be lost. */
async function contents(output: Storage) {
  const keys = (await output.list(folder)).map(({ key }) => key);
  return {
    assets: new Set(keys.filter((key) => key.startsWith(assetsFolder)).map((key) => key.slice(folder.length))),
    /** The years that have a page, whichever version wrote it. */
    pages: keys.flatMap((key) => /^reports\/(\d{4})\.html$/.exec(key)?.[1] ?? []).map(Number),
    data: keys.flatMap((key) => {
      const [, year, name] = /^reports\/data\/(\d{4})\/(.+)\.js$/.exec(key) ?? [];
      if (year === undefined) return [];
      return [{ year: Number(year), airport: name === 'year' ? undefined : name }];
    }),
  };
}

/** The facts of the years in ascending order. Facts that another version wrote are left out. */
async function readYears(output: Storage, years: number[]): Promise<YearFacts[]> {
  const read = await pMap(
    years.sort((a, b) => a - b),
    async (year) => {
      const script = await output.read(folder + yearDataFile(year));
      return script ? (decodeDataFile(Buffer.from(script).toString()) as YearFacts | null) : null;
    },
    { concurrency: writesAtOnce },
  );
  return read.filter((facts) => facts?.format === factsFormat) as YearFacts[];
}

function airportEntries(
  data: { year: number; airport: string | undefined }[],
  airports: ReadonlyMap<string, Airport>,
): AirportEntry[] {
  const years = Map.groupBy(
    data.filter(({ airport }) => airport !== undefined),
    ({ airport }) => airport!,
  );
  return [...years]
    .map(([airport, found]) => ({
      airport,
      name: airports.get(airport)?.name ?? null,
      city: airports.get(airport)?.city ?? null,
      years: found.map(({ year }) => year).sort((a, b) => a - b),
    }))
    .sort((a, b) => (a.airport < b.airport ? -1 : 1));
}

async function writePages(
  output: Storage,
  {
    years,
    entries,
    assets,
    unreadable,
    isChanged,
    gone,
  }: {
    years: YearFacts[];
    entries: AirportEntry[];
    assets: PageAssets;
    unreadable: number[];
    isChanged: (page: { year?: number; airport?: string }) => boolean;
    gone: string[];
  },
): Promise<void> {
  const monthsOf = new Map(years.map(({ year, months }) => [year, months]));
  await pMap(
    entries.filter(({ airport }) => isChanged({ airport })),
    async (entry) =>
      output.write(`${folder}airports/${entry.airport}.html`, await airportPageHtml(entry, { monthsOf, assets }), html),
    { concurrency: writesAtOnce },
  );
  await output.remove(gone.map((airport) => `${folder}airports/${airport}.html`));
  await pMap(
    years.filter(({ year }) => isChanged({ year })),
    async (facts) => {
      const before = years.find(({ year }) => year === facts.year - 1) ?? null;
      const page = await yearPageHtml(facts, { before, links: linksOf(facts.year), assets });
      await output.write(`${folder}${facts.year}.html`, page, html);
    },
    { concurrency: 4 },
  );
  await output.write(`${folder}compare.html`, await comparePageHtml(assets), html);
  await output.write(`${folder}index.html`, await indexPageHtml({ years, unreadable, entries }, assets), html);
}

/** Addresses relative to a page in `reports/`, so that they stay right when the folder moves. */
function linksOf(year: number): YearLinks {
  return {
    chart: (airport) => `../${chartKey(year, airport)}`,
    exports: exportTables.map((table) => ({
      name: table.replace('-', ' '),
      formats: exportFormats.map((format) => ({ format, address: `../${exportKey(year, table, format)}` })),
    })),
  };
}
