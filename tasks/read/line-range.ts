import type { ReadRange } from '../io/archive.ts';
import type { ByteRange } from '../io/storage.ts';

const newline = 10;
/** Longer than almost every line, so that a part mostly ends with its first request. */
const overlapBytes = 1 << 12;

export interface LinesOptions {
  /** Offset at which the lines begin: behind the header. */
  firstLineStart: number;
  /** Number of bytes of the whole object. */
  size: number;
  read: ReadRange;
}

/**
 * The lines of an uncompressed object that start in a range, whole: the parts of an object, each read by this function,
 * give every line exactly once.
 */
export async function* linesStartingIn(
  { start, end }: ByteRange,
  { firstLineStart, size, read }: LinesOptions,
): AsyncIterable<Uint8Array> {
  // A line starts behind a line end, so the byte before the range decides whether one starts with the range.
  let inLine = start > firstLineStart;
  let position = inLine ? start - 1 : start;
  while (position < size) {
    const until = Math.min(size, Math.max(position, end) + overlapBytes);
    for await (let chunk of read({ start: position, end: until })) {
      position += chunk.length;
      if (inLine) {
        const lineEnd = chunk.indexOf(newline);
        if (lineEnd < 0) continue;
        if (position - chunk.length + lineEnd + 1 >= end) return;
        chunk = chunk.subarray(lineEnd + 1);
        inLine = false;
      }
      if (position >= end) {
        const last = chunk.indexOf(newline, Math.max(0, end - 1 - (position - chunk.length)));
        if (last >= 0) {
          yield chunk.subarray(0, last + 1);
          return;
        }
      }
      yield chunk;
    }
  }
}
