import type { CountedYear } from '../tasks/detect/detect-anomalies.ts';
import { latenessHistograms } from '../tasks/detect/lateness-histograms.ts';
import { cancelledLateness, earliestMinutes, unknownLateness } from '../tasks/read/lateness.ts';
import type { DailyCounts } from '../tasks/summary/airport-days.ts';

/** An airport's year to be disturbed: of each day that has flights, how late each of them was (lateness.ts). */
export interface AirportYearOfFlights {
  airport: string;
  year: number;
  dayOfYear: Uint16Array;
  flights: Uint16Array[];
}

/** The airports of a year that was read. */
export function airportYearsOf({ year, days, flights }: CountedYear): AirportYearOfFlights[] {
  const ofRow: number[][] = Array.from(days.dayOfYear, () => []);
  for (const { days: rows, ends, lateness } of flights) {
    rows.forEach((row, i) => {
      for (let flight = i === 0 ? 0 : ends[i - 1]; flight < ends[i]; flight++) ofRow[row].push(lateness[flight]);
    });
  }
  return days.airports.map((airport, index) => {
    const [start, end] = [days.firstRow[index], days.firstRow[index + 1]];
    return {
      airport,
      year,
      dayOfYear: days.dayOfYear.slice(start, end),
      flights: ofRow.slice(start, end).map((flights) => Uint16Array.from(flights)),
    };
  });
}

/** The same as `detect` would have counted it. */
export function countedYear({ airport, year, dayOfYear, flights }: AirportYearOfFlights): CountedYear {
  const days = flights.length;
  const nothing = () => new Float64Array(days).fill(NaN);
  const counts: DailyCounts = {
    airports: [airport],
    firstRow: Uint32Array.of(0, days),
    dayOfYear,
    flights: Float64Array.from(flights, ({ length }) => length),
    numberedFlights: Float64Array.from(flights, ({ length }) => length),
    departures: new Float64Array(days),
    cancelled: new Float64Array(days),
    meanDepartureDelay: new Float64Array(days),
    carrierMinutes: nothing(),
    weatherMinutes: nothing(),
    airSystemMinutes: nothing(),
    securityMinutes: nothing(),
    lateAircraftMinutes: nothing(),
    cancelledByCarrier: nothing(),
    cancelledByWeather: nothing(),
    cancelledByAirSystem: nothing(),
    cancelledBySecurity: nothing(),
  };
  flights.forEach((ofDay, day) => {
    let minutes = 0;
    for (const lateness of ofDay) {
      if (lateness === cancelledLateness) counts.cancelled[day]++;
      else if (lateness !== unknownLateness) {
        counts.departures[day]++;
        minutes += lateness + earliestMinutes;
      }
    }
    counts.meanDepartureDelay[day] = minutes / counts.departures[day];
  });
  const ends = new Uint32Array(days);
  flights.reduce((end, { length }, day) => (ends[day] = end + length), 0);
  const lateness = new Uint16Array(ends.at(-1) ?? 0);
  flights.forEach((ofDay, day) => {
    lateness.set(ofDay, day === 0 ? 0 : ends[day - 1]);
  });
  const all = [
    {
      days: Uint32Array.from(flights.keys()),
      ends,
      lateness,
      carrier: new Uint8Array(lateness.length),
      carriers: [''],
    },
  ];
  return { year, days: counts, flights: all, histograms: latenessHistograms(counts, all) };
}
