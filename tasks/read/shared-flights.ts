import { type KeyRequest, keyLimit } from './flight-keys.ts';

/** What the flights of a file have in common, as far as it tells that another file cannot hold them. */
export interface FileOfFlights {
  /** 1 for each day of the year. */
  days: Uint8Array;
  airports: Set<string>;
  /** Codes of the carriers; undefined where a flight may be of any carrier. */
  carriers: Set<string> | undefined;
  rows: number;
  /** Number of rows with a flight number, where the file has a column of carriers. */
  numberedRows: number;
}

/** Reads files, by their indexes, for what their flights are known by. */
export type ReadKeys = (files: number[], request: KeyRequest) => Promise<Float64Array[]>;

/** Two files that hold the same flights. */
export interface SharedFlights {
  /** Indexes of the two files. */
  files: [number, number];
  /** Number of flights that are in both. */
  shared: number;
  /** Number of flights of the smaller file. */
  of: number;
}

/** A key leaves 16 bits of a whole number for the file's index. */
const mostFiles = 2 ** 53 / keyLimit;
/** Enough flights of the smallest file to tell a share of a hundredth. */
const sampleFlights = 1 << 14;
/** A carrier uses a number twice a day now and then, so a few flights in common are not the same flights. */
const ordinaryShare = { number: 0.01, delay: 0.95 };
/** Fewer flights may have the same delays by chance. */
const fewest = { number: 1, delay: 100 };

/**
 * Find two files that hold the same flights. Parts of a year, by carrier, airport or day, share none, and are not read
 * again. A flight is known by its date, origin, carrier and number; in files without numbers its delay stands for the
 * number, and only files that are nearly the same count as such.
 * @returns the pair that shares the most; undefined when no two files hold the same flights
 */
export async function findSharedFlights(
  files: FileOfFlights[],
  readKeys: ReadKeys,
): Promise<SharedFlights | undefined> {
  const suspects = [...files.keys()]
    .filter((index) => files.some((other, at) => at !== index && mayShare(files[index], other)))
    .slice(0, mostFiles);
  if (suspects.length === 0) return undefined;
  const by = suspects.every((index) => files[index].numberedRows > 0) ? 'number' : 'delay';
  const compare = async (indexes: number[], every: number) => {
    const request = { by, every } as const;
    return pairsOf(indexes, await readKeys(indexes, request), request);
  };
  const smallest = Math.min(...suspects.map((index) => files[index].rows));
  const every = 2 ** Math.max(0, Math.floor(Math.log2(smallest / sampleFlights)));
  const found = await compare(suspects, every);
  if (every === 1) return found[0];
  for (const { files: pair } of found) {
    const [exact] = await compare(pair, 1);
    if (exact) return exact;
  }
  return undefined;
}

function mayShare(one: FileOfFlights, other: FileOfFlights): boolean {
  return (
    one.days.some((flown, day) => flown && other.days[day]) &&
    !one.airports.isDisjointFrom(other.airports) &&
    !(one.carriers && other.carriers?.isDisjointFrom(one.carriers))
  );
}

/** The pairs of files that share more than is ordinary, the one that shares the most first. */
function pairsOf(indexes: number[], keys: Float64Array[], { by }: KeyRequest): SharedFlights[] {
  const sorted = new Float64Array(keys.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const [file, each] of keys.entries()) for (const key of each) sorted[at++] = key * mostFiles + file;
  sorted.sort();
  const least = (pair: number) => Math.min(...filesOf(pair).map((file) => keys[file].length));
  return [...countPairs(sorted)]
    .map(([pair, shared]) => ({ files: filesOf(pair), shared, of: least(pair) }))
    .filter(({ shared, of }) => of >= fewest[by] && shared > ordinaryShare[by] * of)
    .map(({ files: [one, other], ...rest }) => ({ ...rest, files: [indexes[one], indexes[other]] as [number, number] }))
    .sort((a, b) => b.shared - a.shared);
}

/** How many flights each pair of files has in common. */
function countPairs(sorted: Float64Array): Map<number, number> {
  const pairs = new Map<number, number>();
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    const key = Math.floor(sorted[start] / mostFiles);
    end = start + 1;
    if (end === sorted.length || Math.floor(sorted[end] / mostFiles) !== key) continue;
    const counts = new Map<number, number>();
    for (end = start; end < sorted.length && Math.floor(sorted[end] / mostFiles) === key; end++) {
      const file = sorted[end] - key * mostFiles;
      counts.set(file, (counts.get(file) ?? 0) + 1);
    }
    const files = [...counts];
    for (let i = 1; i < files.length; i++) {
      for (let j = 0; j < i; j++) {
        const pair = files[j][0] * mostFiles + files[i][0];
        pairs.set(pair, (pairs.get(pair) ?? 0) + Math.min(files[i][1], files[j][1]));
      }
    }
  }
  return pairs;
}

function filesOf(pair: number): [number, number] {
  return [Math.floor(pair / mostFiles), pair % mostFiles];
}
