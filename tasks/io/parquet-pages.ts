import { crc32 } from 'node:zlib';
import type { DecodedArray, PageHeader } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { decompressPage, readDataPage } from 'hyparquet/src/datapage.js';
import { readPlain } from 'hyparquet/src/plain.js';
import { DamagedError, type ReadRange } from './archive.ts';
import { BitRuns } from './bit-runs.ts';
import type { ParquetChunk } from './open-parquet.ts';
import { codecs } from './parquet-codecs.ts';
import { readBytes } from './read-bytes.ts';

/** Number of bytes of a column that are asked for at once. */
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
  values: DecodedArray;
}

/** Rows of a column: a page of it. */
export interface Page {
  rows: number;
  /** For each row, 1 where it has a value and 0 where it has none; undefined where all have one. */
  present: BitRuns | undefined;
  /** The values of the rows that have one: entries of a dictionary, or as they are. */
  values: { indexes: BitRuns; dictionary: Dictionary } | DecodedArray;
}

/**
 * The pages of a column in a row group, one after the other, so that a large row group is never in memory.
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
  let dictionary: Dictionary | undefined;
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
    const page = attempt(() => {
      checkSum(content, header);
      if (header.type === 'DATA_PAGE' || header.type === 'DATA_PAGE_V2')
        return dataPage(content, { header, chunk, dictionary });
      if (header.type === 'DICTIONARY_PAGE') dictionary = dictionaryOf(content, header, chunk);
      return undefined;
    });
    if (!page || page.rows === 0) continue;
    rows += page.rows;
    attempt(() => {
      if (rows > chunk.rows) throw new Error(`its pages have more than ${chunk.rows} rows`);
    });
    yield page;
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

function dictionaryOf(content: Uint8Array, header: PageHeader, { element, codec }: ParquetChunk): Dictionary {
  const bytes = decompressPage(content, header.uncompressed_page_size, codec, codecs);
  const count = countIn(header.dictionary_page_header?.num_values, Number.MAX_SAFE_INTEGER);
  return { values: readPlain({ view: viewOf(bytes), offset: 0 }, element.type!, count, element.type_length) };
}

interface PageContext {
  header: PageHeader;
  chunk: ParquetChunk;
  dictionary: Dictionary | undefined;
}

function dataPage(content: Uint8Array, { header, chunk, dictionary }: PageContext): Page {
  const { element, codec } = chunk;
  const second = header.data_page_header_v2;
  const { num_values, encoding } = second ?? header.data_page_header!;
  const rows = countIn(num_values, chunk.rows);
  const levels = second ? levelsAhead(content, second) : undefined;
  const packed = levels ? content.subarray(levels.end) : content;
  const size = header.uncompressed_page_size - (levels?.end ?? 0);
  // A page without bytes is not compressed.
  const isPacked = second ? second.is_compressed !== false && size > 0 : true;
  const bytes = isPacked ? decompressPage(packed, size, codec, codecs) : packed;
  let start = 0;
  let present: BitRuns | undefined;
  let values = rows;
  if (element.repetition_type !== 'REQUIRED') {
    if (!levels && header.data_page_header!.definition_level_encoding !== 'RLE') {
      throw new Error(`nulls are encoded as ${header.data_page_header!.definition_level_encoding}; expected RLE`);
    }
    const runs = levels ?? levelsWithin(bytes);
    if (!levels) start = runs.end;
    const of = levels ? content : bytes;
    values = countPresent(new BitRuns(of, { ...runs, width: 1 }), rows);
    if (values < rows) present = new BitRuns(of, { ...runs, width: 1 });
  }
  if (encoding === 'PLAIN_DICTIONARY' || encoding === 'RLE_DICTIONARY') {
    if (!dictionary) throw new Error('a page without its dictionary');
    const width = values === 0 ? 0 : bytes[start];
    return {
      rows,
      present,
      values: { indexes: new BitRuns(bytes, { start: start + 1, end: bytes.length, width }), dictionary },
    };
  }
  // The levels are read already, so the library reads the column as one without.
  const required = { type: element.type!, element, schemaPath: [] } as unknown as Parameters<typeof readDataPage>[2];
  const rest = { num_values: values, encoding } as Parameters<typeof readDataPage>[1];
  const read = values === 0 ? [] : readDataPage(bytes.subarray(start), rest, required).dataPage;
  if (read.length < values) throw new Error('a page holds fewer values than it says');
  return { rows, present, values: read };
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

/** The bytes of a column in a row group, as they arrive. */
class ArrivingChunk {
  readonly #read: ReadRange;
  readonly #end: number;
  #position: number;
  #bytes: Buffer = Buffer.alloc(0);

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
    const missing = length - this.#bytes.length;
    const size = Math.min(this.#end - this.#position, Math.max(missing, readAtOnce));
    if (missing <= 0 || size === 0) return false;
    const more = await readBytes(this.#read, { start: this.#position, end: this.#position + size });
    this.#position += size;
    this.#bytes = this.#bytes.length === 0 ? more : Buffer.concat([this.#bytes, more]);
    return true;
  }

  /** @throws Error when there are fewer bytes */
  take(length: number): Uint8Array {
    if (length > this.#bytes.length) throw new Error('its pages end too early');
    const taken = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    return taken;
  }
}
