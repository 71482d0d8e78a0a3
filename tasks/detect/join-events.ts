import { type AirportDays, airportRows } from '../summary/airport-days.ts';
import type { SegmentAnomaly } from '../summary/segment-anomalies.ts';
import { neighbours, type Place } from './group-events.ts';

/**
 * Join carriers and destinations in trouble to the event of that day at their airport, or else to the worst event of that day
 * at an airport near it.
 */
export function joinEvents(
  segments: SegmentAnomaly[],
  days: Pick<AirportDays, 'airports' | 'firstRow' | 'dayOfYear' | 'eventId'>,
  places: ReadonlyMap<string, Place>,
): SegmentAnomaly[] {
  const airports = [...new Set([...days.airports, ...segments.map(({ airport }) => airport)])];
  const near = new Map(neighbours(airports, places).map((others, index) => [airports[index], others]));
  const eventOf = new Map<string, number>();
  const keyOf = (airport: string, day: number) => `${airport} ${day}`;
  for (const { airport, start, end } of airportRows(days)) {
    for (let row = start; row < end; row++) {
      if (days.eventId[row] > 0) eventOf.set(keyOf(airport, days.dayOfYear[row]), days.eventId[row]);
    }
  }
  return segments.map((segment) => {
    const around = near.get(segment.airport)!.map((index) => airports[index]);
    const events = [segment.airport, ...around].map((airport) => eventOf.get(keyOf(airport, segment.dayOfYear)));
    const [own] = events;
    const worst = Math.min(...events.map((event) => event ?? Infinity));
    return { ...segment, eventId: own ?? (worst === Infinity ? NaN : worst) };
  });
}
