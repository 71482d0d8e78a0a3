import { isCorrection } from './is-correction.ts';
import { matchEvents } from './match-events.ts';
import type { CurrentEvent, NotedEvent, ToldEvent } from './noted-event.ts';

/** In the order in which they are told. */
export const kinds = ['new', 'corrected', 'withdrawn'] as const;
export type Kind = (typeof kinds)[number];

/** What readers are told of an event. */
export interface Item {
  kind: Kind;
  /** As it is now; withdrawn: as it was told. */
  event: ToldEvent;
  /** Corrected: as it was told. */
  before?: ToldEvent;
  /** Withdrawn: the title of an event that has some of its airport-days now. */
  nowIn?: string;
  /** An airport and a date of the event, to look it up. */
  at?: { airport: string; date: string };
}

/** How what is noted of an event changes. */
export interface Note {
  /** Undefined for an event that was not noted. */
  id: number | undefined;
  /** Undefined for an event that is no longer there. */
  airportDays: string[] | undefined;
  asRead: ToldEvent;
  /** Whether the digest tells it. */
  isTold: boolean;
}

/** What has changed in a year since the last look: what to tell, worst first, and what to note. */
export interface News {
  items: Item[];
  notes: Note[];
}

/**
 * Compare the events of a year with what was noted of them.
 * @param isWanted whether the settings ask for an event. It decides about events that were never told; those that were are
 *   corrected and withdrawn whatever the settings say now
 */
export function newsOf(
  noted: readonly NotedEvent[],
  current: readonly CurrentEvent[],
  isWanted: (event: ToldEvent) => boolean,
): News {
  const items: Item[] = [];
  const notes: Note[] = [];
  const eventOf = new Map(current.flatMap((event) => event.airportDays.map((day) => [day, event] as const)));
  for (const { noted: known, current: event } of matchEvents(noted, current)) {
    if (!event) {
      const nowIn = known.airportDays.map((day) => eventOf.get(day)).find(Boolean)?.title;
      if (known.isTold) items.push({ kind: 'withdrawn', event: known.asRead, ...(nowIn !== undefined && { nowIn }) });
      notes.push({ id: known.id, airportDays: undefined, asRead: known.asRead, isTold: false });
      continue;
    }
    const { airportDays, ...now } = event;
    const id = known?.id;
    const before = known?.isTold ? known.asRead : undefined;
    const kind = before ? isCorrection(before, now) && 'corrected' : isNew(known, now, isWanted) && 'new';
    if (kind) items.push({ kind, event: now, ...(before && { before }), ...place(event) });
    notes.push({ id, airportDays, asRead: before && !kind ? before : now, isTold: Boolean(kind) });
  }
  items.sort((a, b) => b.event.minutesLost - a.event.minutesLost || kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
  return { items, notes };
}

/**
 * Whether an event that was never told is to be told. One that was noted is told when the event has changed, and not when
 * only the settings have: else a change of the settings would tell old events by the hundred.
 */
function isNew(known: NotedEvent | undefined, now: ToldEvent, isWanted: (event: ToldEvent) => boolean): boolean {
  return isWanted(now) && (!known || !isWanted(known.asRead) || isCorrection(known.asRead, now));
}

/** Where to look an event up: the first of its days at the airport with the most flights. */
function place({ airports: [airport], airportDays }: CurrentEvent): { at?: { airport: string; date: string } } {
  const [first] = airportDays.filter((day) => day.startsWith(`${airport} `)).sort();
  return first === undefined ? {} : { at: { airport, date: first.slice(airport.length + 1) } };
}
