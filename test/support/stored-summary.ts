import type { AirportDays } from '../../tasks/summary/airport-days.ts';
import type { StoredSummary } from '../../tasks/summary/summary-file.ts';

/** A summary of airport-days without anything else. */
export function storedSummaryOf(days: AirportDays, changes: Partial<StoredSummary> = {}): StoredSummary {
  return {
    days,
    contributors: [],
    segmentAnomalies: [],
    typicalDays: {
      airports: [],
      firstCell: new Uint32Array(1),
      carriers: [],
      hour: new Uint8Array(),
      carrier: new Uint8Array(),
      flights: new Uint32Array(),
      late15: new Uint32Array(),
      late60: new Uint32Array(),
      late180: new Uint32Array(),
    },
    provenance: {
      codeVersion: 'test',
      flightsRead: 1_000,
      rejectedRows: 0,
      blanks: {},
      months: 12,
      missing: [],
      threshold: 3.1,
      dimensions: ['carrier', 'destination', 'hours'],
      files: [],
    },
    sha256: 'a'.repeat(64),
    ...changes,
  };
}
