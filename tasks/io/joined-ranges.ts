import type { ReadRange } from './archive.ts';
import { readInto } from './read-bytes.ts';
import { borrow, giveBack } from './spare-memory.ts';
import type { ByteRange } from './storage.ts';

/** The widest gap between two ranges that is read along, rather than asking a second time. */
const widestGap = 1 << 17;
/** The most bytes that are kept in memory. */
const mostBytes = 1 << 23;

/** Ranges that are read at once. */
export interface JoinedRanges {
  /** Reads within these ranges. */
  read: ReadRange;
  /** Call it when nothing further is read, and nobody needs what was read. */
  end(): Promise<void>;
}

/**
 * Read ranges that lie close together at once. Columns of a table are often neighbours, and over a network each request
 * takes a while.
 * @param ranges all that will be read, or more; where they are too many bytes, each is read by itself
 */
export function joinRanges(ranges: ByteRange[], read: ReadRange): JoinedRanges {
  const joined: { range: ByteRange; bytes?: Promise<Buffer> }[] = [];
  for (const { start, end } of ranges.toSorted((a, b) => a.start - b.start)) {
    const last = joined.at(-1)?.range;
    if (last && start - last.end <= widestGap) last.end = Math.max(last.end, end);
    else joined.push({ range: { start, end } });
  }
  if (joined.reduce((sum, { range }) => sum + range.end - range.start, 0) > mostBytes) {
    return { read, end: async () => {} };
  }
  const fill = async ({ start, end }: ByteRange) => {
    const memory = borrow(end - start);
    await readInto(memory.subarray(0, end - start), read, start);
    return memory;
  };
  const readWithin: ReadRange = async function* ({ start, end }) {
    const found = joined.find(({ range }) => start >= range.start && end <= range.end);
    if (!found) throw new Error(`bytes ${start} to ${end} are not among those to be read`);
    found.bytes ??= fill(found.range);
    yield (await found.bytes).subarray(start - found.range.start, end - found.range.start);
  };
  const end = async () => {
    for (const { bytes } of joined) if (bytes) giveBack(await bytes);
  };
  return { read: readWithin, end };
}
