import type { DecodedArray, SchemaElement } from 'hyparquet';
import { readPlain } from 'hyparquet/src/plain.js';

/** Number of bytes in front of a text, which say how long it is. */
const lengthBytes = 4;

/**
 * Values of a Parquet column as their bytes lie in a page, one behind the other, in the encoding PLAIN. They are visited
 * in turn, since a page may hold a million of them and each would be an object.
 */
export class PlainValues {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Where the bytes of the value lie that is visited, without its length. */
  start = 0;
  end = 0;
  readonly #element: SchemaElement;
  /** Number of bytes of each value; 0 where each has its length in front. */
  readonly #width: number;

  /** @param bytes a boolean takes a whole byte, unlike in a file */
  constructor(bytes: Uint8Array, element: SchemaElement) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#element = element;
    this.#width = widthOf(element);
  }

  /**
   * Go on to the next value, or to the first one.
   * @throws Error when there is none
   */
  next(): void {
    let start = this.end;
    let width = this.#width;
    if (width === 0) {
      start += lengthBytes;
      if (start <= this.bytes.length) width = this.view.getUint32(start - lengthBytes, true);
    }
    if (start + width > this.bytes.length) throw new Error('a page holds fewer values than it says');
    this.start = start;
    this.end = start + width;
  }

  /** The value that is visited; bytes of a text are those of the page. */
  decode(): unknown {
    const { type, type_length } = this.#element;
    const offset = this.#width === 0 ? this.start - lengthBytes : this.start;
    return readPlain({ view: this.view, offset }, type!, 1, type_length)[0];
  }
}

/** The bytes that values have in the encoding PLAIN, which were in another one. */
export function plainBytesOf(values: DecodedArray, element: SchemaElement): Uint8Array {
  if (ArrayBuffer.isView(values)) return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const texts = values as Uint8Array[];
  const ahead = widthOf(element) === 0 ? lengthBytes : 0;
  const bytes = Buffer.allocUnsafe(texts.reduce((sum, { length }) => sum + ahead + length, 0));
  let at = 0;
  for (const text of texts) {
    if (ahead > 0) at = bytes.writeUInt32LE(text.length, at);
    bytes.set(text, at);
    at += text.length;
  }
  return bytes;
}

function widthOf({ type, type_length }: SchemaElement): number {
  switch (type) {
    case 'BOOLEAN':
      return 1;
    case 'INT32':
    case 'FLOAT':
      return 4;
    case 'INT64':
    case 'DOUBLE':
      return 8;
    case 'INT96':
      return 12;
    case 'FIXED_LEN_BYTE_ARRAY':
      if (!type_length) throw new Error('a column of values of a fixed length, without the length');
      return type_length;
    default:
      return 0;
  }
}
