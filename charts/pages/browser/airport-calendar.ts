import { yearLength } from '../../dates.ts';
import type { AirportFacts } from '../airport-facts.ts';
import type { Calendar } from './calendar.ts';

/** Anomaly scores at which the colours of an airport's calendar begin; the middle one is the threshold's default. */
const scoreSteps = [1, 2, 3.1, 5, 8] as const;

/** An airport's year as a calendar of its anomaly scores. */
export function airportCalendar({ year, days }: AirportFacts, isSmall: boolean): Calendar {
  const values: (number | null)[] = Array(yearLength(year)).fill(null);
  days.dayOfYear.forEach((day, index) => {
    values[day] = days.anomalyScore[index] ?? 0;
  });
  return {
    year,
    values,
    steps: scoreSteps,
    isSmall,
    words: (day) => (values[day] === null ? 'no flights' : `score ${values[day].toFixed(1)}`),
  };
}
