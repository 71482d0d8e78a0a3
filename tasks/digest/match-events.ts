import type { CurrentEvent, NotedEvent } from './noted-event.ts';

/** An event that was noted, and what it is now; one of both where there is no other. */
export type Match =
  | { noted: NotedEvent; current: CurrentEvent }
  | { noted: NotedEvent; current: undefined }
  | { noted: undefined; current: CurrentEvent };

/**
 * Recognise events from one run to the next. Their numbers change with each run, so an event is the one with which it
 * shares an anomalous airport-day: those that share the most first, each event once.
 * @returns each noted and each current event once
 */
export function matchEvents(noted: readonly NotedEvent[], current: readonly CurrentEvent[]): Match[] {
  const eventOf = new Map(current.flatMap((event) => event.airportDays.map((day) => [day, event] as const)));
  const pairs = noted
    .flatMap((one) => {
      const events = one.airportDays.flatMap((day) => eventOf.get(day) ?? []);
      return [...Map.groupBy(events, (event) => event)].map(([event, days]) => ({ one, event, shared: days.length }));
    })
    // What was told goes before what was not: a reader may wait for it.
    .sort((a, b) => b.shared - a.shared || Number(b.one.isTold) - Number(a.one.isTold) || a.one.id - b.one.id);
  const notedOf = new Map<CurrentEvent, NotedEvent>();
  const matched = new Set<NotedEvent>();
  for (const { one, event } of pairs) {
    if (matched.has(one) || notedOf.has(event)) continue;
    matched.add(one);
    notedOf.set(event, one);
  }
  return [
    ...current.map((event) => ({ noted: notedOf.get(event), current: event })),
    ...noted.filter((one) => !matched.has(one)).map((one) => ({ noted: one, current: undefined })),
  ];
}
