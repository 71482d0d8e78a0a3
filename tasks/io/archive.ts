import { Readable, type Transform } from 'node:stream';
import { crc32, createGunzip, createZstdDecompress } from 'node:zlib';
import {
  type Entry,
  fromRandomAccessReaderPromise,
  getFileNameLowLevel,
  RandomAccessReader,
  type ZipFile,
} from 'yauzl';
import { InputError } from '../errors.ts';
import type { ByteRange, Storage, StoredObject } from './storage.ts';

/** Reads a range of the object a source lies in. */
export type ReadRange = (range: ByteRange) => AsyncIterable<Uint8Array>;

/** How a file holds its table. All but Parquet files hold CSV text. */
export type Kind = 'csv' | 'gzip' | 'zstd' | 'zip' | 'parquet';

/** A table inside an object: the object itself, what it decompresses to, or an entry of a zip. */
export interface Source {
  object: StoredObject;
  kind: Kind;
  /** Offset of the entry's header in a zip, which distinguishes two entries of the same name. */
  entryOffset?: number;
  /** What people call the source: the object's address, and the entry. */
  name: string;
}

const endings: [string, Kind][] = [
  ['.csv', 'csv'],
  ['.csv.gz', 'gzip'],
  ['.csv.zst', 'zstd'],
  ['.zip', 'zip'],
  ['.parquet', 'parquet'],
];
const listed = (some: [string, Kind][]) => some.map(([ending]) => ending).join(', ');
/** The endings of names that can be read, for messages. */
export const readableEndings = listed(endings);
/** The endings of names that hold CSV text, for messages. */
export const csvEndings = listed(endings.filter(([, kind]) => kind !== 'parquet'));

const decompressedChunkBytes = 1 << 18;

/** Methods of a zip's entries: section 4.4.5 of PKWARE's APPNOTE. */
const stored = 0;
const deflated = 8;
const deflate64 = 9;

/** A file is not whole or not right, so another copy of it may help. */
export class DamagedError extends InputError {
  /** What is wrong, without the file's name: `is truncated (zip: …)`. */
  readonly reason: string;

  constructor(name: string, reason: string) {
    super(`${name} ${reason}; copy the file again from where it came from`);
    this.reason = reason;
  }
}

/** Whether a key ends in one of {@link readableEndings}. */
export function isReadable(key: string): boolean {
  return kindOf(key) !== undefined;
}

/** What a file is by its name; undefined for one that cannot be read. */
export function kindOf(key: string): Kind | undefined {
  return endings.find(([ending]) => key.toLowerCase().endsWith(ending))?.[1];
}

/**
 * The tables in an object.
 * @throws InputError when it is a zip that cannot be read or holds no CSV file, or Parquet files
 */
export async function sourcesIn(storage: Storage, object: StoredObject): Promise<Source[]> {
  const name = storage.uriOf(object.key);
  const kind = kindOf(object.key)!;
  if (kind !== 'zip') return [{ object, kind, name }];
  const zip = await openZip({ size: object.size, name, read: (range) => storage.stream(object, range) });
  try {
    const entries = (await Array.fromAsync(zip.eachEntry())).filter((entry) => !entryName(entry).endsWith('/'));
    const parquet = entries.find((entry) => kindOf(entryName(entry)) === 'parquet');
    if (parquet) {
      throw new InputError(`${name}#${entryName(parquet)}: Parquet files are not read from a zip; unpack it`);
    }
    const named = entries.filter((entry) => isCsv(entryName(entry)));
    // The only file of a zip is the flights, whatever it is called.
    const chosen = named.length === 0 && entries.length === 1 ? entries : named;
    if (chosen.length === 0) throw new InputError(`${name} holds no .csv file; expected a zip with one or several`);
    return chosen.map((entry) => {
      checkReadable(entry, name);
      const copies = chosen.filter((other) => entryName(other) === entryName(entry));
      const which = copies.length > 1 ? ` (entry ${copies.indexOf(entry) + 1} of that name)` : '';
      const entryOffset = entry.relativeOffsetOfLocalHeader;
      return { object, kind, entryOffset, name: `${name}#${entryName(entry)}${which}` };
    });
  } catch (error) {
    throw damaged(name, 'zip', error);
  } finally {
    zip.close();
  }
}

