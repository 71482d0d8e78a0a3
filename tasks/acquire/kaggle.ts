import { InputError } from '../errors.ts';
import { monthsOf } from './months.ts';
import { politeAtOnce, type Source, type SourceRequest } from './source.ts';

const dataset = 'yuanyuwendymu/airline-delay-and-cancellation-data-2009-2018';
const years = { first: 2009, last: 2018 };

/** Kaggle's set of the years 2009 to 2018, a file a year. */
export function kaggleSource(
  { endpoint, authorization }: { endpoint: URL; authorization: string },
  { year, openOrigin }: SourceRequest,
): Source {
  const url = new URL(`/api/v1/datasets/download/${dataset}/${year}.csv`, endpoint);
  return {
    name: 'kaggle',
    origin: openOrigin(url, authorization),
    files: [{ url, months: monthsOf(year) }],
    place: `Kaggle's set ${dataset}`,
    atOnce: politeAtOnce,
    whenMissing: () => 'use --from bts',
    whenAbsent: 'use --from bts',
  };
}

/** @throws InputError when the set never held the year */
export function checkKaggleYear(year: number): void {
  if (year >= years.first && year <= years.last) return;
  throw new InputError(
    `the flights of ${year} are not there: Kaggle's set holds ${years.first} to ${years.last}; use --from bts`,
  );
}
