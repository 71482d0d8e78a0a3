import { structuralIndexWasm } from './structural-index.wasm.ts';

const comma = 44;
const newline = 10;
const quote = 34;
/** The compiled code reads whole vectors of 64 bytes. */
const padding = 64;

interface Exports {
  index(input: number, length: number, positions: number, ends: number): void;
  separators: WebAssembly.Global;
  lines: WebAssembly.Global;
  unbalanced: WebAssembly.Global;
}

let compiled: WebAssembly.Module | undefined;

/**
 * Where the fields of a block of CSV lines lie.
 *
 * Line `i` has its separators at `positions[ends[i − 1] + 1 … ends[i]]`, the last of which is its line end; so its
 * number of fields is `ends[i] − ends[i − 1]`. A line whose quotes do not close has no separators but its end.
 */
export class StructuralIndex {
  /** Put the block here; it must end with a line end. */
  readonly block: Buffer;
  /** The same bytes, several at a time. */
  readonly view: DataView;
  /** Offsets in the block of commas outside quotes and of line ends. */
  readonly positions: Uint32Array;
  /** For each line, the index in `positions` of its line end. */
  readonly ends: Uint32Array;
  readonly memory: WebAssembly.Memory;
  /** Address of the memory that follows the index. */
  readonly end: number;
  readonly #paddedBlock: Uint8Array;
  readonly #exports: Exports;

  /**
   * @param capacity bytes of the largest block
   * @param behind bytes of memory that follow the index, for other code that works on the same block
   */
  constructor(capacity: number, behind = 0) {
    // A separator is a byte, so there are at most as many as bytes.
    const input = 1024;
    const positions = input + Math.ceil((capacity + padding) / 64) * 64;
    const ends = positions + capacity * 4;
    this.end = ends + capacity * 4;
    this.memory = new WebAssembly.Memory({ initial: Math.ceil((this.end + behind) / 65_536) });
    const { memory } = this;
    compiled ??= new WebAssembly.Module(Buffer.from(structuralIndexWasm, 'base64'));
    this.#exports = new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as Exports;
    this.#paddedBlock = new Uint8Array(memory.buffer, input, capacity + padding);
    this.block = Buffer.from(memory.buffer, input, capacity);
    this.view = new DataView(memory.buffer, input, capacity);
    this.positions = new Uint32Array(memory.buffer, positions, capacity);
    this.ends = new Uint32Array(memory.buffer, ends, capacity);
  }

  /** Index the first `length` bytes of the block; returns the number of lines. */
  index(length: number): number {
    this.#paddedBlock.fill(0, length, length + padding);
    this.#exports.index(this.block.byteOffset, length, this.positions.byteOffset, this.ends.byteOffset);
    if (this.#exports.unbalanced.value === 1) return this.#indexLineByLine(length);
    return this.#exports.lines.value;
  }

  /**
   * Index line by line, which is slow but right when quotes are left open: such a line must not swallow the lines after
   * it.
   */
  #indexLineByLine(length: number): number {
    const { block, positions, ends } = this;
    let lines = 0;
    let separators = 0;
    let lineSeparators = 0;
    let inside = false;
    for (let i = 0; i < length; i++) {
      if (block[i] === quote) inside = !inside;
      else if (block[i] === comma && !inside) positions[separators++] = i;
      else if (block[i] === newline) {
        if (inside) separators = lineSeparators;
        positions[separators] = i;
        ends[lines++] = separators++;
        lineSeparators = separators;
        inside = false;
      }
    }
    return lines;
  }
}
