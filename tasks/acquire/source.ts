import type { Origin } from '../io/origin.ts';

/** A file to fetch. */
export interface WantedFile {
  url: URL;
  /** The months, from 1 to 12, that it must hold, and no others. */
  months: number[];
  /** What to call it in the year's folder; else as its origin calls it. */
  name?: string;
}

/** A year of flights, as somebody publishes it. */
export interface Source {
  /** For the manifest and for people. */
  name: string;
  origin: Origin;
  files: WantedFile[];
  /** A sentence's end for people when months are not there: why, and what to do. */
  whenMissing(missingMonths: number[], today: Date): string;
}

/** What every source needs. */
export interface SourceRequest {
  year: number;
  /** Opens the way to files behind http, https or file. */
  openOrigin(url: URL, authorization?: string): Origin;
}
