import { InputError } from '../errors.ts';
import { openSource, type Source } from '../io/archive.ts';
import type { ByteRange, Storage } from '../io/storage.ts';

const newline = 10;
const byteOrderMark = Buffer.from('\uFEFF');
const longestHeaderBytes = 1 << 16;

/** The first line of a CSV file. */
export interface Header {
  /** Without byte-order mark and line end. */
  text: string;
  /** Bytes up to the second line. */
  length: number;
}

/**
 * Read the header of a source.
 * @throws InputError when the file is empty or its first line is no line of text
 */
export async function readHeader(storage: Storage, source: Source): Promise<Header> {
  let head = Buffer.alloc(0);
  let end = -1;
  // Without an end, a request over the network would be for the whole object.
  const read = ({ start, end }: ByteRange) =>
    storage.stream(source.object, {
      start,
      end: source.kind === 'csv' ? Math.min(end, start + 2 * longestHeaderBytes) : end,
    });
  for await (const chunk of openSource(source, read)) {
    head = Buffer.concat([head, chunk]);
    end = head.indexOf(newline);
    if (end >= 0 || head.length > longestHeaderBytes) break;
  }
  if (head.length === 0) throw new InputError(`${source.name} is empty; expected a header and flights`);
  if (end < 0 && head.length > longestHeaderBytes) {
    throw new InputError(
      `${source.name}:1: no line end in ${longestHeaderBytes} bytes; expected a CSV file of flights`,
    );
  }
  const length = end < 0 ? head.length : end + 1;
  const mark = head.subarray(0, byteOrderMark.length).equals(byteOrderMark) ? byteOrderMark.length : 0;
  return { text: head.toString('utf8', mark, length).trim(), length };
}
