import type { Dictionary } from '../io/parquet-pages.ts';
import type { PlainValues } from '../io/plain-values.ts';
import type { Format } from './parquet-values.ts';

/** The number that stands for a row without a value. */
export const blank = 0;
/** Number of 32-bit words that almost every field fits into, with the comma that follows it. */
export const fieldWords = 3;
export const fieldBytes = 4 * fieldWords;
/** A table that has more fields than this, or that knows values of more bytes, begins anew. */
const mostFields = 1 << 15;
const mostKnown = 1 << 20;
const fewFields = 1 << 8;
/** A prime number near 2³² divided by the golden ratio, which spreads values that differ little. */
const spread = 0x9e3779b1;

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

  // Values are found again by their bytes, so that a page of a million texts is no million objects. The hash table has
  // the field's number in the first free slot from the value's hash on, and 0 in a free slot.
  #slots = new Int32Array(2 * fewFields);
  #hashes = new Int32Array(fewFields);
  /** The bytes of the values that are known, one behind the other, and where each ends. */
  #known = Buffer.alloc(fewFields);
  #ends = new Int32Array(fewFields);

  constructor(format: Format) {
    this.#format = format;
    this.#set(blank, Buffer.from(','));
  }

  /** Forget all fields when they have become too many. Numbers that were given before mean nothing any more. */
  clearWhenFull(): void {
    if (this.#count < mostFields && this.#ends[this.#count] < mostKnown) return;
    this.#slots.fill(0);
    this.long.clear();
    this.#count = blank;
  }

  /**
   * Add the fields of a dictionary's entries in their order, whether they are alike or not. They are not found again.
   * @throws Error when there are fewer of them
   */
  addAll({ values, count }: Dictionary): void {
    this.#reserve(Math.min(count, mostFields));
    for (let at = 0; at < count; at++) {
      values.next();
      this.#add(values);
    }
  }

  /**
   * Write the numbers of the next values' fields to the beginning of an array. Fields that are new are added.
   * @throws Error when there are fewer values
   */
  numbersOf(values: PlainValues, into: Int32Array, count: number): void {
    for (let at = 0; at < count; at++) {
      values.next();
      into[at] = this.#numberOf(values);
    }
  }

  #numberOf(values: PlainValues): number {
    const hash = hashOf(values);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot];
      if (number === 0) return this.#remember(values, hash, slot);
      if (this.#hashes[number] === hash && this.#isAt(number, values)) return number;
    }
  }

  #isAt(number: number, { bytes, start, end }: PlainValues): boolean {
    const known = this.#known;
    let at = this.#ends[number - 1];
    if (this.#ends[number] - at !== end - start) return false;
    for (let of = start; of < end; of++, at++) if (bytes[of] !== known[at]) return false;
    return true;
  }

  #remember(values: PlainValues, hash: number, slot: number): number {
    const number = this.#add(values);
    const { bytes, start, end } = values;
    const from = this.#ends[number - 1];
    const to = from + end - start;
    if (to > this.#known.length) this.#known = Buffer.concat([this.#known], 2 * to);
    this.#known.set(bytes.subarray(start, end), from);
    if (number >= this.#hashes.length) {
      this.#hashes = larger(this.#hashes, 2 * number);
      this.#ends = larger(this.#ends, 2 * number);
    }
    this.#ends[number] = to;
    this.#hashes[number] = hash;
    this.#slots[slot] = number;
    if (2 * number >= this.#slots.length) this.#rehash();
    return number;
  }

  #rehash(): void {
    const slots = new Int32Array(2 * this.#slots.length);
    const mask = slots.length - 1;
    for (let number = 1; number <= this.#count; number++) {
      let slot = this.#hashes[number] & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = number;
    }
    this.#slots = slots;
  }

  #add(values: PlainValues): number {
    const number = ++this.#count;
    if (number === this.sizes.length) this.#reserve(2 * number);
    this.#set(number, Buffer.from(`${this.#format(values.decode())},`));
    return number;
  }

  /** Make room for so many fields at once, since each smaller array would be garbage. */
  #reserve(fields: number): void {
    if (fields < this.sizes.length) return;
    this.words = larger(this.words, (fields + 1) * fieldWords);
    this.sizes = larger(this.sizes, fields + 1);
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

function hashOf({ bytes, view, start, end }: PlainValues): number {
  let hash = 0;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    hash = Math.imul(hash ^ view.getInt32(at, true), spread);
    hash ^= hash >>> 15;
  }
  for (; at < end; at++) hash = Math.imul(hash ^ bytes[at], spread);
  return hash ^ (hash >>> 13);
}

function larger<T extends Int32Array | Uint16Array>(array: T, length: number): T {
  const result = new (array.constructor as new (length: number) => T)(length);
  result.set(array);
  return result;
}
