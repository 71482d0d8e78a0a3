import type { YearEvent } from './year-events.ts';

/** Names of the events that are known by one, by the number of the event. */
export function eventNames(events: readonly Pick<YearEvent, 'eventId' | 'name'>[]): Map<number, string> {
  return new Map(events.flatMap(({ eventId, name }) => (name === null ? [] : [[eventId, name] as const])));
}
