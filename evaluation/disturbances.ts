import type { AirportYearOfFlights, Flight } from './airport-year-of-flights.ts';

/** Something that happens to an airport on some days. */
export interface Disturbance {
  name: string;
  /** Number of days, or runs of days, on which it happens. */
  times: number;
  /** Number of consecutive days each time. */
  days: number;
  /** What becomes of a flight. */
  of(flight: Flight, random: () => number): Flight;
  /** A disturbance of other days, which are not counted. It shows whether such days hide the ones to be found. */
  beside?: Pick<Disturbance, 'times' | 'of'>;
}

/** A week, the longest delay that the reader takes. */
const longestDelay = 10_080;

/** A cancelled flight stays cancelled. */
export const later = (flight: Flight, minutes: number): Flight =>
  flight.cancelled ? flight : { ...flight, delay: Math.min(longestDelay, flight.delay + minutes) };
export const cancel = (flight: Flight): Flight => ({ ...flight, cancelled: true, delay: NaN });

const all = (minutes: number) => (flight: Flight) => later(flight, minutes);
const share = (part: number, minutes: number) => (flight: Flight, random: () => number) =>
  random() < part ? later(flight, minutes) : flight;
const cancelling = (part: number) => (flight: Flight, random: () => number) =>
  random() < part ? cancel(flight) : flight;

/** A few bad days a year of each kind and size. */
export const disturbances: Disturbance[] = [
  { name: 'all flights 15 min later', times: 8, days: 1, of: all(15) },
  { name: 'all flights 30 min later', times: 8, days: 1, of: all(30) },
  { name: 'all flights 60 min later', times: 8, days: 1, of: all(60) },
  { name: 'a tenth 120 min later', times: 8, days: 1, of: share(0.1, 120) },
  { name: 'a third 60 min later', times: 8, days: 1, of: share(0.33, 60) },
  { name: 'a third 180 min later', times: 8, days: 1, of: share(0.33, 180) },
  { name: 'a tenth cancelled', times: 8, days: 1, of: cancelling(0.1) },
  { name: 'a quarter cancelled', times: 8, days: 1, of: cancelling(0.25) },
  { name: 'two thirds cancelled', times: 8, days: 1, of: cancelling(0.67) },
  {
    name: 'storms of three days',
    times: 3,
    days: 3,
    of: (flight, random) => cancelling(0.3)(later(flight, 20), random),
  },
  {
    name: '45 min later, beside three days of ten hours',
    times: 8,
    days: 1,
    of: all(45),
    beside: { times: 3, of: all(600) },
  },
];

export interface DisturbedYear {
  airportYear: AirportYearOfFlights;
  /** 1 for disturbed days, 2 for days of the disturbance `beside`, which do not count, and 0 for others. */
  truth: Uint8Array;
}

/** Let a disturbance happen to days drawn at random. */
export function disturb(year: AirportYearOfFlights, disturbance: Disturbance, random: () => number): DisturbedYear {
  const truth = new Uint8Array(year.flights.length);
  const flights = [...year.flights];
  const strike = ({ times, of }: Pick<Disturbance, 'times' | 'of'>, days: number, mark: number) => {
    for (let time = 0; time < times; ) {
      const first = Math.floor(random() * (flights.length - days + 1));
      if (truth.subarray(first, first + days).some((taken) => taken > 0)) continue;
      for (let day = first; day < first + days; day++) {
        truth[day] = mark;
        flights[day] = flights[day].map((flight) => of(flight, random));
      }
      time++;
    }
  };
  strike(disturbance, disturbance.days, 1);
  if (disturbance.beside) strike(disturbance.beside, 1, 2);
  return { airportYear: { ...year, flights }, truth };
}

/** The same year with a limited number of flights a day, drawn at random. */
export function thinned(year: AirportYearOfFlights, flightsADay: number, random: () => number): AirportYearOfFlights {
  const flights = year.flights.map((ofDay) => {
    const left = ofDay.slice();
    const count = Math.min(flightsADay, left.length);
    // The first steps of a shuffle (Fisher & Yates).
    for (let i = 0; i < count; i++) {
      const other = i + Math.floor(random() * (left.length - i));
      [left[i], left[other]] = [left[other], left[i]];
    }
    return left.slice(0, count);
  });
  return { ...year, flights };
}
