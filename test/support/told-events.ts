import fc from 'fast-check';
import type { Note } from '../../tasks/digest/news.ts';
import type { CurrentEvent, NotedEvent, ToldEvent } from '../../tasks/digest/noted-event.ts';

/** An event of some airport-days, such as `JFK 2013-02-09`. */
export function currentEvent(airportDays: string[], rest: Partial<ToldEvent> = {}): CurrentEvent {
  const dates = airportDays.map((day) => day.slice(4)).sort();
  const airports = [...new Set(airportDays.map((day) => day.slice(0, 3)))].sort();
  return {
    airportDays,
    firstDate: dates[0],
    lastDate: dates.at(-1)!,
    airports,
    minutesLost: 1_000,
    name: null,
    title: `${airports.join()} ${dates[0]}`,
    ...rest,
  };
}

/** Years of few airport-days, so that events of two of them often share some: each airport-day is of one event or of none. */
export const anyYear: fc.Arbitrary<CurrentEvent[]> = fc
  .tuple(
    fc.array(fc.integer({ min: -1, max: 5 }), { minLength: 12, maxLength: 12 }),
    fc.array(fc.tuple(fc.integer({ min: 900, max: 1_200 }), fc.constantFrom(null, 'Nemo')), {
      minLength: 6,
      maxLength: 6,
    }),
  )
  .map(([eventOfDay, rest]) => {
    const days = eventOfDay.map((event, index) => ({
      event,
      day: `${['EWR', 'JFK', 'LGA'][index % 3]} 2013-01-${String(1 + Math.floor(index / 3)).padStart(2, '0')}`,
    }));
    return [...Map.groupBy(days, ({ event }) => event)]
      .filter(([event]) => event >= 0)
      .map(([event, own]) => {
        const [minutesLost, name] = rest[event];
        return currentEvent(
          own.map(({ day }) => day),
          { minutesLost, name },
        );
      });
  });

/** What is noted after notes have been written, as the table has it. */
export function written(noted: readonly NotedEvent[], notes: readonly Note[]): NotedEvent[] {
  let next = Math.max(0, ...noted.map(({ id }) => id)) + 1;
  return notes.flatMap(({ id, airportDays, asRead, isTold }) =>
    airportDays
      ? [
          {
            id: id ?? next++,
            airportDays,
            asRead,
            isTold: isTold || (noted.find((one) => one.id === id)?.isTold ?? false),
          },
        ]
      : [],
  );
}
