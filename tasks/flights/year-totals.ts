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
      this.#delayMinutes[slot] += departures.delayMinutes[i] ?? 0;
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
    const airports = [...this.#airports].sort();
    const slots: number[] = [];
    const firstRow = Uint32Array.from([...airports, ''], (airport) => {
      const first = slots.length;
      const offset = this.#indexes.get(airport);
      for (let day = 0; offset !== undefined && day < daySlots; day++) {
        if (this.#rows[offset * daySlots + day] > 0) slots.push(offset * daySlots + day);
      }
      return first;
    });
    return {
      airports,
      firstRow,
      dayOfYear: Uint16Array.from(slots, (slot) => slot % daySlots),
      flights: Uint32Array.from(slots, (slot) => this.#rows[slot] - this.#unnumbered[slot]),
      departures: Uint32Array.from(slots, (slot) => this.#departures[slot]),
      cancelled: saysCancelled ? Uint32Array.from(slots, (slot) => this.#cancelled[slot]) : null,
      // 0 / 0 is NaN, which is what a day without departures has for a mean.
      meanDepartureDelay: Float64Array.from(slots, (slot) => this.#delayMinutes[slot] / this.#departures[slot]),
    };
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
