import { notGiven, type TypicalDays } from '../summary/typical-days.ts';
import { carriersAtAnAirport } from './counter-tables.ts';
import { hourOutcomes, hourSlots, outcomes } from './hour-outcomes.ts';
import type { JoinedTables } from './joined-tables.ts';

/** Counts of an airport's flights with a carrier, or of those without one. */
interface Source {
  /** Rank of the carrier's code, or {@link notGiven}. */
  carrier: number;
  counts: Uint32Array;
}

/** The typical days of a year. @param airports the codes of those that flights leave, sorted */
export function typicalDaysIn(tables: JoinedTables, airports: string[]): TypicalDays {
  const carriers = tables.carriers.toSorted();
  const ofAirport = sourcesOf(tables, carriers);
  const firstCell = [0];
  const columns = { hour: [], carrier: [], flights: [], late15: [], late60: [], late180: [] } as Record<
    Exclude<keyof TypicalDays, 'airports' | 'carriers' | 'firstCell'>,
    number[]
  >;
  for (const airport of airports) {
    const sources = ofAirport.get(airport) ?? [];
    for (let slot = 0; slot < hourSlots; slot++) {
      for (const { carrier, counts } of sources) {
        const first = slot * outcomes;
        const late180 = counts[first + 3];
        const late60 = late180 + counts[first + 2];
        const late15 = late60 + counts[first + 1];
        const flights = late15 + counts[first];
        if (flights === 0) continue;
        columns.hour.push(slot === hourSlots - 1 ? notGiven : slot);
        columns.carrier.push(carrier);
        columns.flights.push(flights);
        columns.late15.push(late15);
        columns.late60.push(late60);
        columns.late180.push(late180);
      }
    }
    firstCell.push(columns.hour.length);
  }
  return {
    airports,
    firstCell: Uint32Array.from(firstCell),
    carriers,
    hour: Uint8Array.from(columns.hour),
    carrier: Uint8Array.from(columns.carrier),
    flights: Uint32Array.from(columns.flights),
    late15: Uint32Array.from(columns.late15),
    late60: Uint32Array.from(columns.late60),
    late180: Uint32Array.from(columns.late180),
  };
}

/** Where each airport's flights are counted, in the order of the carriers; those without one come last. */
function sourcesOf(tables: JoinedTables, carriers: string[]): Map<string, Source[]> {
  const ofAirport = new Map<string, Source[]>();
  const add = (airport: number, carrier: number, table: Uint32Array, key: number) => {
    const code = tables.airports[airport];
    if (!ofAirport.has(code)) ofAirport.set(code, []);
    ofAirport.get(code)!.push({ carrier, counts: table.subarray(key * hourOutcomes, (key + 1) * hourOutcomes) });
  };
  const rank = tables.carriers.map((code) => carriers.indexOf(code));
  tables.segments.forEach((pair, segment) => {
    const [airport, carrier] = [Math.floor(pair / carriersAtAnAirport), pair % carriersAtAnAirport];
    add(airport, rank[carrier], tables.carrierOutcomes, segment);
  });
  for (const airport of tables.airports.keys()) add(airport, notGiven, tables.otherOutcomes, airport);
  for (const sources of ofAirport.values()) sources.sort((a, b) => a.carrier - b.carrier);
  return ofAirport;
}
