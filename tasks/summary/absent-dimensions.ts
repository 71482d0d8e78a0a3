import { type CountedYear, type Dimension, dimensions } from './counted-year.ts';

const sentences: Record<Dimension, string> = {
  carrier: 'Carriers are not in this year’s file, so no carrier is named or watched by itself.',
  destination: 'Destinations are not in this year’s file, so no destination is named or watched by itself.',
  hours: 'Scheduled departures are not in this year’s file, so no hours of a day are named.',
};

/** By what the files of a year tell its flights apart. */
export function toldDimensions({ tallies }: Pick<CountedYear, 'tallies'>): Dimension[] {
  return dimensions.filter((dimension) => tallies[dimension].values.length > 0);
}

/** What follows from each dimension that a year's files do not tell, in a sentence. */
export function absentDimensions(told: readonly Dimension[]): string[] {
  return dimensions.filter((dimension) => !told.includes(dimension)).map((dimension) => sentences[dimension]);
}
