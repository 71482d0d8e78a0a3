import { type Item, type Kind, kinds } from './news.ts';

/** Items that are told in full; more of them would not be read. */
const mostItems = 10;

/** What is told of a year at once. */
export interface Digest {
  year: number;
  /** Whole ones, counted from January; fewer than 12: provisional until the year is complete. */
  months: number;
  /** The worst ones, worst first. */
  items: Item[];
  /** How many items there are of each kind, with those that are not told in full. */
  counts: Record<Kind, number>;
}

/** A digest as it stands in its table. */
export interface StoredDigest extends Digest {
  /** UUID. */
  id: string;
  decidedAt: Date;
}

/** The digest of items, worst first; undefined where there is nothing to tell. */
export function digestOf(
  { year, months }: { year: number; months: number },
  items: readonly Item[],
): Digest | undefined {
  if (items.length === 0) return undefined;
  const counts = Object.fromEntries(
    kinds.map((kind) => [kind, items.filter((item) => item.kind === kind).length]),
  ) as Record<Kind, number>;
  return { year, months, items: items.slice(0, mostItems), counts };
}
