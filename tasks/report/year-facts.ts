import { yearLength } from '../../charts/dates.ts';
import {
  type AirportLine,
  type DailyTotals,
  type DayFacts,
  type EventFacts,
  factsFormat,
  type QualityFact,
  type SegmentFacts,
  type YearFacts,
  type YearTotals,
} from '../../charts/pages/year-facts.ts';
import { isSoFar, provisional, yearInWords } from '../../charts/year-so-far.ts';
import type { Airport } from '../airports/airports.ts';
import { alsoAffected } from '../detect/also-affected.ts';
import { carrierName } from '../detect/carrier-names.ts';
import { causesOfAnomalies } from '../detect/causes-of-anomalies.ts';
import { eventNames } from '../detect/event-names.ts';
import { howLate } from '../detect/how-late.ts';
import type { YearEvent } from '../detect/year-events.ts';
import { absentColumns } from '../summary/absent-columns.ts';
import { absentDimensions } from '../summary/absent-dimensions.ts';
import { type AirportDays, type AirportRows, airportRows, has } from '../summary/airport-days.ts';
import { countAnomalies } from '../summary/count-anomalies.ts';
import type { StoredSummary } from '../summary/summary-file.ts';
import { rounded } from './rounded.ts';

const eventsKept = 50;
const daysKept = 100;
const segmentsKept = 100;
const daysAround = 7;
const daysPerWeek = 7;
/**
 * A carrier, destination or block of hours is named for an event when the days on which it stands out have this share
 * of its excess.
 */
const leastShareOfEvent = 0.5;

/**
 * What the pages show of a year.
 * @param events of `yearEvents`, worst first
 */
export function yearFacts(
  { days, segmentAnomalies, provenance, sha256 }: StoredSummary,
  {
    airports,
    events,
    quality,
  }: { airports: ReadonlyMap<string, Airport>; events: readonly YearEvent[]; quality: QualityFact[] },
): YearFacts {
  const { year } = days;
  const names = eventNames(events);
  const rows = rowsOf(days);
  const anomalous = rows.filter(({ row }) => days.isAnomaly[row]);
  const day = dayFactsOf(days, names);
  return {
    format: factsFormat,
    year,
    months: provenance.months,
    summary: sha256,
    threshold: provenance.threshold,
    totals: yearTotals(days, segmentAnomalies.length),
    days: dailyTotals(days),
    airports: airportRows(days).map((rows) => airportLine(days, rows, airports.get(rows.airport))),
    events: eventFacts(days, { events: events.slice(0, eventsKept), airports }),
    worstDays: anomalous
      .toSorted((a, b) => days.anomalyScore[b.row] - days.anomalyScore[a.row])
      .slice(0, daysKept)
      .map(day),
    costliestDays: costliest(days, rows).map(day),
    anomalies: anomalous.map(({ airportIndex, row }) => [
      days.dayOfYear[row],
      airportIndex,
      rounded(days.anomalyScore[row], 1) ?? 0,
    ]),
    segments: segmentAnomalies.slice(0, segmentsKept).map((segment): SegmentFacts => {
      const { kind, airport, carrier, dayOfYear, flights, cancelled, lateBy, lateShare, usualLateShare } = segment;
      const percent = (share: number) => `${Math.round(100 * share)} %`;
      return {
        kind,
        airport,
        carrier: carrier === null ? null : carrierName(carrier),
        day: dayOfYear,
        flights,
        cancelled,
        meanDepartureDelay: rounded(segment.meanDepartureDelay, 1),
        score: rounded(segment.anomalyScore, 2)!,
        outOfLine: `${percent(lateShare)} ${howLate(lateBy)}, usual ${percent(usualLateShare)}`,
        eventName: names.get(segment.eventId) ?? null,
      };
    }),
    causes: causesOfAnomalies(days),
    notes: [
      ...(isSoFar(provenance.months)
        ? [`${yearInWords(year, provenance.months)}: ${provisional}. Scores and events change as months are added.`]
        : []),
      ...provenance.missing.map((words) => `This year is not complete: ${words}.`),
      ...absentColumns(days).map(({ sentence }) => sentence),
      ...absentDimensions(provenance.dimensions),
      ...(provenance.rejectedRows > 0
        ? [`${provenance.rejectedRows} unreadable rows were left out; rejects/${year}.csv tells why.`]
        : []),
    ],
    quality,
  };
}

