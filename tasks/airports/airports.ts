import { readFile } from 'node:fs/promises';

/** An airport: an entry of airports.json; without the state, a row of table `airports`. */
export interface Airport {
  /** IATA code. */
  airport: string;
  name: string;
  city: string | null;
  /** State or territory of the United States. */
  state: string | null;
  latitude: number;
  longitude: number;
  time_zone: string | null;
}

/** The airports we know by name, by their codes. */
export async function readAirports(): Promise<Map<string, Airport>> {
  const airports = JSON.parse(await readFile(new URL('airports.json', import.meta.url), 'utf8')) as Airport[];
  return new Map(airports.map((airport) => [airport.airport, airport]));
}
