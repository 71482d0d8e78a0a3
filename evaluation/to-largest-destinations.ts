import type { AirportYearOfFlights } from './airport-year-of-flights.ts';

/** An airport that flies to a few destinations only, as most do: its flights to the largest of them. */
export function toLargestDestinations(year: AirportYearOfFlights, many: number): AirportYearOfFlights {
  const flightsTo = new Map<string, number>();
  for (const { destination } of year.flights.flat()) flightsTo.set(destination, (flightsTo.get(destination) ?? 0) + 1);
  const largest = new Set(
    [...flightsTo]
      .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .slice(0, many)
      .map(([destination]) => destination),
  );
  const flights = year.flights.map((ofDay) => ofDay.filter(({ destination }) => largest.has(destination)));
  const days = [...flights.keys()].filter((day) => flights[day].length > 0);
  return {
    ...year,
    dayOfYear: Uint16Array.from(days, (day) => year.dayOfYear[day]),
    flights: days.map((day) => flights[day]),
  };
}
