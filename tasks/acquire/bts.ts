import { shown } from '../io/origin.ts';
import { formMonth } from './bts-form.ts';
import { btsName } from './bts-name.ts';
import { expectedOn, monthName, monthsOf } from './months.ts';
import { politeAtOnce, type Source, type SourceRequest, type WantedFile } from './source.ts';

/** Where the Bureau of Transportation Statistics publishes its monthly files. */
export const btsFolder = 'https://transtats.bts.gov/PREZIP/';

/** The monthly files of a folder that calls them as BTS does. */
export function btsFiles(folder: URL, year: number): WantedFile[] {
  return monthsOf(year).map((month) => ({
    url: new URL(btsName(year, month), folder),
    months: [month],
  }));
}

/** Whether BTS has no ready-made files of the year. */
const isBehindForm = (year: number) => year >= 1990 && year <= 1999;

/** Where BTS publishes. */
export interface BtsAddresses {
  /** The folder of ready-made files. */
  folder: URL;
  /** The download form, for the years that lack them. */
  form: URL;
}

/** The Bureau of Transportation Statistics, which publishes all there is month by month. */
export function btsSource({ folder, form }: BtsAddresses, { year, openOrigin, openForm }: SourceRequest): Source {
  if (isBehindForm(year)) {
    return {
      name: 'bts',
      origin: openForm(),
      files: monthsOf(year).map((month) => ({ url: formMonth(form, year, month), months: [month] })),
      place: shown(form),
      atOnce: 1,
      whenMissing: () => 'try again in a week',
      whenAbsent: 'use --from with the address of a mirror',
    };
  }
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