interface Row {
  airport: string;
  /** Index into the airports of the year. */
  airportIndex: number;
  row: number;
}

function rowsOf(days: AirportDays): Row[] {
  return airportRows(days).flatMap(({ airport, start, end }, airportIndex) =>
    Array.from({ length: end - start }, (_, offset) => ({ airport, airportIndex, row: start + offset })),
  );
}

/** The rows with the largest excess. A threshold selects them first, so that not all rows are sorted. */
function costliest(days: AirportDays, rows: Row[]): Row[] {
  const excess = days.excessMinutes.filter((minutes) => minutes > 0).sort();
  const least = excess.at(-daysKept) ?? 0;
  return rows
    .filter(({ row }) => days.excessMinutes[row] > 0 && days.excessMinutes[row] >= least)
    .sort((a, b) => days.excessMinutes[b.row] - days.excessMinutes[a.row])
    .slice(0, daysKept);
}

function yearTotals(days: AirportDays, segments: number): YearTotals {
  return {
    flights: sum(days.flights),
    cancelled: has(days.cancelled) ? sum(days.cancelled) : null,
    airportDays: days.dayOfYear.length,
    ...countAnomalies(days),
    outliers: sum(days.isOutlier),
    segments,
    meanDepartureDelay: meanOf(days.departures, days.meanDepartureDelay),
  };
}

function dailyTotals(days: AirportDays): DailyTotals {
  const zeros = () => Array<number>(yearLength(days.year)).fill(0);
  const totals = { flights: zeros(), cancelled: zeros(), anomalousFlights: zeros() };
  for (let row = 0; row < days.dayOfYear.length; row++) {
    const day = days.dayOfYear[row];
    totals.flights[day] += days.flights[row];
    totals.cancelled[day] += days.cancelled[row] || 0;
    if (days.isAnomaly[row]) totals.anomalousFlights[day] += days.flights[row];
  }
  return { ...totals, cancelled: has(days.cancelled) ? totals.cancelled : null };
}

function airportLine(days: AirportDays, { airport, start, end }: AirportRows, known: Airport | undefined): AirportLine {
  const cancelled = days.cancelled.subarray(start, end);
  const weeks: (number | null)[] = Array(Math.ceil(yearLength(days.year) / daysPerWeek)).fill(null);
  let excessMinutes = 0;
  let anomalies = 0;
  for (let row = start; row < end; row++) {
    const score = rounded(days.anomalyScore[row], 1);
    const week = Math.floor(days.dayOfYear[row] / daysPerWeek);
    if (score !== null) weeks[week] = Math.max(weeks[week] ?? -Infinity, score);
    if (!days.isAnomaly[row]) continue;
    anomalies++;
    excessMinutes += days.excessMinutes[row];
  }
  return {
    airport,
    name: known?.name ?? null,
    latitude: rounded(known?.latitude ?? NaN, 3),
    longitude: rounded(known?.longitude ?? NaN, 3),
    flights: sum(days.flights.subarray(start, end)),
    cancelled: has(cancelled) ? sum(cancelled) : null,
    meanDepartureDelay: meanOf(days.departures.subarray(start, end), days.meanDepartureDelay.subarray(start, end)),
    anomalies,
    excessMinutes: Math.round(excessMinutes),
    weeks,
  };
}

