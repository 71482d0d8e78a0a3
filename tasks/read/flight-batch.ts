import { causes } from '../summary/causes.ts';

/** The delay of a flight for which the file gives none. */
export const noDelay = -32_768;
/** The carrier, destination or hour of a flight for which the file gives none. */
export const noCarrier = 255;
export const noDestination = 65_535;
export const noHour = 255;
/**
 * The cancellation of a flight that was not cancelled. A cancelled one has 1, or, where the file gives a cause, 2 + the
 * cause's index.
 */
export const flown = 0;

/** Number of rows that fit into the processor's cache with all that is counted of them. */
export const batchRows = 1 << 13;

/** Flights in columns, as they are read. The memory is used again for the next ones. */
export class FlightBatch {
  rows = 0;
  /** Number of the airport that the flight left. */
  readonly origin = new Uint16Array(batchRows);
  /** Zero-based day of the year. */
  readonly day = new Uint16Array(batchRows);
  /** Departure delay in whole minutes, or {@link noDelay}. */
  readonly departureDelay = new Int16Array(batchRows);
  /** {@link flown}, or how it was cancelled. */
  readonly cancellation = new Uint8Array(batchRows);
  /** Number of the carrier, or {@link noCarrier}. */
  readonly carrier = new Uint8Array(batchRows);
  /** Number of the airport it flew to, or {@link noDestination}. */
  readonly destination = new Uint16Array(batchRows);
  /** Hour of the scheduled departure, from 0 to 23, or {@link noHour}. */
  readonly hour = new Uint8Array(batchRows);

  /** Rows without a flight number, where the file has such a column. */
  unnumberedRows = 0;
  readonly unnumbered = new Uint16Array(batchRows);

  /** Rows for which the file says why the flight was late. */
  explainedRows = 0;
  readonly explained = new Uint16Array(batchRows);
  /** Minutes for each of {@link causes}, explained row after explained row; 0 where the file has none. */
  readonly minutes = new Int16Array(batchRows * causes.length);

  clear(): void {
    this.rows = 0;
    this.unnumberedRows = 0;
    this.explainedRows = 0;
  }
}
