import { daySlots } from '../summary/calendar.ts';

/** A day without a flight in so many batches, some 200,000 flights, is likely over. */
const batchesOpen = 24;

/** How the tables of days are made and used up. */
export interface DayTables<Table, List> {
  make(): Table;
  /** What was counted, in as little memory as it can be kept in. */
  listOf(table: Table): List;
  clear(table: Table): void;
}

/**
 * A table for each day of the year whose flights are being counted. It stays in the processor's cache while flights of one
 * day follow each other. When they no longer come, the table becomes a list, which takes a fraction of the memory.
 */
export class OpenDays<Table, List> {
  readonly #tables: DayTables<Table, List>;
  readonly #open: (Table | undefined)[] = Array(daySlots).fill(undefined);
  readonly #lists: List[][] = Array.from({ length: daySlots }, () => []);
  /** Empty tables whose memory is used again. */
  readonly #spare: Table[] = [];
  /** For each day, the batch in which its last flight came. */
  readonly #used = new Uint32Array(daySlots);
  #batches = 1;

  constructor(tables: DayTables<Table, List>) {
    this.#tables = tables;
  }

  /** The table of a day, to count in. */
  tableOf(day: number): Table {
    this.#used[day] = this.#batches;
    return (this.#open[day] ??= this.#spare.pop() ?? this.#tables.make());
  }

  /** Replace the table of an open day by one that holds the same. */
  replace(day: number, table: Table): void {
    this.#open[day] = table;
  }

  /** Say that a batch was counted. */
  endBatch(): void {
    if (this.#batches % batchesOpen === 0) this.#close(this.#batches - batchesOpen);
    this.#batches++;
  }

  /** The counts of each day, in lists whose numbers add up. */
  lists(): List[][] {
    this.#close(this.#batches);
    return this.#lists;
  }

  /** Turn the tables that were last used in a batch up to this one into lists. */
  #close(until: number): void {
    this.#open.forEach((table, day) => {
      if (table === undefined || this.#used[day] > until) return;
      this.#lists[day].push(this.#tables.listOf(table));
      this.#open[day] = undefined;
      this.#tables.clear(table);
      this.#spare.push(table);
    });
  }
}
