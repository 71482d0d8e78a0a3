import { lastDayOf } from '../../charts/dates.ts';
import type { QualityFact } from '../../charts/pages/year-facts.ts';
import { wholeNumber } from '../../charts/whole-number.ts';
import type { AirportDays } from '../summary/airport-days.ts';
import type { Provenance } from '../summary/summary-file.ts';

/** The same months of the year before, as they were published. */
export interface YearBefore {
  flights: number;
  /** Null where its files do not say. */
  cancelled: number | null;
  airports: string[];
}

/** A publisher's file has no bad row. More of them than this share are a fault of the file, not of single rows. */
const mostRejected = 0.001;
/** Published columns are full. A larger share of blanks suggests that one of the files lacks the column. */
const mostBlank = 0.01;
/** Minutes by cause begin in June of this year. */
const firstYearOfCauses = 2003;
/** The country's flights change by less from year to year, but for 2003 and 2018 (other carriers report) and 2020 to 2022. */
const mostChange = 0.15;
/** A year's share of cancelled flights is between 1 and 4 %; 2020 had 6 %. */
const mostCancelledChange = 0.03;
/** Small airports come and go; when more than this share does, other carriers report, or files are missing. */
const mostAirports = 0.1;
/** Where flights leave on at least this share of the days, a day without any is a hole, as in `missingDays`. */
const usualDays = 0.9;

/**
 * Facts about a year that can be checked and charted: the quality of its files, and its differences from the year before. A
 * fact beyond its limit has a warning. The year is published all the same, since there were such years.
 * @param before null where the year before is not in the database, or not all of these months
 */
export function qualityFacts(days: AirportDays, provenance: Provenance, before: YearBefore | null): QualityFact[] {
  const { flightsRead, rejectedRows, blanks } = provenance;
  const rows = flightsRead + rejectedRows;
  return [
    fact('rows read', 'rows', rows),
    fact('rows rejected', 'rows', rejectedRows, {
      warning:
        rejectedRows > mostRejected * rows && `${wholeNumber(rejectedRows)} of ${wholeNumber(rows)} rows were rejected`,
    }),
    ...Object.entries(blanks).map(([column, share]) =>
      fact(`blank: ${column}`, 'share', share, {
        // The pages already report a missing column, and the first year of causes has them for half of its months.
        warning:
          share > mostBlank &&
          share < 1 &&
          !(days.year <= firstYearOfCauses && column.startsWith('minutes')) &&
          `${percent(share)} of the values are blank: ${column}`,
      }),
    ),
    ...comparedWith(before, days),
    daysWithoutFlights(days, provenance.months),
  ];
}

function comparedWith(before: YearBefore | null, { year, airports, flights, cancelled }: AirportDays): QualityFact[] {
  const flightsNow = sum(flights);
  const change = before ? flightsNow / before.flights - 1 : 0;
  const share = sum(cancelled) / flightsNow;
  const shareBefore = before && before.cancelled !== null ? before.cancelled / before.flights : null;
  const shareChange = shareBefore === null ? 0 : share - shareBefore;
  const appeared = before ? airports.filter((airport) => !before.airports.includes(airport)) : undefined;
  const vanished = before?.airports.filter((airport) => !airports.includes(airport));
  const moved = (which: 'appeared' | 'vanished', names: string[] | undefined) =>
    fact(`airports that ${which}`, 'airports', names?.length, {
      names: names ?? [],
      warning:
        names !== undefined &&
        names.length > mostAirports * before!.airports.length &&
        `${wholeNumber(names.length)} ${names.length === 1 ? 'airport' : 'airports'} ${which} against ${wholeNumber(before!.airports.length)} in ${year - 1}`,
    });
  return [
    fact('flights', 'flights', flightsNow, {
      before: before?.flights,
      warning:
        Math.abs(change) > mostChange &&
        `${percent(Math.abs(change))} ${change < 0 ? 'fewer' : 'more'} flights than in ${year - 1}`,
    }),
    fact('cancelled', 'share', share, {
      before: shareBefore,
      warning:
        Math.abs(shareChange) > mostCancelledChange &&
        `${percent(share)} of the flights were cancelled; in ${year - 1} it was ${percent(shareBefore!)}`,
    }),
    moved('appeared', appeared),
    moved('vanished', vanished),
  ];
}

function daysWithoutFlights({ year, dayOfYear }: AirportDays, months: number): QualityFact {
  const first = dayOfYear.reduce((first, day) => Math.min(first, day), Infinity);
  // The publication of flights begins with October 1987.
  const expected = lastDayOf(year, months) + 1 - (year === 1987 ? first : 0);
  const empty = expected - new Set(dayOfYear).size;
  return fact('days without flights', 'days', empty, {
    warning: empty > 0 && empty <= (1 - usualDays) * expected && `no flights on ${empty} of ${expected} days`,
  });
}

function fact(
  name: string,
  unit: QualityFact['unit'],
  value: number | undefined,
  more: { before?: number | null | undefined; names?: string[]; warning?: string | false } = {},
): QualityFact {
  return {
    fact: name,
    unit,
    value: value === undefined || Number.isNaN(value) ? null : value,
    before: more.before ?? null,
    names: more.names ?? [],
    warning: more.warning || null,
  };
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** NaN where one of them is not known. */
function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
