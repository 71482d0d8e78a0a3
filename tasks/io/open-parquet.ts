import { type ColumnChunk, type CompressionCodec, parquetMetadata, parquetSchema, type SchemaElement } from 'hyparquet';
import { InputError } from '../errors.ts';
import { DamagedError, type ReadRange } from './archive.ts';
import { codecNames, isKnownCodec } from './parquet-codecs.ts';
import { readBytes } from './read-bytes.ts';
import type { ByteRange } from './storage.ts';

/** Bytes of the first request, which has the footer of most files in it. */
const firstRead = 1 << 16;
/** The longest footer that is read, longer than that of a thousand columns and a thousand row groups. */
const longestFooter = 1 << 26;
const mostRows = 2 ** 31 - 1;
const magic = 'PAR1';
const encryptedMagic = 'PARE';
/** Bytes at the file's end: the length of the footer, and the magic word. */
const tailBytes = 8;

/** A Parquet file, as its footer describes it. */
export interface ParquetFile {
  /** Columns of the table. */
  columns: ParquetColumnType[];
  /** Number of rows, and bytes of all columns together. */
  rowGroups: { rows: number; bytes: number }[];
  /**
   * Where a column's values lie in a row group.
   * @throws InputError when they are encrypted, in another file or packed in a way that is not read
   */
  chunk(rowGroup: number, column: number): ParquetChunk;
}

/** A column's name and type. `element` is undefined for one that is nested: a list, a map or a struct. */
export interface ParquetColumnType {
  name: string;
  element: SchemaElement | undefined;
}

/** Values of a column in a row group. */
export interface ParquetChunk {
  /** Name of the column. */
  name: string;
  element: SchemaElement;
  /** Number of the row group, counted from 1. */
  rowGroup: number;
  rows: number;
  codec: CompressionCodec;
  range: ByteRange;
}

/** Where a Parquet file lies. */
export interface ParquetLocation {
  size: number;
  /** What people call the file. */
  name: string;
  read: ReadRange;
}

/**
 * Read the footer of a Parquet file.
 * @throws InputError when it is encrypted or none
 * @throws DamagedError when it is truncated or damaged
 */
export async function openParquet(location: ParquetLocation): Promise<ParquetFile> {
  const { name, size } = location;
  const footer = await readFooter(location);
  const footerFault = (error: unknown) =>
    new DamagedError(name, `is damaged (Parquet footer: ${(error as Error).message})`);
  try {
    const metadata = parquetMetadata(footer, { geoparquet: false });
    const columns = parquetSchema(metadata).children.map(({ element, children }) => ({
      name: element.name,
      element: children.length > 0 || element.repetition_type === 'REPEATED' ? undefined : element,
    }));
    if (columns.some(({ name }) => name === undefined)) throw new Error('a column has no name');
    const groups = metadata.row_groups.map(({ num_rows, columns, total_byte_size, total_compressed_size }) => ({
      rows: whole(num_rows, mostRows),
      bytes: whole(total_compressed_size ?? total_byte_size, Number.MAX_SAFE_INTEGER),
      chunks: columns,
    }));
    const rows = groups.reduce((sum, { rows }) => sum + rows, 0);
    if (rows !== Number(metadata.num_rows)) {
      throw new Error(`its row groups have ${rows} rows, but its footer says ${metadata.num_rows}`);
    }
    const chunk = (rowGroup: number, column: number) => {
      const { chunks, rows } = groups[rowGroup];
      try {
        return chunkOf(columns[column], chunks, { rowGroup: rowGroup + 1, rows, name, size });
      } catch (error) {
        // Fields that are missing in a damaged footer are noticed only here.
        if (error instanceof InputError) throw error;
        throw footerFault(error);
      }
    };
    return { columns, rowGroups: groups.map(({ rows, bytes }) => ({ rows, bytes })), chunk };
  } catch (error) {
    throw footerFault(error);
  }
}

async function readFooter({ name, size, read }: ParquetLocation): Promise<Uint8Array> {
  if (size === 0) throw new InputError(`${name} is empty; expected a Parquet file of flights`);
  const end = await readBytes(read, { start: Math.max(0, size - firstRead), end: size });
  const endsIn = end.toString('latin1', end.length - magic.length);
  if (endsIn === encryptedMagic) throw new InputError(`${name} is encrypted; write it again without encryption`);
  if (endsIn !== magic || size < magic.length + tailBytes) {
    const begin = await readBytes(read, { start: 0, end: Math.min(size, magic.length) });
    if (begin.toString('latin1') === magic) throw new DamagedError(name, `is truncated (it does not end in ${magic})`);
    throw new InputError(`${name} is not a Parquet file: it does not end in ${magic}; expected one of flights`);
  }
  const length = end.readUInt32LE(end.length - tailBytes);
  if (length > Math.min(longestFooter, size - tailBytes - magic.length)) {
    throw new DamagedError(name, `is damaged (a Parquet footer of ${length} bytes)`);
  }
  if (length + tailBytes <= end.length) return end.subarray(end.length - tailBytes - length);
  return await readBytes(read, { start: size - tailBytes - length, end: size });
}

function chunkOf(
  { name: column, element }: ParquetColumnType,
  chunks: ColumnChunk[],
  { rowGroup, rows, name, size }: { rowGroup: number; rows: number; name: string; size: number },
): ParquetChunk {
  const where = `${name}: column ${column}, row group ${rowGroup}`;
  const found = chunks.find(({ meta_data }) => meta_data?.path_in_schema.join('\0') === column);
  if (found?.crypto_metadata || (!found && chunks.some(({ crypto_metadata }) => crypto_metadata))) {
    throw new InputError(`${where}: the column is encrypted; write the file again without encryption`);
  }
  const fault = (reason: string) =>
    new DamagedError(name, `is damaged (column ${column}, row group ${rowGroup}: ${reason})`);
  if (!found?.meta_data || !element) throw fault('it is missing');
  if (found.file_path) throw new InputError(`${where}: its values lie in another file, ${found.file_path}`);
  const { meta_data } = found;
  const { codec, type } = meta_data;
  if (codec === undefined || !isKnownCodec(codec)) {
    throw new InputError(
      `${where} is compressed with ${codec ?? 'an unknown codec'}; expected ${codecNames}: write the file again`,
    );
  }
  if (type !== element.type) throw fault(`its type is ${type}, the column's ${element.type}`);
  if (Number(meta_data.num_values) !== rows) throw fault(`it has ${meta_data.num_values} values of ${rows} rows`);
  // Some writers give the dictionary no offset of its own, or 0.
  const offsets = [meta_data.dictionary_page_offset, meta_data.data_page_offset].map(Number);
  const start = Math.min(...offsets.filter((offset) => offset > 0));
  const end = start + Number(meta_data.total_compressed_size);
  if (!(start >= magic.length && end >= start && end <= size - tailBytes)) throw fault('it lies outside of the file');
  return { name: column, element, rowGroup, rows, codec, range: { start, end } };
}

function whole(value: bigint | number, most: number): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= 0 && number <= most) return number;
  throw new Error(`${value} rows or bytes in a row group`);
}
