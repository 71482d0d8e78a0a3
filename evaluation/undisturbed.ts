import { scoreDays } from '../tasks/detect/score-days.ts';
import { isOutlier, zScoresOfDays } from '../tasks/detect/z-score.ts';
import type { AirportYearOfFlights } from './airport-year-of-flights.ts';
import { countFlights } from './count-flights.ts';

const week = 7;

/**
 * The year without its own bad days, so that only the injected ones are there to be found: as long as either detector
 * flags a day, that day gets the flights of the nearest day of the same weekday that neither flags.
 * @param threshold of the profile
 */
export function undisturbed(year: AirportYearOfFlights, threshold: number): AirportYearOfFlights {
  for (let current = year; ; ) {
    const counted = countFlights([current]);
    const { isAnomaly } = scoreDays(counted, threshold);
    const flagged = Array.from(zScoresOfDays(counted.days), (z, day) => isOutlier(z) || isAnomaly[day] === 1);
    if (!flagged.includes(true)) return current;
    const flights = current.flights.map((ofDay, day) =>
      flagged[day] ? current.flights[nearest(current.dayOfYear, flagged, day)] : ofDay,
    );
    current = { ...current, flights };
  }
}

function nearest(dayOfYear: Uint16Array, flagged: boolean[], day: number): number {
  const distance = (other: number) => Math.abs(dayOfYear[other] - dayOfYear[day]);
  return [...flagged.keys()]
    .filter((other) => !flagged[other] && distance(other) % week === 0)
    .reduce((best, other) => (distance(other) < distance(best) ? other : best));
}
