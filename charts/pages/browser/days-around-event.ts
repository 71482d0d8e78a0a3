import * as Plot from '@observablehq/plot';
import { weekday } from '../words.ts';
import type { EventFacts } from '../year-facts.ts';

/** The days around an event: minutes lost per flight, the event's own days in another colour. */
export function daysAroundEvent(
  year: number,
  { around: days, firstDay, lastDay }: EventFacts,
  width: number,
  height: number,
): Element {
  const bars = days.lostMinutes.map((minutes, index) => ({ day: days.firstDay + index, minutes: minutes ?? 0 }));
  return Plot.plot({
    width,
    height,
    margin: 2,
    marginBottom: 2,
    x: { type: 'band', axis: null, domain: bars.map(({ day }) => day) },
    y: { axis: null },
    marks: [
      Plot.barY(bars, {
        x: 'day',
        y: 'minutes',
        fill: ({ day }: { day: number }) => (day >= firstDay && day <= lastDay ? 'var(--mark)' : 'var(--flights)'),
        insetLeft: 0.5,
        insetRight: 0.5,
        title: ({ day, minutes }: { day: number; minutes: number }) =>
          `${weekday(year, day)}: ${Math.round(minutes)} minutes lost per flight`,
      }),
      Plot.ruleY([0], { stroke: 'var(--grid)' }),
    ],
  });
}
