import type { Origin } from '../io/origin.ts';

/** A file to fetch. */
export interface WantedFile {
  url: URL;
  /** The months, from 1 to 12, that it must hold, and no others. */
  months: number[];
  /** Name of the file in the year's folder, if it differs from the origin's name. */
  name?: string;
}

/** A year of flights, as somebody publishes it. */
export interface Source {
  /** Name of the source in the manifest and in messages. */
  name: string;
  origin: Origin;
  files: WantedFile[];
  /** Where the files are looked for, for people. */
  place: string;
  /** How many files may be asked for at once. */
  atOnce: number;
  /** A sentence's end for people when months are not out yet: when to try again. */
  whenMissing(missingMonths: number[], today: Date): string;
  /** A sentence's end for people when months can no longer be expected: what to check. */
  whenAbsent: string;
}

/** What every source needs. */
export interface SourceRequest {
  year: number;
  /** Opens the way to files behind http, https or file. */
  openOrigin(url: URL, authorization?: string): Origin;
  /** Opens the way to the months behind BTS's download form. */
  openForm(): Origin;
}

/** Polite to a public server, and enough to keep the line to it busy. */
export const politeAtOnce = 2;
