import { isoDate } from '../../charts/dates.ts';

/** A disruption that was in the news: a line of known-events.csv. */
export interface KnownEvent {
  /** `2013-02-08`. */
  firstDate: string;
  lastDate: string;
  name: string;
  /** Whose departures it disrupted. */
  airports: string[];
  /** Codes of the carriers, if only some were affected. */
  carriers: string[];
  /** Codes of the destinations, if flights to some airports were affected. */
  destinations: string[];
  what: string;
  /** Address of a page about the event. */
  source: string;
}

/** When and where anomalous days were. */
export interface Occurrence {
  year: number;
  /** Zero-based days of the year. */
  firstDay: number;
  lastDay: number;
  airports: string[];
}

/**
 * The known event that contains the dates of an occurrence and shares an airport with it, either one that flights left or one
 * that they could not reach. If there are several, it is the shortest.
 */
export function knownEventOf(occurrence: Occurrence, known: readonly KnownEvent[]): KnownEvent | undefined {
  const [first, last] = [occurrence.firstDay, occurrence.lastDay].map((day) => isoDate(occurrence.year, day));
  return known
    .filter(({ firstDate, lastDate, airports, destinations }) => {
      const places = [...airports, ...destinations];
      return firstDate <= first && last <= lastDate && occurrence.airports.some((airport) => places.includes(airport));
    })
    .sort((a, b) => daysOf(a) - daysOf(b))
    .at(0);
}

const daysOf = ({ firstDate, lastDate }: KnownEvent) => Date.parse(lastDate) - Date.parse(firstDate);
