import type { AirportDayCounts } from './airport-day-counts.ts';
import type { DailyCounts } from './airport-days.ts';
import { daySlots } from './calendar.ts';

/** Adds up the counts of all batches of a year, whichever order and thread they come from. */
export class YearTotals {
  readonly #airports: string[] = [];
  readonly #indexes = new Map<string, number>();
  #slots = 0;
  #rows = new Uint32Array();
  #departures = new Uint32Array();
  #cancelled = new Uint32Array();
  #unnumbered = new Uint32Array();
  #delayMinutes = new Float64Array();

  /** @param airports the codes by which the counts number their airports */
  add(airports: string[], counts: AirportDayCounts): void {
    const offsets = airports.map((airport) => this.#offsetOf(airport));
    const slotOf = (airportDay: number) => offsets[Math.floor(airportDay / daySlots)] + (airportDay % daySlots);
    const { departures, cancelled, unnumbered } = counts;
    for (let i = 0; i < departures.airportDay.length; i++) {
      const slot = slotOf(departures.airportDay[i]);
      this.#rows[slot] += departures.withDelay[i] + departures.withoutDelay[i];
      this.#departures[slot] += departures.withDelay[i];
      this.#delayMinutes[slot] += departures.delayMinutes[i];
    }
    for (let i = 0; i < cancelled.airportDay.length; i++) {
      this.#cancelled[slotOf(cancelled.airportDay[i])] += cancelled.rows[i];
    }
    for (let i = 0; i < unnumbered.airportDay.length; i++) {
      this.#unnumbered[slotOf(unnumbered.airportDay[i])] += unnumbered.rows[i];
    }
  }

  /**
   * One row per airport and day that has a scheduled flight.
   * @param saysCancelled whether the input has a column for it
   */
  days({ saysCancelled }: { saysCancelled: boolean }): DailyCounts {
    const airports = this.#airports.filter((airport) => this.#hasRows(airport)).sort();
    const slots = new Uint32Array(this.#rows.length);
    const firstRow = new Uint32Array(airports.length + 1);
    let rows = 0;
    airports.forEach((airport, index) => {
      firstRow[index] = rows;
      const offset = this.#offsetOf(airport);
      for (let slot = offset; slot < offset + daySlots; slot++) if (this.#rows[slot] > 0) slots[rows++] = slot;
    });
    firstRow[airports.length] = rows;

    const days: DailyCounts = {
      airports,
      firstRow,
      dayOfYear: new Uint16Array(rows),
      flights: new Uint32Array(rows),
      departures: new Uint32Array(rows),
      cancelled: saysCancelled ? new Uint32Array(rows) : null,
      meanDepartureDelay: new Float64Array(rows),
    };
    for (let row = 0; row < rows; row++) {
      const slot = slots[row];
      days.dayOfYear[row] = slot % daySlots;
      days.flights[row] = this.#rows[slot] - this.#unnumbered[slot];
      days.departures[row] = this.#departures[slot];
      if (days.cancelled) days.cancelled[row] = this.#cancelled[slot];
      // 0 / 0 is NaN, which is what a day without departures has for a mean.
      days.meanDepartureDelay[row] = this.#delayMinutes[slot] / this.#departures[slot];
    }
    return days;
  }

  /** An airport may have been seen in rows that were rejected only. */
  #hasRows(airport: string): boolean {
    const offset = this.#offsetOf(airport);
    return this.#rows.subarray(offset, offset + daySlots).some((rows) => rows > 0);
  }

  #offsetOf(airport: string): number {
    let index = this.#indexes.get(airport);
    if (index === undefined) {
      index = this.#airports.push(airport) - 1;
      this.#indexes.set(airport, index);
      if (this.#airports.length * daySlots > this.#slots) this.#grow();
    }
    return index * daySlots;
  }

  #grow(): void {
    this.#slots = Math.max(64 * daySlots, this.#slots * 2);
    const grown = <A extends Uint32Array | Float64Array>(old: A, larger: A): A => {
      larger.set(old);
      return larger;
    };
    this.#rows = grown(this.#rows, new Uint32Array(this.#slots));
    this.#departures = grown(this.#departures, new Uint32Array(this.#slots));
    this.#cancelled = grown(this.#cancelled, new Uint32Array(this.#slots));
    this.#unnumbered = grown(this.#unnumbered, new Uint32Array(this.#slots));
    this.#delayMinutes = grown(this.#delayMinutes, new Float64Array(this.#slots));
  }
}
