import type { ReadRange } from './archive.ts';
import { readBytes } from './read-bytes.ts';
import type { ByteRange } from './storage.ts';

/** The widest gap between two ranges that is read along, rather than asking a second time. */
const widestGap = 1 << 17;
/** The most bytes that are kept in memory. */
const mostBytes = 1 << 23;

/**
 * Read ranges that lie close together at once. Columns of a table are often neighbours, and over a network each request
 * takes a while.
 * @param ranges all that will be read, or more; where they are too many bytes, each is read by itself
 * @returns what reads within these ranges
 */
export function joinRanges(ranges: ByteRange[], read: ReadRange): ReadRange {
  const joined: { range: ByteRange; bytes?: Promise<Buffer> }[] = [];
  for (const { start, end } of ranges.toSorted((a, b) => a.start - b.start)) {
    const last = joined.at(-1)?.range;
    if (last && start - last.end <= widestGap) last.end = Math.max(last.end, end);
    else joined.push({ range: { start, end } });
  }
  if (joined.reduce((sum, { range }) => sum + range.end - range.start, 0) > mostBytes) return read;
  return async function* ({ start, end }) {
    const found = joined.find(({ range }) => start >= range.start && end <= range.end);
    if (!found) throw new Error(`bytes ${start} to ${end} are not among those to be read`);
    found.bytes ??= readBytes(read, found.range);
    yield (await found.bytes).subarray(start - found.range.start, end - found.range.start);
  };
}
