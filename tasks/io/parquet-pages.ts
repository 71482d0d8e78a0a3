import { crc32 } from 'node:zlib';
import type { Encoding, PageHeader, SchemaElement } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { decompressPage, readDataPage } from 'hyparquet/src/datapage.js';
import { DamagedError, type ReadRange } from './archive.ts';
import { BitRuns } from './bit-runs.ts';
import type { ParquetChunk } from './open-parquet.ts';
import { codecs } from './parquet-codecs.ts';
import { PlainValues, plainBytesOf } from './plain-values.ts';
import { readInto } from './read-bytes.ts';
import { borrow, giveBack } from './spare-memory.ts';

/** Number of bytes of a column that are kept, unless a page has more. */
const readAtOnce = 1 << 20;
/**
 * Number of bytes that most headers of pages fit into. Longer ones hold long texts as a column's smallest and largest
 * value.
 */
const headerBytes = 1 << 10;
/** The largest page that is read, a hundred times as large as writers make them. */
const largestPage = 1 << 27;

/** Values of a column, each once. */
export interface Dictionary {
  count: number;
  values: PlainValues;
}

/** Rows of a column: a page of it, which is there until the next one is asked for. */
export interface Page {
  rows: number;
  /** For each row, 1 where it has a value and 0 where it has none; undefined where all have one. */
  present: BitRuns | undefined;
  /** The values of the rows that have one: entries of a dictionary, or as they are. */
  values: { indexes: BitRuns; dictionary: Dictionary } | PlainValues;
}

/**
 * The pages of a column in a row group, one after the other, so that a large row group is never in memory. Who has seen
 * enough of them returns the generator.
 * @param file its name, for messages
 * @throws DamagedError naming file, column and row group
 */
export async function* pagesOf(chunk: ParquetChunk, file: string, read: ReadRange): AsyncGenerator<Page> {
  const bytes = new ArrivingChunk(chunk, read);
  const attempt = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      const { message } = error as Error;
      throw new DamagedError(file, `is damaged (column ${chunk.name}, row group ${chunk.rowGroup}: ${message})`);
    }
  };
  const memory = new PageMemory();
  let dictionary: Dictionary | undefined;
  try {
    for (let rows = 0; rows < chunk.rows; ) {
      await bytes.fill(headerBytes);
      let header: PageHeader | undefined;
      while (!header) {
        header = headerIn(bytes);
        if (!header && !(await bytes.fill(2 * bytes.length))) attempt(() => readHeader(bytes));
      }
      const size = attempt(() => sizeOf(header));
      await bytes.fill(size);
      const content = attempt(() => bytes.take(size));
      attempt(() => checkSum(content, header));
      if (header.type === 'DICTIONARY_PAGE') dictionary = attempt(() => dictionaryOf(content, header, chunk));
      if (header.type !== 'DATA_PAGE' && header.type !== 'DATA_PAGE_V2') continue;
      const unpacked = attempt(() => memory.keep(unpack(content, header, chunk), content));
      const page = attempt(() => dataPage(content, unpacked, { header, chunk, dictionary }));
      rows += page.rows;
      attempt(() => {
        if (rows > chunk.rows) throw new Error(`its pages have more than ${chunk.rows} rows`);
      });
      if (page.rows > 0) yield page;
    }
  } finally {
    bytes.end();
    memory.end();
  }
}

/** Undefined where the header goes on behind the bytes that are there. */
function headerIn(bytes: ArrivingChunk): PageHeader | undefined {
  try {
    return readHeader(bytes);
  } catch {
    return undefined;
  }
}

function readHeader(bytes: ArrivingChunk): PageHeader {
  const reader = { view: bytes.view, offset: 0 };
  const header = parquetHeader(reader);
  bytes.take(reader.offset);
  return header;
}

function sizeOf({ compressed_page_size, uncompressed_page_size }: PageHeader): number {
  for (const size of [compressed_page_size, uncompressed_page_size]) {
    if (!(size >= 0 && size <= largestPage))
      throw new Error(`a page of ${size} bytes; expected at most ${largestPage}`);
  }
  return compressed_page_size;
}

