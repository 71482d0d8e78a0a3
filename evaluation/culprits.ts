import { hourBlockOf } from '../tasks/read/hour-block.ts';
import type { CountedYear, Dimension } from '../tasks/summary/counted-year.ts';
import { dimensions } from '../tasks/summary/counted-year.ts';
import type { AirportYearOfFlights, Flight } from './airport-year-of-flights.ts';
import { cancel, later } from './disturbances.ts';

/** A part of an airport's flights that a disturbance may hit. */
export interface Culprit {
  dimension: Dimension;
  /** Code of a carrier or a destination, or hours such as `15–18`. */
  value: string;
  /** Share of the airport's flights in the year. */
  share: number;
}

/** An airport-day with one culprit. */
export interface StruckDay {
  /** Index of the day in the airport's year. */
  day: number;
  culprit: Culprit;
  /** Minutes by which its flights leave later; null where they are cancelled. */
  minutes: number | null;
}

/** Trouble of a carrier, a destination or some hours makes its flights later by as many minutes. */
const leastMinutes = 60;
const mostMinutes = 180;

/**
 * The parts of an airport's flights that have at least a share of them.
 * @param counted of this airport alone
 */
export function culpritsOf({ tallies, days }: Pick<CountedYear, 'tallies' | 'days'>, leastShare: number): Culprit[] {
  const all = days.flights.reduce((sum, flights) => sum + flights, 0);
  return dimensions.flatMap((dimension) => {
    const { values, visit } = tallies[dimension];
    const sums = new Float64Array(values.length);
    for (let row = 0; row < days.flights.length; row++) {
      visit(row, (value, flights) => {
        sums[value] += flights;
      });
    }
    return values
      .map((name, index) => ({ dimension, value: name, share: sums[index] / all }))
      .filter(({ share }) => share >= leastShare);
  });
}

/**
 * Let trouble come to one culprit on each of some days, all drawn at random: its flights are an hour to three later, or
 * cancelled.
 * @param hours names of the blocks of hours
 */
export function strikeCulprits(
  year: AirportYearOfFlights,
  { culprits, hours, times }: { culprits: Culprit[]; hours: string[]; times: number },
  random: () => number,
): { airportYear: AirportYearOfFlights; struck: StruckDay[] } {
  const flights = [...year.flights];
  const struck: StruckDay[] = [];
  const isOf = {
    carrier: ({ carrier }: Flight, value: string) => carrier === value,
    destination: ({ destination }: Flight, value: string) => destination === value,
    hours: ({ hour }: Flight, value: string) => hours[hourBlockOf(hour)] === value,
  };
  const drawn = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)];
  while (struck.length < times) {
    const day = Math.floor(random() * flights.length);
    const dimension = drawn(dimensions.filter((each) => culprits.some((culprit) => culprit.dimension === each)));
    const culprit = drawn(culprits.filter((each) => each.dimension === dimension));
    const minutes = random() < 0.5 ? null : Math.round(leastMinutes + random() * (mostMinutes - leastMinutes));
    const isCulprits = (flight: Flight) => isOf[dimension](flight, culprit.value);
    if (struck.some((other) => other.day === day) || !flights[day].some(isCulprits)) continue;
    const becomes = (flight: Flight) => (minutes === null ? cancel(flight) : later(flight, minutes));
    flights[day] = flights[day].map((flight) => (isCulprits(flight) ? becomes(flight) : flight));
    struck.push({ day, culprit, minutes });
  }
  return { airportYear: { ...year, flights }, struck };
}