/** An entry's name; yauzl itself would refuse an absolute path, which is harmless where nothing is unpacked to it. */
export function entryName({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string {
  return getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
}

/** @throws InputError when the entry is packed in a way that is not read */
function checkReadable(entry: Entry, zip: string): void {
  const where = `${zip}#${entryName(entry)}`;
  const { compressionMethod } = entry;
  if (entry.isEncrypted())
    throw new InputError(`${where} has a password; unpack the zip and pack it again without one`);
  if (compressionMethod === stored || compressionMethod === deflated) return;
  const method = compressionMethod === deflate64 ? 'Deflate64' : `method ${compressionMethod}`;
  throw new InputError(
    `${where} is compressed with ${method}, which is not supported; expected Deflate: unpack the zip and pack it again`,
  );
}

/** Names that start with a dot are what some systems keep about a file. */
export function isCsv(fileName: string): boolean {
  return /(?:^|\/)[^./][^/]*\.csv$/i.test(fileName);
}

/**
 * The CSV text of a source from its beginning, decompressed.
 * @throws InputError when it is truncated or damaged
 */
export async function* openSource(source: Source, read: ReadRange): AsyncIterable<Uint8Array> {
  const { object, kind, name } = source;
  if (kind === 'zip') yield* zipEntry(source, read);
  else if (kind === 'parquet') throw new Error(`${name} holds no text`);
  else yield* decompressed(read({ start: 0, end: object.size }), { kind, name });
}

/**
 * The CSV text in a file's bytes.
 * @throws InputError when it is truncated or damaged
 */
export function decompressed(
  bytes: AsyncIterable<Uint8Array>,
  { kind, name }: { kind: Exclude<Kind, 'zip' | 'parquet'>; name: string },
): AsyncIterable<Uint8Array> {
  switch (kind) {
    case 'csv':
      return bytes;
    case 'gzip':
      return told(
        name,
        kind,
        decompressedBy(() => createGunzip({ chunkSize: decompressedChunkBytes }), bytes),
      );
    case 'zstd':
      return told(
        name,
        kind,
        decompressedBy(() => createZstdDecompress({ chunkSize: decompressedChunkBytes }), bytes),
      );
  }
}

/** Passes chunks on, and turns errors into ones that name the file. */
async function* told(name: string, kind: Kind, chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    throw damaged(name, kind, error);
  }
}

/**
 * A gzip file may be several members, a zstd file several frames, one after the other. Node's decompressors end within a
 * chunk where zeros follow a member or where another frame begins, and drop the rest of that chunk (nodejs/node#64741);
 * so another one goes on with it. Zeros between members are padding, anything else there is a fault.
 */
async function* decompressedBy(
  create: () => Transform & { bytesWritten: number },
  compressed: AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  const input = compressed[Symbol.asyncIterator]();
  let rest = Buffer.alloc(0);
  let more = true;
  const readMore = async () => {
    const { done, value } = await input.next();
    if (done) more = false;
    else rest = Buffer.from(value);
  };
  try {
    await readMore();
    do {
      const decompressor = create();
      let fed = 0;
      const feed = async () => {
        while (!decompressor.readableEnded) {
          if (rest.length > 0) {
            fed += rest.length;
            await new Promise((resolve) => decompressor.write(rest, resolve));
            if (decompressor.bytesWritten < fed) return;
            rest = Buffer.alloc(0);
          }
          await readMore();
          if (!more) {
            decompressor.end();
            return;
          }
        }
      };
      const feeding = feed().catch((error) => decompressor.destroy(error));
      try {
        yield* decompressor as AsyncIterable<Uint8Array>;
      } finally {
        decompressor.destroy();
      }
      await feeding;
      rest = withoutPadding(rest.subarray(rest.length - (fed - decompressor.bytesWritten)));
      while (more && rest.length === 0) {
        await readMore();
        rest = withoutPadding(rest);
      }
    } while (rest.length > 0);
  } finally {
    await input.return?.();
  }
}

function withoutPadding(bytes: Buffer<ArrayBuffer>): Buffer<ArrayBuffer> {
  const start = bytes.findIndex((byte) => byte !== 0);
  return bytes.subarray(start < 0 ? bytes.length : start);
}

async function* zipEntry({ object, entryOffset, name }: Source, read: ReadRange): AsyncIterable<Uint8Array> {
  const zip = await openZip({ size: object.size, name, read });
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.relativeOffsetOfLocalHeader !== entryOffset) continue;
      yield* checked(await zip.openReadStreamPromise(entry), entry);
      return;
    }
  } catch (error) {
    throw damaged(name, 'zip', error);
  } finally {
    zip.close();
  }
}

async function* checked(stream: Readable, entry: Entry): AsyncIterable<Uint8Array> {
  let sum = 0;
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (sum !== entry.crc32) throw new Error(`the checksum of ${entryName(entry)} does not match`);
}

/** Where to read a zip. */
export interface ZipLocation {
  size: number;
  /** What people call the zip. */
  name: string;
  read: ReadRange;
}

/** A zip whose directory is read, and checked, but none of its entries. */
export async function openZip({ size, name, read }: ZipLocation): Promise<ZipFile> {
  class Reader extends RandomAccessReader {
    override _readStreamForRange(start: number, end: number): Readable {
      return readable(read({ start, end }));
    }
  }
  try {
    return await fromRandomAccessReaderPromise(new Reader(), size, { autoClose: false, decodeStrings: false });
  } catch (error) {
    throw damaged(name, 'zip', error);
  }
}

/** A Node stream keeps chunks for later, so each gets memory of its own. */
function readable(chunks: AsyncIterable<Uint8Array>): Readable {
  const copies = async function* () {
    for await (const chunk of chunks) yield Buffer.from(chunk);
  };
  return Readable.from(copies(), { objectMode: false });
}

/** Errors of the storage stay what they are; those of a decompressor become a message about the file. */
export function damaged(name: string, kind: Kind, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  const fromDecompressor = code === undefined || /^(?:Z_|ZSTD_|ERR_ZSTD)/.test(code);
  if (!(error instanceof Error) || error.constructor !== Error || !fromDecompressor) return error;
  const what = /unexpected end|End of central directory|EOF/i.test(message) ? 'is truncated' : 'is damaged';
  return new DamagedError(name, `${what} (${kind}: ${message})`);
}
