/** The minutes from which on a flight of a typical day counts as late. */
export const typicalSteps = [15, 60, 180] as const;
/** The number that stands for an hour or a carrier that the files do not give. */
export const notGiven = 255;

/**
 * What flights at each airport may expect: a year's flights by the hour of their scheduled departure and by carrier, and
 * how many of them were late. Flights that were neither cancelled nor have a departure delay are left out. In columns,
 * one value a cell; cells lie airport after airport, by hour and carrier.
 */
export interface TypicalDays {
  /** The airports' codes, sorted. */
  airports: string[];
  /** Airport → its first cell; one more entry ends the last airport. */
  firstCell: Uint32Array;
  /** Sorted codes, which `carrier` refers to. */
  carriers: string[];
  /** Hour of the scheduled departure, from 0 to 23, or {@link notGiven}. */
  hour: Uint8Array;
  /** Index of the carrier, or {@link notGiven}. */
  carrier: Uint8Array;
  /** Number of flights, at least 1. */
  flights: Uint32Array;
  /** Number of flights that left 15 minutes late or more, or not at all. */
  late15: Uint32Array;
  /** Number of flights that left an hour late or more, or not at all. */
  late60: Uint32Array;
  /** Number of flights that left three hours late or more, or not at all. */
  late180: Uint32Array;
}

/** A cell of {@link TypicalDays}. */
export interface TypicalDayCell {
  /** Hour of the scheduled departure in local time, from 0 to 23; null where the file does not give it. */
  hour: number | null;
  /** Code of the carrier; null where the file does not give it. */
  carrier: string | null;
  flights: number;
  late15: number;
  late60: number;
  late180: number;
}

/** The cells of one airport, by hour and carrier, what is not given last; none for an airport that is not there. */
export function* typicalDayOf(days: TypicalDays, airport: string): Iterable<TypicalDayCell> {
  const index = days.airports.indexOf(airport);
  if (index < 0) return;
  for (let cell = days.firstCell[index]; cell < days.firstCell[index + 1]; cell++) {
    yield {
      hour: days.hour[cell] === notGiven ? null : days.hour[cell],
      carrier: days.carriers[days.carrier[cell]] ?? null,
      flights: days.flights[cell],
      late15: days.late15[cell],
      late60: days.late60[cell],
      late180: days.late180[cell],
    };
  }
}

const columnTypes = {
  firstCell: Uint32Array,
  hour: Uint8Array,
  carrier: Uint8Array,
  flights: Uint32Array,
  late15: Uint32Array,
  late60: Uint32Array,
  late180: Uint32Array,
} as const;
const columnNames = Object.keys(columnTypes) as (keyof typeof columnTypes)[];

/** Encode as JSON, a list of numbers for each column, which is short because most counts have one or two digits. */
export function encodeTypicalDays(days: TypicalDays): string {
  const { airports, carriers } = days;
  const lists = columnNames.map((name) => `"${name}":[${days[name].join(',')}]`);
  return `{"airports":${JSON.stringify(airports)},"carriers":${JSON.stringify(carriers)},${lists.join(',')}}`;
}

/** Decode what {@link encodeTypicalDays} wrote. */
export function decodeTypicalDays(text: string): TypicalDays {
  const { airports, carriers, ...lists } = JSON.parse(text);
  const columns = columnNames.map((name) => [name, columnTypes[name].from(lists[name])]);
  return { airports, carriers, ...Object.fromEntries(columns) };
}
