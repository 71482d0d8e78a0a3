import type { Deployment } from './deployment.ts';

/** Something that has to hold after a year has run. */
export interface Verdict {
  what: string;
  good: boolean;
  /** What was found. */
  found: string;
}

/** A year of the whole country has over 200 airports; the sample of New York, which must not pass for one, has three. */
const fewestAirports = 100;
/** Most airports have a row on most days, so this many rows on average. */
const fewestRowsOfAirport = 100;

/** Look at all that a year leaves behind. */
export async function check(deployment: Deployment, year: number, rows: number): Promise<Verdict[]> {
  const charts = (await deployment.keys(`plots/${year}/`)).filter((key) => key.endsWith('.png')).length;
  const reports = await deployment.keys(`reports/${year}.html`);
  const summaries = await deployment.keys(`summaries/${year}.arrow`);
  const health = await deployment.dashboardHealth().catch((error: Error) => error.message);
  return [
    { what: 'rows in the database', good: rows >= fewestAirports * fewestRowsOfAirport, found: `${rows}` },
    { what: 'charts', good: charts >= fewestAirports, found: `${charts}` },
    { what: 'summary', good: summaries.length === 1, found: summaries[0] ?? 'none' },
    { what: 'report', good: reports.length === 1, found: reports[0] ?? 'none' },
    { what: 'dashboard', good: health.trim() === 'OK', found: health.trim() },
  ];
}
