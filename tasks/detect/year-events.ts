import { dayAndMonth } from '../../charts/dates.ts';
import { type AirportDays, airportRows } from '../summary/airport-days.ts';
import { cancellationCauses, cancelledColumns, causeNames, causes, minutesColumns } from '../summary/causes.ts';
import { wholeNumber } from './whole-number.ts';

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
  title: string;
}

/**
 * What a cancelled flight weighs beside minutes of delay when the main cause is looked for: what its passengers lost on
 * average. Source: Bratu & Barnhart (2005), An analysis of passenger delays, 303 minutes.
 */
const minutesOfCancellation = 300;
const airportsNamed = 3;
/** From this share of cancelled flights on, they are what an event is known for. */
const cancelledShare = 0.2;

/** The year's events, worst first; the first `atMost` of them. */
export function yearEvents(days: AirportDays, atMost = Infinity): YearEvent[] {
  const rowsOf = new Map<number, { airport: string; row: number }[]>();
  for (const { airport, start, end } of airportRows(days)) {
    for (let row = start; row < end; row++) {
      const id = days.eventId[row];
      if (!(id <= atMost)) continue;
      if (!rowsOf.has(id)) rowsOf.set(id, []);
      rowsOf.get(id)!.push({ airport, row });
    }
  }
  return [...rowsOf].sort(([a], [b]) => a - b).map(([eventId, rows]) => yearEvent(days, eventId, rows));
}

function yearEvent(days: AirportDays, eventId: number, rows: { airport: string; row: number }[]): YearEvent {
  const sum = (value: (row: number) => number) => rows.reduce((total, { row }) => total + value(row), 0);
  const flightsOf = new Map<string, number>();
  for (const { airport, row } of rows) flightsOf.set(airport, (flightsOf.get(airport) ?? 0) + days.flights[row]);
  const event = {
    eventId,
    firstDay: Math.min(...rows.map(({ row }) => days.dayOfYear[row])),
    lastDay: Math.max(...rows.map(({ row }) => days.dayOfYear[row])),
    airports: [...flightsOf].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([airport]) => airport),
    airportDays: rows.length,
    flights: sum((row) => days.flights[row]),
    cancelled: sum((row) =>
      Number.isNaN(days.cancelled[row]) ? Math.max(0, days.flights[row] - days.departures[row]) : days.cancelled[row],
    ),
    minutesLost: sum((row) => Math.max(0, days.departures[row] * (days.meanDepartureDelay[row] || 0))),
    mainCause: mainCause(sum, days),
  };
  return { ...event, title: titleOf({ ...event, departures: sum((row) => days.departures[row]), year: days.year }) };
}

function mainCause(sum: (value: (row: number) => number) => number, days: AirportDays): string | null {
  // A cause that the files of one of the days lack may be the largest.
  const isPartlyKnown = (row: number) => {
    const known = minutesColumns.filter((column) => !Number.isNaN(days[column][row])).length;
    return known > 0 && known < causes.length ? 1 : 0;
  };
  if (sum(isPartlyKnown) > 0) return null;
  const weights = causes.map((cause, index) => {
    const minutes = sum((row) => days[minutesColumns[index]][row] || 0);
    const coded = (cancellationCauses as readonly string[]).indexOf(cause);
    const cancelled = coded < 0 ? 0 : sum((row) => days[cancelledColumns[coded]][row] || 0);
    return minutes + minutesOfCancellation * cancelled;
  });
  const most = Math.max(...weights);
  return most > 0 ? causeNames[causes[weights.indexOf(most)]] : null;
}

/** `JFK, EWR and LGA, 8–9 Feb 2013: 1,210 of 1,640 flights cancelled, weather` */
function titleOf(event: Omit<YearEvent, 'title'> & { departures: number; year: number }): string {
  const { firstDay, lastDay, airports, flights, departures, cancelled, minutesLost, mainCause, year } = event;
  const what =
    cancelled >= cancelledShare * flights
      ? `${wholeNumber(cancelled)} of ${wholeNumber(flights)} flights cancelled`
      : `${wholeNumber(flights)} flights, ${wholeNumber(minutesLost / Math.max(1, departures))} min late on average`;
  return `${placesOf(airports)}, ${datesOf(firstDay, lastDay, year)} ${year}: ${what}${mainCause ? ` (${mainCause})` : ''}`;
}

function placesOf(airports: string[]): string {
  if (airports.length > airportsNamed + 1) {
    return `${airports.slice(0, airportsNamed).join(', ')} and ${airports.length - airportsNamed} more airports`;
  }
  return airports.length === 1 ? airports[0] : `${airports.slice(0, -1).join(', ')} and ${airports.at(-1)}`;
}

function datesOf(firstDay: number, lastDay: number, year: number): string {
  const [from, to] = [dayAndMonth(year, firstDay), dayAndMonth(year, lastDay)];
  if (firstDay === lastDay) return to;
  const sameMonth = from.split(' ')[1] === to.split(' ')[1];
  return sameMonth ? `${from.split(' ')[0]}–${to}` : `${from} – ${to}`;
}