function checkSum(content: Uint8Array, { crc }: PageHeader): void {
  if (crc !== undefined && crc32(content) !== crc >>> 0) throw new Error('the checksum of a page does not match');
}

/** Memory of a column's unpacked pages, one after the other. */
class PageMemory {
  #memory = borrow(0);

  /**
   * Keep an unpacked page here, so that its own memory is free at once.
   * @param packed what it was unpacked from; where it was not packed, it stays there
   */
  keep(page: Uint8Array, packed: Uint8Array): Uint8Array {
    if (page.buffer === packed.buffer) return page;
    if (page.length > this.#memory.length) {
      giveBack(this.#memory);
      this.#memory = borrow(page.length);
    }
    this.#memory.set(page);
    const { length } = page;
    release(page);
    return this.#memory.subarray(0, length);
  }

  end(): void {
    giveBack(this.#memory);
  }
}

/**
 * Give memory back at once. The collector comes by only when a thread has some 64 MB of pages that nobody needs.
 * @param bytes all of their buffer, or a piece of one that others use as well, which is left alone
 */
function release({ buffer, byteLength }: Uint8Array): void {
  if (buffer.byteLength === byteLength) (buffer as ArrayBuffer).transfer(0);
}

function dictionaryOf(content: Uint8Array, header: PageHeader, { element, codec }: ParquetChunk): Dictionary {
  const count = countIn(header.dictionary_page_header?.num_values, Number.MAX_SAFE_INTEGER);
  // A dictionary is needed longer than the bytes that it was read with.
  const bytes =
    codec === 'UNCOMPRESSED' ? content.slice() : decompressPage(content, header.uncompressed_page_size, codec, codecs);
  return { count, values: new PlainValues(bytes, element) };
}

/** The bytes of a page that are packed in the file; the levels of a page of the second version are not. */
function unpack(content: Uint8Array, header: PageHeader, { codec }: ParquetChunk): Uint8Array {
  const second = header.data_page_header_v2;
  if (!second) return decompressPage(content, header.uncompressed_page_size, codec, codecs);
  const { end } = levelsAhead(content, second);
  const packed = content.subarray(end);
  const size = header.uncompressed_page_size - end;
  // A page without bytes is not compressed.
  return second.is_compressed !== false && size > 0 ? decompressPage(packed, size, codec, codecs) : packed;
}

interface PageContext {
  header: PageHeader;
  chunk: ParquetChunk;
  dictionary: Dictionary | undefined;
}

function dataPage(content: Uint8Array, bytes: Uint8Array, { header, chunk, dictionary }: PageContext): Page {
  const { element } = chunk;
  const second = header.data_page_header_v2;
  const { num_values, encoding } = second ?? header.data_page_header!;
  const rows = countIn(num_values, chunk.rows);
  const levels = second ? levelsAhead(content, second) : undefined;
  let start = 0;
  let present: BitRuns | undefined;
  let count = rows;
  if (element.repetition_type !== 'REQUIRED') {
    if (!levels && header.data_page_header!.definition_level_encoding !== 'RLE') {
      throw new Error(`nulls are encoded as ${header.data_page_header!.definition_level_encoding}; expected RLE`);
    }
    const runs = levels ?? levelsWithin(bytes);
    if (!levels) start = runs.end;
    const of = levels ? content : bytes;
    count = countPresent(new BitRuns(of, { ...runs, width: 1 }), rows);
    if (count < rows) present = new BitRuns(of, { ...runs, width: 1 });
  }
  return { rows, present, values: valuesOf(bytes.subarray(start), { count, encoding, element, dictionary }) };
}

interface ValuesContext {
  count: number;
  encoding: Encoding;
  element: SchemaElement;
  dictionary: Dictionary | undefined;
}

function valuesOf(bytes: Uint8Array, { count, encoding, element, dictionary }: ValuesContext): Page['values'] {
  if (count === 0) return new PlainValues(new Uint8Array(), element);
  const end = bytes.length;
  if (encoding === 'PLAIN_DICTIONARY' || encoding === 'RLE_DICTIONARY') {
    if (!dictionary) throw new Error('a page without its dictionary');
    return { indexes: new BitRuns(bytes, { start: 1, end, width: bytes[0] }), dictionary };
  }
  if (element.type === 'BOOLEAN' && (encoding === 'PLAIN' || encoding === 'RLE')) {
    // Booleans are packed like indexes.
    const values = new PlainValues(Uint8Array.of(0, 1), element);
    const indexes =
      encoding === 'PLAIN'
        ? BitRuns.withoutHeader(bytes, { start: 0, end, width: 1 })
        : new BitRuns(bytes, { ...levelsWithin(bytes), width: 1 });
    return { indexes, dictionary: { count: 2, values } };
  }
  if (encoding === 'PLAIN') return new PlainValues(bytes, element);
  // The levels are read already, so the library reads the column as one without.
  const required = { type: element.type!, element, schemaPath: [] } as unknown as Parameters<typeof readDataPage>[2];
  const rest = { num_values: count, encoding } as Parameters<typeof readDataPage>[1];
  return new PlainValues(plainBytesOf(readDataPage(bytes, rest, required).dataPage, element), element);
}

/** Where the levels lie in a page of the second version: in front, never compressed. */
function levelsAhead(
  content: Uint8Array,
  header: NonNullable<PageHeader['data_page_header_v2']>,
): { start: number; end: number } {
  const start = header.repetition_levels_byte_length;
  const end = start + header.definition_levels_byte_length;
  if (!(start >= 0 && start <= end && end <= content.length)) throw new Error('levels lie outside of their page');
  return { start, end };
}

/** Where the levels lie in a page of the first version: behind their length. */
function levelsWithin(bytes: Uint8Array): { start: number; end: number } {
  const end = 4 + viewOf(bytes).getUint32(0, true);
  if (end > bytes.length) throw new Error('levels lie outside of their page');
  return { start: 4, end };
}

const someLevels = new Uint8Array(1 << 13);

function countPresent(runs: BitRuns, rows: number): number {
  let present = 0;
  for (let left = rows; left > 0; ) {
    const size = Math.min(left, someLevels.length);
    const same = runs.sameFor(size);
    runs.read(someLevels, size);
    if (same >= 0) present += same * size;
    else for (let at = 0; at < size; at++) present += someLevels[at];
    left -= size;
  }
  return present;
}

function countIn(count: number | undefined, most: number): number {
  if (count !== undefined && count >= 0 && count <= most) return count;
  throw new Error(`a page of ${count} values; expected at most ${most}`);
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array) => new DataView(buffer, byteOffset, byteLength);

/**
 * The bytes of a column in a row group, as they arrive. Their memory is used again from page to page, so what was taken is
 * there only until more are waited for.
 */
class ArrivingChunk {
  readonly #read: ReadRange;
  readonly #end: number;
  #position: number;
  #memory = borrow(0);
  #bytes = this.#memory.subarray(0, 0);

  constructor({ range }: ParquetChunk, read: ReadRange) {
    this.#read = read;
    this.#position = range.start;
    this.#end = range.end;
  }

  /** Bytes that are there. */
  get length(): number {
    return this.#bytes.length;
  }

  get view(): DataView {
    return viewOf(this.#bytes);
  }

  /**
   * Wait for so many bytes, or for all that are left.
   * @returns whether any have arrived
   */
  async fill(length: number): Promise<boolean> {
    const kept = this.#bytes.length;
    const left = this.#end - this.#position;
    if (length <= kept || left === 0) return false;
    const size = Math.min(kept + left, Math.max(length, readAtOnce));
    const memory = size > this.#memory.length ? borrow(size) : this.#memory;
    memory.set(this.#bytes);
    const more = memory.subarray(kept, size);
    await readInto(more, this.#read, this.#position);
    this.#position += more.length;
    if (memory !== this.#memory) giveBack(this.#memory);
    this.#memory = memory;
    this.#bytes = memory.subarray(0, size);
    return true;
  }

  /** @throws Error when there are fewer bytes */
  take(length: number): Uint8Array {
    if (length > this.#bytes.length) throw new Error('its pages end too early');
    const taken = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    return taken;
  }

  end(): void {
    giveBack(this.#memory);
  }
}
