import type { DecodedArray } from 'hyparquet';
import type { Format } from './parquet-values.ts';

/** The number that stands for a row without a value. */
export const blank = 0;
/** Number of 32-bit words that almost every field fits into, with the comma that follows it. */
export const fieldWords = 3;
export const fieldBytes = 4 * fieldWords;
/** A table that has more fields than this begins anew. */
const mostFields = 1 << 15;
const fewFields = 1 << 8;

/** Fields of a CSV file that a column's values make, each with a comma behind it, numbered from 1 on. */
export class FieldTable {
  /** The first bytes of each field, {@link fieldWords} words of it, to be written with the low byte first. */
  words = new Int32Array(fewFields * fieldWords);
  /** Number of bytes of each field. */
  sizes = new Uint16Array(fewFields);
  /** The fields that have more bytes than are in their words. */
  readonly long = new Map<number, Buffer>();
  /** Number of bytes of the longest field. */
  longest = fieldBytes;
  #count = blank;
  readonly #format: Format;
  readonly #numbers = new Map<unknown, number>();

  constructor(format: Format) {
    this.#format = format;
    this.#set(blank, Buffer.from(','));
  }

  /** Forget all fields when they have become too many. Numbers that were given before mean nothing any more. */
  clearWhenFull(): void {
    if (this.#count < mostFields) return;
    this.#numbers.clear();
    this.long.clear();
    this.#count = blank;
  }

  /** Add the fields of all values in their order, whether they are alike or not. */
  addAll(values: DecodedArray): void {
    for (const value of values) this.#add(value);
  }

  /** The number of a value's field, which is added when it is new. */
  numberOf(value: unknown): number {
    const key =
      value instanceof Uint8Array
        ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1')
        : value;
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#add(value);
      this.#numbers.set(key, number);
    }
    return number;
  }

  #add(value: unknown): number {
    const number = ++this.#count;
    if (number === this.sizes.length) {
      this.words = larger(this.words);
      this.sizes = larger(this.sizes);
    }
    this.#set(number, Buffer.from(`${this.#format(value)},`));
    return number;
  }

  #set(number: number, field: Buffer): void {
    const start = Buffer.alloc(fieldBytes);
    field.copy(start);
    for (let word = 0; word < fieldWords; word++) {
      this.words[number * fieldWords + word] = start.readInt32LE(4 * word);
    }
    this.sizes[number] = field.length;
    if (field.length > fieldBytes) this.long.set(number, field);
    this.longest = Math.max(this.longest, field.length);
  }
}

function larger<T extends Int32Array | Uint16Array>(array: T): T {
  const result = new (array.constructor as new (length: number) => T)(2 * array.length);
  result.set(array);
  return result;
}
