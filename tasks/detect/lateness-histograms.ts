import type { FlightsByDay } from '../read/flights-by-day.ts';
import { latenessSlots } from '../read/lateness.ts';
import { airportRows, type DailyCounts } from '../summary/airport-days.ts';

/** Of each airport, how many of the year's flights were how late. */
export function latenessHistograms(days: DailyCounts, flights: FlightsByDay[]): Uint32Array[] {
  const histogramOf: Uint32Array[] = Array(days.dayOfYear.length);
  const histograms = airportRows(days).map(({ start, end }) => {
    const histogram = new Uint32Array(latenessSlots);
    histogramOf.fill(histogram, start, end);
    return histogram;
  });
  for (const { days: rows, ends, lateness } of flights) {
    for (let i = 0, flight = 0; i < rows.length; i++) {
      const histogram = histogramOf[rows[i]];
      for (const end = ends[i]; flight < end; flight++) histogram[lateness[flight]]++;
    }
  }
  return histograms;
}
