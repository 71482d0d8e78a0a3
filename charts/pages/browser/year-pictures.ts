import { isoDate } from '../../dates.ts';
import { wholeNumber } from '../../whole-number.ts';
import { eventInShort, percent, weekday } from '../words.ts';
import type { DayFacts, YearFacts } from '../year-facts.ts';
import { bars } from './bars.ts';
import { calendar } from './calendar.ts';
import { countryMap } from './country-map.ts';
import { dayDots } from './day-dots.ts';
import { daysAroundEvent } from './days-around-event.ts';
import { legend } from './legend.ts';
import type { Picture } from './pictures.ts';

/** Share of the traffic at which each colour of the calendar begins. */
export const calendarSteps = [0.0001, 0.05, 0.15, 0.3, 0.6] as const;
const stepWords = ['none', 'below 5 %', '5 to 15 %', '15 to 30 %', '30 to 60 %', 'more'];
const minutesPerHour = 60;

/** What the calendar of a year shows: the share of each day's flights that left airports with an anomalous day. */
export function anomalousShare({ days }: YearFacts): (number | null)[] {
  return days.flights.map((flights, day) => (flights > 0 ? days.anomalousFlights[day] / flights : null));
}

/** The pictures of a year's page, by the names in `data-picture`. */
export function yearPictures(facts: YearFacts, onChoose: (day: number) => void): Record<string, Picture> {
  const { year, days, events, causes, segments, airports } = facts;
  const dots = (rows: DayFacts[], value: (row: DayFacts) => number) =>
    rows.map((row) => ({
      day: row.day,
      value: value(row),
      label: `${row.airport}, ${weekday(year, row.day)}${row.eventName ? `: ${row.eventName}` : ''}`,
      isFilled: row.isAnomaly,
      colour: 'var(--mark)',
      href: `airports/${row.airport}.html#${isoDate(year, row.day)}`,
    }));
  const anomalous = [
    { colour: 'var(--mark)', words: 'anomalous' },
    { colour: 'var(--mark)', words: 'not anomalous', isRing: true },
  ];
  return {
    calendar: (width) => [
      calendar(
        {
          year,
          values: anomalousShare(facts),
          steps: calendarSteps,
          words: (day) =>
            `${percent(days.anomalousFlights[day], days.flights[day])} of ${wholeNumber(days.flights[day])} flights`,
          onChoose,
        },
        width,
      ),
      legend(stepWords.map((words, step) => ({ colour: `var(--worse-${step})`, words }))),
    ],
    around: (width, height, figure) => {
      const event = events.find(({ eventId }) => eventId === Number(figure.dataset.event));
      return event ? [daysAroundEvent(year, event, width, height)] : [];
    },
    events: (width, height) => [
      dayDots(
        {
          year,
          yLabel: 'hours lost',
          dots: events.map((event) => ({
            day: event.firstDay,
            value: Math.max(1, event.excessMinutes / minutesPerHour),
            label: eventInShort(year, event),
            isFilled: true,
            colour: 'var(--mark)',
            href: `#event-${event.eventId}`,
          })),
        },
        width,
        height,
      ),
    ],
    map: (width, height) => [
      countryMap(airports, days.flights.filter((flights) => flights > 0).length, width, height),
      legend(
        ['below 0.5 %', '0.5 to 1 %', '1 to 2 %', '2 to 4 %', '4 to 6 %', 'more'].map((words, step) => ({
          colour: `var(--worse-${step})`,
          words,
        })),
      ),
    ],
    'worst-days': (width, height) => [
      dayDots({ year, yLabel: 'score', dots: dots(facts.worstDays, ({ score }) => score ?? 0) }, width, height),
    ],
    'costliest-days': (width, height) => [
      dayDots(
        {
          year,
          yLabel: 'hours lost',
          dots: dots(facts.costliestDays, ({ excessMinutes }) => (excessMinutes ?? 0) / minutesPerHour),
        },
        width,
        height,
      ),
      legend(anomalous),
    ],
    segments: (width, height) => [
      dayDots(
        {
          year,
          yLabel: 'score',
          dots: segments.map(({ kind, carrier, airport, day, score }) => ({
            day,
            value: score,
            label: `${carrier === null ? `Flights to ${airport}` : `${carrier} at ${airport}`}, ${weekday(year, day)}`,
            isFilled: kind === 'carrier',
            colour: 'var(--mark)',
          })),
        },
        width,
        height,
      ),
      legend([
        { colour: 'var(--mark)', words: 'carrier at an airport' },
        { colour: 'var(--mark)', words: 'destination', isRing: true },
      ]),
    ],
    'delay-causes': (width, height) => [bars(causes.minutes ?? [], width, height)],
    'cancellation-causes': (width, height) => [bars(causes.cancelled ?? [], width, height)],
  };
}
