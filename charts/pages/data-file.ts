import type { AirportFacts } from './airport-facts.ts';
import type { YearFacts, YearTotals } from './year-facts.ts';

/** An airport as the search box and the comparison offer it. */
export interface AirportEntry {
  airport: string;
  name: string | null;
  city: string | null;
  /** Years with a page, ascending. */
  years: number[];
}

/** What `reports/data/site.js` holds: all that there is to choose from. */
export interface SiteFacts {
  /** The years in ascending order. */
  years: { year: number; months: number; totals: YearTotals }[];
  /** The airports, sorted by code. */
  airports: AirportEntry[];
}

/** Data files are scripts instead of JSON, since a page that is opened as a file can load only scripts from beside it. */
const begin = 'delaywatch.add(';
const end = ');\n';

/** Keys of the data files below `reports/`. */
export const siteDataFile = 'data/site.js';
export const yearDataFile = (year: number) => `data/${year}/year.js`;
export const airportDataFile = (year: number, airport: string) => `data/${year}/${airport}.js`;

/** Data as a script that a page loads. */
export function encodeDataFile(data: YearFacts | AirportFacts | SiteFacts): string {
  return `${begin}${JSON.stringify(data)}${end}`;
}

/** @returns null for a file that {@link encodeDataFile} did not write */
export function decodeDataFile(script: string): unknown {
  if (!script.startsWith(begin) || !script.endsWith(end)) return null;
  return JSON.parse(script.slice(begin.length, -end.length));
}
