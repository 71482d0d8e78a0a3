import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';

/** An airport: a row of airports.csv and of table `airports`. */
export interface Airport {
  /** IATA code. */
  airport: string;
  name: string;
  city: string | null;
  latitude: number;
  longitude: number;
  time_zone: string | null;
}

/** The airports we know by name, by their codes. */
export async function readAirports(): Promise<Map<string, Airport>> {
  const rows = parse(await readFile(new URL('airports.csv', import.meta.url)), { columns: true }) as Record<
    keyof Airport,
    string
  >[];
  return new Map(
    rows.map(({ airport, name, city, latitude, longitude, time_zone }) => [
      airport,
      {
        airport,
        name,
        city: city || null,
        latitude: Number(latitude),
        longitude: Number(longitude),
        time_zone: time_zone || null,
      },
    ]),
  );
}
