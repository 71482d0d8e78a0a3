import type { AirportFacts } from '../airport-facts.ts';
import { airportDataFile, type SiteFacts, yearDataFile } from '../data-file.ts';
import { factsFormat, type YearFacts } from '../year-facts.ts';

/** What data files have brought so far. */
const years = new Map<number, YearFacts>();
const airports = new Map<string, AirportFacts>();
let site: SiteFacts = { years: [], airports: [] };
const loading = new Map<string, Promise<void>>();

/** Keeps the facts that a data file brings. Facts that another version wrote are passed over. */
export function add(data: YearFacts | AirportFacts | SiteFacts): void {
  if (!('format' in data)) site = data;
  else if (data.format !== factsFormat) return;
  else if ('airport' in data) airports.set(`${data.year}/${data.airport}`, data);
  else years.set(data.year, data);
}

export const siteFacts = () => site;
export const loadedYears = () => [...years.values()].sort((a, b) => a.year - b.year);

/** @returns undefined where there is no such file, or one of another version */
export async function yearFacts(year: number): Promise<YearFacts | undefined> {
  if (!years.has(year)) await load(yearDataFile(year));
  return years.get(year);
}

/** @returns undefined where there is no such file, or one of another version */
export async function airportFacts(year: number, airport: string): Promise<AirportFacts | undefined> {
  const key = `${year}/${airport}`;
  if (!airports.has(key)) await load(airportDataFile(year, airport));
  return airports.get(key);
}

/** Loads a script below `reports/`, once. */
export function load(file: string): Promise<void> {
  return loadScript(`${document.body.dataset.root}${file}`);
}

/** @param address relative to the page */
export function loadScript(address: string): Promise<void> {
  let loaded = loading.get(address);
  if (!loaded) {
    loaded = new Promise((resolve) => {
      const script = document.createElement('script');
      script.src = address;
      script.onload = script.onerror = () => resolve();
      document.head.append(script);
    });
    loading.set(address, loaded);
  }
  return loaded;
}
