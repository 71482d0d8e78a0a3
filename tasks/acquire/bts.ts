import { shown } from '../io/origin.ts';
import { expectedOn, monthName, monthsOf } from './months.ts';
import { politeAtOnce, type Source, type SourceRequest, type WantedFile } from './source.ts';

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
    place: shown(folder),
    atOnce: politeAtOnce,
    whenMissing: (missing, today) => tryAgain(year, missing.at(-1)!, today),
    whenAbsent: 'check the year, and BTS_URL where it is set',
  };
}

function tryAgain(year: number, month: number, today: Date): string {
  const expected = expectedOn(year, month);
  return expected > today.toISOString().slice(0, 10)
    ? `BTS publishes a month about two months after its end: try again after ${expected}`
    : `BTS should have published ${monthName(year, month)} by ${expected}: try again in a week`;
}
