import type { DailyCounts } from '../summary/airport-days.ts';

/** Where an airport is, in degrees. */
export interface Place {
  latitude: number;
  longitude: number;
}

export interface AnomalousDays extends Pick<DailyCounts, 'airports' | 'firstRow' | 'dayOfYear'> {
  isAnomaly: Uint8Array;
  excessMinutes: Float64Array;
}

/** Airports this near to each other that are anomalous on the same day belong together: weather is that large. */
const nearKilometres = 400;
/** An event goes on in the next day's group if the two share at least this part of the airports of the smaller one. */
const sharedToGoOn = 0.5;
const earthRadiusKilometres = 6_371;
/** No airport further north or south is near: cheaper to see than the distance. */
const nearDegrees = (nearKilometres / earthRadiusKilometres) * (180 / Math.PI);

/** Airports that are anomalous on a day, and near to each other. */
interface DayGroup {
  day: number;
  airports: Set<number>;
  rows: number[];
}

/**
 * Put anomalous airport-days together to events: on a day, airports that are near to each other, directly or through
 * others; from day to day, groups of which at least half the smaller one's airports are in both. Without these limits
 * the storms of a whole country would be one event that lasts all year. An airport whose place is not known is near to
 * none.
 * @param places of the airports, by code
 * @returns the event of each row, NaN for rows that are no anomaly; numbered from 1, the worst first: by the minutes lost
 *   beyond the usual
 */
export function groupEvents(days: AnomalousDays, places: ReadonlyMap<string, Place>): Float64Array {
  const events = joinDays(groupsOfDays(days, neighbours(days.airports, places)));
  const severity = (rows: number[]) => rows.reduce((sum, row) => sum + days.excessMinutes[row], 0);
  const eventId = new Float64Array(days.dayOfYear.length).fill(NaN);
  events
    .map((rows) => ({ rows, severity: severity(rows) }))
    .sort((a, b) => b.severity - a.severity || a.rows[0] - b.rows[0])
    .forEach(({ rows }, rank) => {
      for (const row of rows) eventId[row] = rank + 1;
    });
  return eventId;
}

/** The groups of all days, in the order of the days. */
function groupsOfDays({ firstRow, dayOfYear, isAnomaly }: AnomalousDays, near: number[][]): DayGroup[] {
  const rowsOfDay = new Map<number, Map<number, number>>();
  for (let airport = 0; airport + 1 < firstRow.length; airport++) {
    for (let row = firstRow[airport]; row < firstRow[airport + 1]; row++) {
      if (!isAnomaly[row]) continue;
      const ofDay = rowsOfDay.get(dayOfYear[row]) ?? new Map<number, number>();
      rowsOfDay.set(dayOfYear[row], ofDay.set(airport, row));
    }
  }
  return [...rowsOfDay]
    .sort(([a], [b]) => a - b)
    .flatMap(([day, rows]) => {
      const groups: DayGroup[] = [];
      const left = new Set(rows.keys());
      for (const first of rows.keys()) {
        if (!left.delete(first)) continue;
        const airports = new Set([first]);
        // A set that grows while it is walked through: each airport brings in its neighbours.
        for (const airport of airports) for (const other of near[airport]) if (left.delete(other)) airports.add(other);
        groups.push({ day, airports, rows: [...airports].map((airport) => rows.get(airport)!) });
      }
      return groups;
    });
}

/** Events, each as its rows. */
function joinDays(groups: DayGroup[]): number[][] {
  const eventOf = new Map<DayGroup, { groups: DayGroup[] }>();
  groups.forEach((group, index) => {
    let event = { groups: [group] };
    eventOf.set(group, event);
    for (let before = index - 1; before >= 0 && groups[before].day >= group.day - 1; before--) {
      const other = groups[before];
      const joined = eventOf.get(other)!;
      if (other.day === group.day || joined === event || !goesOn(other, group)) continue;
      joined.groups.push(...event.groups);
      for (const moved of event.groups) eventOf.set(moved, joined);
      event = joined;
    }
  });
  return [...new Set(eventOf.values())].map((event) => event.groups.flatMap(({ rows }) => rows));
}

function goesOn(one: DayGroup, next: DayGroup): boolean {
  const shared = one.airports.intersection(next.airports).size;
  return shared > 0 && shared >= sharedToGoOn * Math.min(one.airports.size, next.airports.size);
}

/** For each airport, the indexes of the airports near it. */
export function neighbours(airports: string[], places: ReadonlyMap<string, Place>): number[][] {
  const near: number[][] = airports.map(() => []);
  airports.forEach((airport, one) => {
    const here = places.get(airport);
    for (let other = 0; here && other < one; other++) {
      const there = places.get(airports[other]);
      if (!there || Math.abs(there.latitude - here.latitude) > nearDegrees) continue;
      if (kilometres(here, there) > nearKilometres) continue;
      near[one].push(other);
      near[other].push(one);
    }
  });
  return near;
}

/** Great-circle distance: the haversine formula (Sinnott 1984). */
function kilometres(one: Place, other: Place): number {
  const radians = Math.PI / 180;
  const latitudes = Math.sin(((other.latitude - one.latitude) * radians) / 2) ** 2;
  const longitudes = Math.sin(((other.longitude - one.longitude) * radians) / 2) ** 2;
  const between = Math.cos(one.latitude * radians) * Math.cos(other.latitude * radians);
  return 2 * earthRadiusKilometres * Math.asin(Math.sqrt(latitudes + between * longitudes));
}
