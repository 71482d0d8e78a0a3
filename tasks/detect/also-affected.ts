import { type AirportDays, airportRows } from '../summary/airport-days.ts';
import { neighbours, type Place } from './group-events.ts';

/** A day near an event counts as affected if its score is at least this, though it is not an anomaly. */
const leastScore = 2;

/**
 * Airports that suffered from an event without being part of it: near to an airport of the event, and with a high score
 * on one of its days that belongs to no event.
 * @param places of the airports, by code
 * @returns codes in alphabetical order, by the number of the event; events without such airports are left out
 */
export function alsoAffected(
  days: Pick<AirportDays, 'airports' | 'firstRow' | 'dayOfYear' | 'eventId' | 'anomalyScore'>,
  places: ReadonlyMap<string, Place>,
): Map<number, string[]> {
  const near = neighbours(days.airports, places);
  const eventsOf = airportRows(days).map(({ start, end }) => {
    const events = new Map<number, number>();
    for (let row = start; row < end; row++) {
      if (days.eventId[row] > 0) events.set(days.dayOfYear[row], days.eventId[row]);
    }
    return events;
  });
  const affected = new Map<number, Set<string>>();
  airportRows(days).forEach(({ airport, start, end }, index) => {
    for (let row = start; row < end; row++) {
      if (!(days.anomalyScore[row] >= leastScore) || days.eventId[row] > 0) continue;
      for (const other of near[index]) {
        const event = eventsOf[other].get(days.dayOfYear[row]);
        if (event === undefined) continue;
        affected.set(event, (affected.get(event) ?? new Set()).add(airport));
      }
    }
  });
  return new Map([...affected].map(([event, airports]) => [event, [...airports].sort()]));
}
