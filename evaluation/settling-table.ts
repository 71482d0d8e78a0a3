import { monthsInWords } from '../charts/year-so-far.ts';
import { scoreDays } from '../tasks/detect/score-days.ts';
import { airportRows } from '../tasks/summary/airport-days.ts';
import { monthOf } from '../tasks/summary/calendar.ts';
import type { AirportYearOfFlights } from './airport-year-of-flights.ts';
import { countFlights } from './count-flights.ts';
import { markdownTable } from './markdown-table.ts';
import { rankCorrelation } from './rank-correlation.ts';

/** How the scores of the first months of a year compare with those that the whole year gives the same days. */
export interface Settling {
  months: number;
  airportDays: number;
  rankCorrelation: number;
  /** Number of these days that the complete year flags. */
  flags: number;
  /** Number of those flags that the months so far have already. */
  kept: number;
  /** Number of flags of the months so far that the complete year does not have. */
  going: number;
}

/** How flags settle from month to month: a line for each number of months that a year may have so far. */
export function settlingTable(airportYears: AirportYearOfFlights[], threshold: number): string {
  return markdownTable(
    [
      'the year so far',
      'airport-days',
      'rank correlation',
      'flags of the complete year',
      'flagged so far',
      'flags that disappear',
    ],
    settling(airportYears, threshold).map(({ months, airportDays, rankCorrelation, flags, kept, going }) => [
      monthsInWords(months),
      ...[airportDays, rankCorrelation.toFixed(3), flags, kept, going].map(String),
    ]),
  );
}

/** @param airportYears of one year, with days in each month */
export function settling(airportYears: AirportYearOfFlights[], threshold: number): Settling[] {
  const whole = judged(airportYears, threshold);
  return Array.from({ length: 12 }, (_, index) => {
    const months = index + 1;
    const part = [
      ...judged(
        airportYears.map((year) => firstMonths(year, months)),
        threshold,
      ),
    ];
    // A day of whose flights nothing is known has no score.
    const known = part.filter(([key, { score }]) => !Number.isNaN(score) && !Number.isNaN(whole.get(key)!.score));
    return {
      months,
      airportDays: part.length,
      rankCorrelation: rankCorrelation(
        known.map(([, { score }]) => score),
        known.map(([key]) => whole.get(key)!.score),
      ),
      flags: part.filter(([key]) => whole.get(key)!.isAnomaly).length,
      kept: part.filter(([key, { isAnomaly }]) => isAnomaly && whole.get(key)!.isAnomaly).length,
      going: part.filter(([key, { isAnomaly }]) => isAnomaly && !whole.get(key)!.isAnomaly).length,
    };
  });
}

function firstMonths({ dayOfYear, flights, ...rest }: AirportYearOfFlights, months: number): AirportYearOfFlights {
  const days = Array.from(dayOfYear).filter((day) => monthOf(rest.year, day) < months).length;
  return { ...rest, dayOfYear: dayOfYear.slice(0, days), flights: flights.slice(0, days) };
}

/** Scores and flags by airport and day. */
function judged(
  airportYears: AirportYearOfFlights[],
  threshold: number,
): Map<string, { score: number; isAnomaly: boolean }> {
  const counted = countFlights(airportYears);
  const { anomalyScore, isAnomaly } = scoreDays(counted, threshold);
  return new Map(
    airportRows(counted.days).flatMap(({ airport, start, end }) =>
      Array.from({ length: end - start }, (_, offset) => {
        const row = start + offset;
        const key = `${airport} ${counted.days.dayOfYear[row]}`;
        return [key, { score: anomalyScore[row], isAnomaly: isAnomaly[row] === 1 }] as const;
      }),
    ),
  );
}
