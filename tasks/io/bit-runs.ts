const widestIndex = 25;

/**
 * Small whole numbers of a Parquet page, packed in runs: which rows have a value, and which entry of the dictionary it
 * is. Source: "RLE / Bit-Packing Hybrid" of Parquet's Encodings.md. They are read a few at a time, since a page may hold
 * those of millions of rows in a few bytes.
 */
export class BitRuns {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #width: number;
  readonly #mask: number;
  #at: number;
  /** Number of values that are left of the run. */
  #left = 0;
  /** The value of a run that repeats one, or −1 in a run of packed values. */
  #repeated = -1;
  /** Offset in bits at which the next packed value begins. */
  #bit = 0;

  /** @throws Error for numbers of more bits than a dictionary can need */
  constructor(bytes: Uint8Array, { start, end, width }: { start: number; end: number; width: number }) {
    if (width > widestIndex) throw new Error(`a dictionary's indexes have ${width} bits`);
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    this.#width = width;
    this.#mask = 2 ** width - 1;
    if (width === 0) {
      this.#left = Infinity;
      this.#repeated = 0;
    }
  }

  /**
   * Packed numbers that no run is wrapped around: a single run up to the end.
   * @throws Error as the constructor does
   */
  static withoutHeader(
    bytes: Uint8Array,
    { start, end, width }: { start: number; end: number; width: number },
  ): BitRuns {
    const runs = new BitRuns(bytes, { start: end, end, width });
    runs.#bit = start * 8;
    runs.#left = Math.floor(((end - start) * 8) / width);
    return runs;
  }

  /**
   * The value that all of the next numbers have.
   * @returns −1 where they are not known to be alike
   */
  sameFor(count: number): number {
    if (this.#left === 0) this.#startRun();
    return this.#left >= count ? this.#repeated : -1;
  }

  /**
   * Read the next numbers to the beginning of an array.
   * @throws Error when there are fewer
   */
  read(into: Int32Array | Uint8Array, count: number): void {
    for (let at = 0; at < count; ) {
      if (this.#left === 0) this.#startRun();
      const size = Math.min(this.#left, count - at);
      if (this.#repeated >= 0) into.fill(this.#repeated, at, at + size);
      else this.#unpack(into, at, at + size);
      this.#left -= size;
      at += size;
    }
  }

  #unpack(into: Int32Array | Uint8Array, start: number, end: number): void {
    const bytes = this.#bytes;
    const width = this.#width;
    const mask = this.#mask;
    let bit = this.#bit;
    for (let at = start; at < end; at++) {
      const byte = bit >>> 3;
      const word = bytes[byte] | (bytes[byte + 1] << 8) | (bytes[byte + 2] << 16) | (bytes[byte + 3] << 24);
      into[at] = (word >>> (bit & 7)) & mask;
      bit += width;
    }
    this.#bit = bit;
  }

  #startRun(): void {
    do {
      const header = this.#varint();
      if (header & 1) {
        const groups = header >>> 1;
        this.#repeated = -1;
        this.#bit = this.#at * 8;
        // A writer may leave out what would only fill the last group.
        this.#left = Math.min(groups * 8, Math.floor(((this.#end - this.#at) * 8) / this.#width));
        this.#at += groups * this.#width;
      } else {
        this.#left = header >>> 1;
        let value = 0;
        for (let shift = 0; shift < this.#width; shift += 8) value |= this.#byte() << shift;
        this.#repeated = value & this.#mask;
      }
    } while (this.#left === 0);
  }

  #varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw new Error('a run has an endless length');
  }

  #byte(): number {
    if (this.#at >= this.#end) throw new Error('a page holds fewer values than it says');
    return this.#bytes[this.#at++];
  }
}
