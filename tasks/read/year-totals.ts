import type { CountedYear } from '../detect/detect-anomalies.ts';
import { latenessHistograms } from '../detect/lateness-histograms.ts';
import { daySlots, monthOf } from '../summary/calendar.ts';
import { cancellationCauses, cancelledColumns, causes, minutesColumns } from '../summary/causes.ts';
import type { AirportDayCounts } from './airport-day-counts.ts';
import type { FlightsByDay } from './flights-by-day.ts';

/** About as many as have flights in a year; room for more is made when they come. */
const airportsExpected = 400;

/** Adds up the counts of all batches of a year, whichever order and thread they come from. */
export class YearTotals {
  readonly #airports: string[] = [];
  readonly #indexes = new Map<string, number>();
  /** Of each airport-day, by {@link YearTotals.#offsetOf | slot}. */
  #sums = emptySums(airportsExpected * daySlots);
  readonly #flights: FlightsByDay[] = [];

  /**
   * @param airports the codes by which the counts number their airports
   * @param carriers the same of carriers
   */
  add(airports: string[], carriers: string[], counts: AirportDayCounts): void {
    const offsets = Uint32Array.from(airports, (airport) => this.#offsetOf(airport));
    const slotsOf = (airportDay: Uint32Array) => {
      const slots = new Uint32Array(airportDay.length);
      for (let i = 0; i < slots.length; i++) {
        const airport = (airportDay[i] / daySlots) | 0;
        slots[i] = offsets[airport] + airportDay[i] - airport * daySlots;
      }
      return slots;
    };
    const { departures, cancelled, explained, unnumbered, flights } = counts;
    const days = slotsOf(departures.airportDay);
    const sums = this.#sums;
    const ends = new Uint32Array(days.length);
    for (let i = 0, end = 0; i < days.length; i++)
      ends[i] = end += departures.withDelay[i] + departures.withoutDelay[i];
    this.#flights.push({ ...flights, days, ends, carriers });
    addTo(sums.rows, days, departures.withDelay);
    addTo(sums.rows, days, departures.withoutDelay);
    addTo(sums.departures, days, departures.withDelay);
    addTo(sums.delayMinutes, days, departures.delayMinutes);
    if (!cancelled) for (const slot of days) sums.untold[slot] = 1;
    else {
      const slots = slotsOf(cancelled.airportDay);
      addTo(sums.cancelled, slots, cancelled.rows);
      cancelled.byCause.forEach((rows, cause) => {
        addTo(sums.cancelledBy[cause], slots, rows);
      });
    }
    addTo(sums.unnumbered, slotsOf(unnumbered.airportDay), unnumbered.rows);
    addGroups(sums.minutesBy, slotsOf(explained.airportDay), explained.minutes);
  }

  /**
   * One row per airport and day that has a scheduled flight, and the flights of each row. The flights are handed over:
   * this can be done once.
   * @param causesOfMonth of each month, bit c is set when the input has minutes for the c-th of {@link causes}
   */
  finish(year: number, causesOfMonth: Uint8Array): CountedYear {
    const airports = this.#airports.filter((airport) => this.#hasRows(airport)).sort();
    const slots = new Uint32Array(this.#sums.rows.length);
    const rowOf = new Uint32Array(this.#sums.rows.length);
    const firstRow = new Uint32Array(airports.length + 1);
    let count = 0;
    airports.forEach((airport, index) => {
      firstRow[index] = count;
      const offset = this.#offsetOf(airport);
      for (let slot = offset; slot < offset + daySlots; slot++) {
        if (this.#sums.rows[slot] === 0) continue;
        rowOf[slot] = count;
        slots[count++] = slot;
      }
    });
    firstRow[airports.length] = count;
    for (const { days } of this.#flights) for (let i = 0; i < days.length; i++) days[i] = rowOf[days[i]];
    const days = { airports, firstRow, ...this.#columns(slots.subarray(0, count), { year, causesOfMonth }) };
    return { year, days, flights: this.#flights, histograms: latenessHistograms(days, this.#flights) };
  }

  #columns(slots: Uint32Array, { year, causesOfMonth }: { year: number; causesOfMonth: Uint8Array }) {
    const { rows, departures, delayMinutes, untold, cancelled, cancelledBy, minutesBy, unnumbered } = this.#sums;
    const month = Uint8Array.from({ length: daySlots }, (_, day) => monthOf(year, day));
    const monthsCoded = this.#monthsCoded(slots, month);
    const column = () => new Float64Array(slots.length);
    const counts = {
      flights: column(),
      numberedFlights: column(),
      departures: column(),
      cancelled: column(),
      meanDepartureDelay: column(),
    };
    const minutes = causes.map(column);
    const byCause = cancellationCauses.map(column);
    const dayOfYear = new Uint16Array(slots.length);
    for (let row = 0; row < slots.length; row++) {
      const slot = slots[row];
      dayOfYear[row] = slot % daySlots;
      counts.flights[row] = rows[slot];
      counts.numberedFlights[row] = rows[slot] - unnumbered[slot];
      counts.departures[row] = departures[slot];
      counts.cancelled[row] = untold[slot] ? NaN : cancelled[slot];
      // 0 / 0 is NaN, which is what a day without departures has for a mean.
      counts.meanDepartureDelay[row] = delayMinutes[slot] / departures[slot];
      const given = causesOfMonth[month[dayOfYear[row]]];
      for (let cause = 0; cause < causes.length; cause++) {
        minutes[cause][row] = (given >> cause) & 1 ? minutesBy[slot * causes.length + cause] : NaN;
      }
      const coded = !untold[slot] && (monthsCoded >> month[dayOfYear[row]]) & 1;
      for (let cause = 0; cause < cancellationCauses.length; cause++) {
        byCause[cause][row] = coded ? cancelledBy[cause][slot] : NaN;
      }
    }
    return {
      dayOfYear,
      ...counts,
      ...columnsOf(minutesColumns, minutes),
      ...columnsOf(cancelledColumns, byCause),
    };
  }

  /** Months whose cancellations have causes, or that have none while others do. */
  #monthsCoded(slots: Uint32Array, month: Uint8Array): number {
    let cancelled = 0;
    let coded = 0;
    for (const slot of slots) {
      if (this.#sums.cancelled[slot] === 0) continue;
      const bit = 1 << month[slot % daySlots];
      cancelled |= bit;
      if (this.#sums.cancelledBy.some((sums) => sums[slot] > 0)) coded |= bit;
    }
    return coded === 0 ? 0 : coded | ~cancelled;
  }

  /** An airport may have been seen in rows that were rejected only. */
  #hasRows(airport: string): boolean {
    const offset = this.#offsetOf(airport);
    return this.#sums.rows.subarray(offset, offset + daySlots).some((rows) => rows > 0);
  }

  #offsetOf(airport: string): number {
    let index = this.#indexes.get(airport);
    if (index === undefined) {
      index = this.#airports.push(airport) - 1;
      this.#indexes.set(airport, index);
      if (this.#airports.length * daySlots > this.#sums.rows.length) this.#grow();
    }
    return index * daySlots;
  }

  #grow(): void {
    const larger = emptySums(2 * this.#sums.rows.length);
    const copy = (to: unknown, from: unknown) => {
      if (ArrayBuffer.isView(to)) (to as Uint32Array).set(from as Uint32Array);
      else for (const key of Object.keys(to as object)) copy((to as any)[key], (from as any)[key]);
    };
    copy(larger, this.#sums);
    this.#sums = larger;
  }
}

function columnsOf<Name extends string>(names: readonly Name[], columns: Float64Array[]): Record<Name, Float64Array> {
  return Object.fromEntries(names.map((name, index) => [name, columns[index]])) as Record<Name, Float64Array>;
}

function addTo(sums: Uint32Array | Float64Array, slots: Uint32Array, values: Uint32Array | Float64Array): void {
  for (let i = 0; i < slots.length; i++) sums[slots[i]] += values[i];
}

/** The same with a value for each of {@link causes} in a slot. */
function addGroups(sums: Int32Array, slots: Uint32Array, values: Int32Array): void {
  for (let i = 0, at = 0; i < slots.length; i++) {
    const first = slots[i] * causes.length;
    for (let cause = 0; cause < causes.length; cause++) sums[first + cause] += values[at++];
  }
}

function emptySums(slots: number) {
  return {
    rows: new Uint32Array(slots),
    departures: new Uint32Array(slots),
    delayMinutes: new Float64Array(slots),
    /** 1 where a file does not say which of its flights were cancelled, whatever the other files say. */
    untold: new Uint8Array(slots),
    cancelled: new Uint32Array(slots),
    cancelledBy: cancellationCauses.map(() => new Uint32Array(slots)),
    /** For each of causes, slot after slot. */
    minutesBy: new Int32Array(slots * causes.length),
    unnumbered: new Uint32Array(slots),
  };
}
