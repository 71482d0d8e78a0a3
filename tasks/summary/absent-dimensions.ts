import { type CountedYear, type Dimension, dimensions } from './counted-year.ts';

const sentences: Record<Dimension, string> = {
  carrier: 'Carriers are not in this year’s file, so no carrier is named or watched by itself.',
  destination: 'Destinations are not in this year’s file, so no destination is named or watched by itself.',
  hours: 'Scheduled departures are not in this year’s file, so no hours of a day are named.',
};

/** The dimensions that the files of a year have columns for. */
export function presentDimensions({ tallies }: Pick<CountedYear, 'tallies'>): Dimension[] {
  return dimensions.filter((dimension) => tallies[dimension].values.length > 0);
}

/** A sentence for each dimension that the year's files lack: what follows from that. */
export function absentDimensions(told: readonly Dimension[]): string[] {
  return dimensions.filter((dimension) => !told.includes(dimension)).map((dimension) => sentences[dimension]);
}
