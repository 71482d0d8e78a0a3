import { dateSpan } from '../../charts/dates.ts';
import { fewNames } from '../../charts/few-names.ts';
import { wholeNumber } from '../../charts/whole-number.ts';
import { desc, op, table } from '../arquero.ts';
import { type AirportDays, airportRows } from '../summary/airport-days.ts';
import {
  type Cause,
  cancellationCauses,
  cancelledColumns,
  causeNames,
  causes,
  minutesColumns,
} from '../summary/causes.ts';
import { minutesOfCancellation } from '../summary/lateness.ts';
import { type KnownEvent, knownEventOf } from './known-event.ts';

/** Anomalous days that belong together: a row of table `events`. */
export interface YearEvent {
  /** From 1, the worst first. */
  eventId: number;
  /** Zero-based days of the year. */
  firstDay: number;
  lastDay: number;
  /** Those with the most flights first. */
  airports: string[];
  airportDays: number;
  flights: number;
  /** Where the file does not say, flights that did not depart. */
  cancelled: number;
  /** Departure delay of the flights that departed; a day on which they left early counts 0. */
  minutesLost: number;
  /** Null where the file does not say. */
  mainCause: string | null;
  /** What the event is known by; null where it is not in the list of known events. */
  name: string | null;
  title: string;
}

/** From this share of cancelled flights on, they are what an event is known for. */
const cancelledShare = 0.2;

/** What the anomalous days of an event come to. */
type EventSums = Pick<
  YearEvent,
  'eventId' | 'firstDay' | 'lastDay' | 'airportDays' | 'flights' | 'cancelled' | 'minutesLost'
> & { departures: number; partlyKnown: number } & Record<Cause, number>;

/** The year's events, worst first; the first `atMost` of them. */
export function yearEvents(days: AirportDays, known: readonly KnownEvent[], atMost = Infinity): YearEvent[] {
  const anomalies = table(anomalousDays(days, atMost));
  const sums = ['flights', 'departures', 'cancelled', 'minutesLost', 'partlyKnown', ...causes];
  const events = anomalies
    .groupby('eventId')
    .rollup({
      firstDay: op.min('day'),
      lastDay: op.max('day'),
      airportDays: op.count(),
      ...Object.fromEntries(sums.map((column) => [column, op.sum(column)])),
    })
    .orderby('eventId')
    .objects() as EventSums[];
  const airports = anomalies
    .groupby('eventId', 'airport')
    .rollup({ flights: op.sum('flights') })
    .orderby('eventId', desc('flights'), 'airport')
    .objects() as { eventId: number; airport: string }[];
  const airportsOf = Map.groupBy(airports, ({ eventId }) => eventId);
  const { year } = days;
  return events.map(({ departures, partlyKnown, ...event }) => {
    const named = {
      eventId: event.eventId,
      firstDay: event.firstDay,
      lastDay: event.lastDay,
      airports: airportsOf.get(event.eventId)!.map(({ airport }) => airport),
      airportDays: event.airportDays,
      flights: event.flights,
      cancelled: event.cancelled,
      minutesLost: event.minutesLost,
      // If the files of one of the days lack a cause, that cause may be the largest, so no main cause is named.
      mainCause: partlyKnown > 0 ? null : mainCause(event),
    };
    const name = knownEventOf({ ...named, year }, known)?.name ?? null;
    return { ...named, name, title: titleOf({ ...named, name, departures, year }) };
  });
}

/** The anomalous airport-days in columns, with what is summed up of them. */
function anomalousDays(days: AirportDays, atMost: number): Record<string, unknown[]> {
  const rows = airportRows(days).flatMap(({ airport, start, end }) =>
    Array.from({ length: end - start }, (_, offset) => ({ airport, row: start + offset })).filter(
      ({ row }) => days.eventId[row] <= atMost,
    ),
  );
  const column = <T>(value: (row: number) => T) => rows.map(({ row }) => value(row));
  return {
    eventId: column((row) => days.eventId[row]),
    airport: rows.map(({ airport }) => airport),
    day: column((row) => days.dayOfYear[row]),
    flights: column((row) => days.flights[row]),
    departures: column((row) => days.departures[row]),
    cancelled: column((row) =>
      Number.isNaN(days.cancelled[row]) ? Math.max(0, days.flights[row] - days.departures[row]) : days.cancelled[row],
    ),
    minutesLost: column((row) => Math.max(0, days.departures[row] * (days.meanDepartureDelay[row] || 0))),
    partlyKnown: column((row) => {
      const told = minutesColumns.filter((minutes) => !Number.isNaN(days[minutes][row])).length;
      return told > 0 && told < causes.length ? 1 : 0;
    }),
    ...Object.fromEntries(
      causes.map((cause, index) => [cause, column((row) => weightOf(days, { cause, index, row }))]),
    ),
  };
}

/** Minutes of a cause, with those of the flights that were cancelled for it. */
function weightOf(days: AirportDays, { cause, index, row }: { cause: Cause; index: number; row: number }): number {
  const coded = (cancellationCauses as readonly string[]).indexOf(cause);
  const cancelled = coded < 0 ? 0 : days[cancelledColumns[coded]][row] || 0;
  return (days[minutesColumns[index]][row] || 0) + minutesOfCancellation * cancelled;
}

function mainCause(weights: Record<Cause, number>): string | null {
  const most = Math.max(...causes.map((cause) => weights[cause]));
  return most > 0 ? causeNames[causes.find((cause) => weights[cause] === most)!] : null;
}

/** `blizzard Nemo: JFK, EWR and LGA, 8–9 Feb 2013: 865 of 1,614 flights cancelled (weather)` */
function titleOf(event: Omit<YearEvent, 'title'> & { departures: number; year: number }): string {
  const { name, firstDay, lastDay, airports, flights, departures, cancelled, minutesLost, mainCause, year } = event;
  const what =
    cancelled >= cancelledShare * flights
      ? `${wholeNumber(cancelled)} of ${wholeNumber(flights)} flights cancelled`
      : `${wholeNumber(flights)} flights, ${wholeNumber(minutesLost / Math.max(1, departures))} min late on average`;
  const where = `${fewNames(airports, 'more airports')}, ${dateSpan(year, firstDay, lastDay)} ${year}`;
  return `${name ? `${name}: ` : ''}${where}: ${what}${mainCause ? ` (${mainCause})` : ''}`;
}
