import { InputError } from '../errors.ts';
import { openSource, type Source } from '../io/archive.ts';
import type { ByteRange, Storage } from '../io/storage.ts';

const newline = 10;
const carriageReturn = 13;
const byteOrderMark = Buffer.from('\uFEFF');
const longestHeaderBytes = 1 << 16;

/** The first line of a CSV file, and its first row. */
export interface Header {
  /** The header line without byte-order mark and line end. */
  text: string;
  /** The next line that is not blank, without its line end; '' where the file has none. */
  firstRow: string;
  /** Number of bytes before the second line. */
  length: number;
}

/**
 * Read the header of a source.
 * @throws InputError when the file is empty or its first line is no line of text
 */
export async function readHeader(storage: Storage, source: Source): Promise<Header> {
  let head = Buffer.alloc(0);
  // A range without an end would ask for the whole object over the network.
  const read = ({ start, end }: ByteRange) =>
    storage.stream(source.object, {
      start,
      end: source.kind === 'csv' ? Math.min(end, start + 2 * longestHeaderBytes) : end,
    });
  for await (const chunk of openSource(source, read)) {
    head = Buffer.concat([head, chunk]);
    const header = headerIn(head, source.name);
    if (header) return header;
  }
  return wholeHeader(head, source.name);
}

/**
 * The header in a file's first bytes; undefined where they end before the first row does.
 * @throws InputError when the first line is no line of text
 */
export function headerIn(head: Buffer, name: string): Header | undefined {
  const end = head.indexOf(newline);
  if (end >= 0) {
    const isWhole = behind(head, end + 1).includes('\n') || head.length - end > longestHeaderBytes;
    return isWhole ? header(head, end + 1) : undefined;
  }
  if (head.length <= longestHeaderBytes) return undefined;
  if (head.includes(carriageReturn)) return header(head, head.length);
  throw new InputError(`${name}:1: no line end in ${longestHeaderBytes} bytes; expected a CSV file of flights`);
}

/**
 * The header in a file that ends with it or with the first row.
 * @throws InputError when the file is empty
 */
export function wholeHeader(file: Buffer, name: string): Header {
  if (file.length === 0) throw new InputError(`${name} is empty; expected a header and flights`);
  const end = file.indexOf(newline);
  return header(file, end < 0 ? file.length : end + 1);
}

function header(head: Buffer, length: number): Header {
  const mark = head.subarray(0, byteOrderMark.length).equals(byteOrderMark) ? byteOrderMark.length : 0;
  const [firstRow] = behind(head, length).split('\n', 1);
  return { text: head.toString('utf8', mark, length).trim(), firstRow: firstRow.trim(), length };
}

/** The text from the first row on. */
function behind(head: Buffer, headerLength: number): string {
  return head.toString('utf8', headerLength).trimStart();
}
