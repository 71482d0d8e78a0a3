/**
 * More than the lists of a thread take in a year. Memory that is not touched costs nothing; and glibc gives only blocks
 * above 32 MB back to the system as soon as they are freed (mallopt(3), M_MMAP_THRESHOLD).
 */
const blockBytes = 1 << 26;
const alignment = 8;

type ArrayType<Values> = {
  new (buffer: ArrayBuffer, start: number, length: number): Values;
  BYTES_PER_ELEMENT: number;
};

/** Memory for lists that are made one by one and kept until all of them are freed at once. */
export class ListMemory {
  readonly blocks: ArrayBuffer[] = [];
  #free = blockBytes;

  /** An array of zeros. */
  array<Values>(type: ArrayType<Values>, length: number): Values {
    const bytes = Math.ceil((length * type.BYTES_PER_ELEMENT) / alignment) * alignment;
    if (this.#free + bytes > blockBytes || this.blocks.length === 0) {
      this.blocks.push(new ArrayBuffer(Math.max(bytes, blockBytes)));
      this.#free = 0;
    }
    const array = new type(this.blocks.at(-1)!, this.#free, length);
    this.#free += bytes;
    return array;
  }
}