function eventFacts(
  days: AirportDays,
  { events, airports }: { events: readonly YearEvent[]; airports: ReadonlyMap<string, Airport> },
): EventFacts[] {
  const affected = alsoAffected(days, airports);
  const rowsOfEvent = Map.groupBy(
    days.eventId.keys().filter((row) => days.eventId[row] > 0),
    (row) => days.eventId[row],
  );
  const rowsOfAirport = new Map(airportRows(days).map((rows) => [rows.airport, rows]));
  return events.map((event) => {
    const rows = rowsOfEvent.get(event.eventId) ?? [];
    return {
      eventId: event.eventId,
      firstDay: event.firstDay,
      lastDay: event.lastDay,
      name: event.name,
      airports: event.airports,
      alsoAffected: (affected.get(event.eventId) ?? []).filter((airport) => !event.airports.includes(airport)),
      flights: event.flights,
      cancelled: event.cancelled,
      excessMinutes: Math.round(rows.reduce((total, row) => total + days.excessMinutes[row], 0)),
      mainCause: event.mainCause,
      whose: whoseEvent(days, rows),
      around: around(days, { event, rows: event.airports.map((airport) => rowsOfAirport.get(airport)!) }),
    };
  });
}

/** The contributors that stand out on the days that have most of an event's excess; null where there are none. */
function whoseEvent({ whose, excessMinutes }: AirportDays, rows: number[]): string | null {
  const excessOf = new Map<string | null, number>();
  for (const row of rows) excessOf.set(whose[row], (excessOf.get(whose[row]) ?? 0) + Math.max(0, excessMinutes[row]));
  const all = [...excessOf.values()].reduce((total, excess) => total + excess, 0);
  const [name, excess] = [...excessOf].sort((a, b) => b[1] - a[1])[0] ?? [null, 0];
  return excess > leastShareOfEvent * all ? name : null;
}

function around(days: AirportDays, { event, rows }: { event: YearEvent; rows: AirportRows[] }): EventFacts['around'] {
  const firstDay = Math.max(0, event.firstDay - daysAround);
  const lastDay = Math.min(yearLength(days.year) - 1, event.lastDay + daysAround);
  const lost = Array<number>(lastDay - firstDay + 1).fill(0);
  const flights = lost.slice();
  for (const { start, end } of rows) {
    for (let row = start; row < end; row++) {
      const slot = days.dayOfYear[row] - firstDay;
      if (!(slot in lost)) continue;
      lost[slot] += days.lostMinutes[row];
      flights[slot] += days.flights[row];
    }
  }
  return { firstDay, lostMinutes: lost.map((minutes, slot) => rounded(minutes / flights[slot], 1)) };
}

function dayFactsOf(days: AirportDays, names: ReadonlyMap<number, string>) {
  return ({ airport, row }: Row): DayFacts => ({
    airport,
    day: days.dayOfYear[row],
    score: rounded(days.anomalyScore[row], 2),
    isAnomaly: days.isAnomaly[row] === 1,
    isOutlier: days.isOutlier[row] === 1,
    flights: days.flights[row],
    cancelled: rounded(days.cancelled[row], 0),
    meanDepartureDelay: rounded(days.meanDepartureDelay[row], 1),
    excessMinutes: rounded(days.excessMinutes[row], 0),
    eventName: names.get(days.eventId[row]) ?? null,
    explanation: days.explanation[row],
  });
}

/** Mean delay of many days, weighted by their departures; null where nothing departed. */
function meanOf(departures: Float64Array, meanDepartureDelay: Float64Array): number | null {
  let minutes = 0;
  let departed = 0;
  for (let row = 0; row < departures.length; row++) {
    if (!(departures[row] > 0) || Number.isNaN(meanDepartureDelay[row])) continue;
    minutes += departures[row] * meanDepartureDelay[row];
    departed += departures[row];
  }
  return rounded(minutes / departed, 2);
}

/** The sum of the values that are known; NaN counts as nothing. */
function sum(values: Float64Array | Uint8Array): number {
  let total = 0;
  for (const value of values) total += value || 0;
  return total;
}
