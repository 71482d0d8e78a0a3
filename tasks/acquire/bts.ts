import { expectedOn, monthName, monthsOf } from './months.ts';
import type { Source, SourceRequest, WantedFile } from './source.ts';

/** Where the Bureau of Transportation Statistics publishes its monthly files. */
export const btsFolder = 'https://transtats.bts.gov/PREZIP/';

/** The monthly files of a folder that calls them as BTS does. */
export function btsFiles(folder: URL, year: number): WantedFile[] {
  return monthsOf(year).map((month) => ({
    url: new URL(`On_Time_Reporting_Carrier_On_Time_Performance_1987_present_${year}_${month}.zip`, folder),
    months: [month],
  }));
}

/** The Bureau of Transportation Statistics, which publishes all there is month by month. */
export function btsSource(folder: URL, { year, openOrigin }: SourceRequest): Source {
  return {
    name: 'bts',
    origin: openOrigin(folder),
    files: btsFiles(folder, year),
    whenMissing: (missing, today) => (year >= 1990 && year <= 1999 ? gap(year) : late(year, missing, today)),
  };
}

const gap = (year: number) =>
  'BTS offers no ready-made files of 1990 to 1999. Two ways out: `--from` the address of a mirror that has them; or the ' +
  `download form of TranStats by hand, month by month, and the files into the folder of ${year} (docs/acquire.md tells how)`;

function late(year: number, missing: number[], today: Date): string {
  const expected = expectedOn(year, missing.at(-1)!);
  return expected > today.toISOString().slice(0, 10)
    ? `BTS publishes a month about two months after its end: try again after ${expected}`
    : `BTS should have published ${monthName(year, missing.at(-1)!)} by ${expected}: try again in a week`;
}
