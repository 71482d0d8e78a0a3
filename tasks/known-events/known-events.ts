import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import type { KnownEvent } from '../detect/known-event.ts';

/** The disruptions that are known by name, in the order of their dates. */
export async function readKnownEvents(): Promise<KnownEvent[]> {
  const text = await readFile(new URL('known-events.csv', import.meta.url), 'utf8');
  return (parse(text, { columns: true }) as Record<string, string>[]).map((row) => ({
    firstDate: row.first_date,
    lastDate: row.last_date,
    name: row.name,
    airports: codesIn(row.airports),
    carriers: codesIn(row.carriers),
    destinations: codesIn(row.destinations),
    what: row.what,
    source: row.source,
  }));
}

const codesIn = (text: string): string[] => text.split(' ').filter(Boolean);
