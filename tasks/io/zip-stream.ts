import { crc32, createInflateRaw } from 'node:zlib';
import { InputError } from '../errors.ts';
import { damaged, entryName, openZip } from './archive.ts';

/** A file in a zip that is still arriving. */
export interface ArrivingEntry {
  name: string;
  /** Its content, to be read to its end before the next entry is asked for. A chunk is valid until the next. */
  content: AsyncIterable<Uint8Array>;
}

/** What was read of an entry, to be held against the directory at the zip's end. */
interface Tally {
  /** Offset of its header. */
  offset: number;
  crc32: number;
  size: number;
}

const localSignature = 0x04034b50;
const directorySignature = 0x02014b50;
const localHeaderBytes = 30;
const stored = 0;
const deflated = 8;
/** Flags of an entry. The first says that it is encrypted, the second that sizes and checksum follow the content. */
const encryptedFlag = 1;
const descriptorFlag = 8;
/** Lengths that a descriptor may have: with or without a signature, with sizes of four or of eight bytes. */
const descriptorBytes = [12, 16, 20, 24];
/** Size of a decompressed chunk, small enough to stay in the processor's cache until it is read. */
const inflatedChunkBytes = 1 << 16;
/** The longest directory that is read: that of some hundred files. A zip of flights has two. */
const longestDirectoryBytes = 1 << 20;

/**
 * The files in a zip, read from its beginning to its end while it arrives. At the end the directory is read, and names,
 * sizes and checksums of all that came before it are held against it: only then is the zip known to be whole.
 * @param name for people
 * @throws DamagedError when it is truncated, damaged or no zip
 */
export async function* readZipStream(chunks: AsyncIterable<Uint8Array>, name: string): AsyncIterable<ArrivingEntry> {
  const bytes = new ArrivingBytes(chunks);
  const tallies: Tally[] = [];
  try {
    for (;;) {
      const signature = (await bytes.peek(4)).readUInt32LE();
      if (signature === directorySignature) break;
      if (signature !== localSignature) throw new Error('there is no file where one should begin');
      const tally = { offset: bytes.position, crc32: 0, size: 0 };
      const header = await readHeader(bytes);
      tallies.push(tally);
      let ended = false;
      const content = async function* () {
        const inside = header.method === stored ? bytes.upTo(header.compressedSize) : inflated(bytes);
        for await (const chunk of inside) {
          tally.crc32 = crc32(chunk, tally.crc32);
          tally.size += chunk.length;
          yield chunk;
        }
        ended = true;
      };
      yield { name: header.name, content: told(name, content()) };
      if (!ended) return;
      if (header.hasDescriptor) await skipDescriptor(bytes);
    }
    await checkDirectory(bytes, { name, tallies });
  } catch (error) {
    throw damaged(name, 'zip', error);
  } finally {
    await bytes.close();
  }
}

async function* told(name: string, chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    throw damaged(name, 'zip', error);
  }
}

interface LocalHeader {
  name: string;
  method: number;
  compressedSize: number;
  hasDescriptor: boolean;
}

/** Read an entry's own header. Source: section 4.3.7 of PKWARE's APPNOTE. */
async function readHeader(bytes: ArrivingBytes): Promise<LocalHeader> {
  const fixed = await bytes.take(localHeaderBytes);
  const flags = fixed.readUInt16LE(6);
  const method = fixed.readUInt16LE(8);
  const name = (await bytes.take(fixed.readUInt16LE(26))).toString();
  await bytes.take(fixed.readUInt16LE(28));
  const hasDescriptor = (flags & descriptorFlag) !== 0;
  if (flags & encryptedFlag) throw new InputError(`${name} in the zip has a password; expected a zip without one`);
  if (method !== deflated && (method !== stored || hasDescriptor)) {
    throw new InputError(
      `${name} in the zip is compressed with method ${method}, which is not supported; expected Deflate`,
    );
  }
  return { name, method, compressedSize: fixed.readUInt32LE(18), hasDescriptor };
}

/** What follows the content says how long it is, but not by how many bytes: so it ends where the next thing begins. */
async function skipDescriptor(bytes: ArrivingBytes): Promise<void> {
  for (const length of descriptorBytes) {
    const next = (await bytes.peek(length + 4)).readUInt32LE(length);
    if (next !== localSignature && next !== directorySignature) continue;
    await bytes.take(length);
    return;
  }
  throw new Error('the end of a file in it is followed by unknown bytes');
}

async function checkDirectory(bytes: ArrivingBytes, { name, tallies }: { name: string; tallies: Tally[] }) {
  const start = bytes.position;
  const directory = await bytes.rest(longestDirectoryBytes);
  const read = async function* ({ start: from, end }: { start: number; end: number }) {
    // Looking for the directory's end begins before its start.
    if (from < start) yield Buffer.alloc(Math.min(start, end) - from);
    yield directory.subarray(Math.max(0, from - start), Math.max(0, end - start));
  };
  const zip = await openZip({ size: start + directory.length, name, read });
  try {
    const left = new Map(tallies.map((tally) => [tally.offset, tally]));
    for await (const entry of zip.eachEntry()) {
      const { relativeOffsetOfLocalHeader, uncompressedSize, crc32 } = entry;
      const fileName = entryName(entry);
      const tally = left.get(relativeOffsetOfLocalHeader);
      if (!tally) throw new Error(`its directory names ${fileName}, which is not there`);
      if (tally.size !== uncompressedSize || tally.crc32 !== crc32) {
        throw new Error(`the checksum of ${fileName} does not match`);
      }
      left.delete(relativeOffsetOfLocalHeader);
    }
    if (left.size > 0) throw new Error(`${left.size} of its files are not in its directory`);
  } finally {
    zip.close();
  }
}

/** Decompress up to the end of the compressed stream, and leave what follows it. */
async function* inflated(bytes: ArrivingBytes): AsyncIterable<Uint8Array> {
  const decompressor = createInflateRaw({ chunkSize: inflatedChunkBytes });
  const feed = async () => {
    for (let fed = 0; ; ) {
      const chunk = await bytes.next();
      if (!chunk) {
        decompressor.end();
        return;
      }
      fed += chunk.length;
      await new Promise((resolve) => decompressor.write(chunk, resolve));
      const unread = fed - decompressor.bytesWritten;
      if (unread === 0) continue;
      // The decompressor leaves what does not belong to it, and ends.
      bytes.unread(chunk.subarray(chunk.length - unread));
      return;
    }
  };
  const feeding = feed().catch((error) => decompressor.destroy(error));
  try {
    for await (const chunk of decompressor as AsyncIterable<Buffer>) {
      yield chunk;
      release(chunk);
    }
  } finally {
    decompressor.destroy();
  }
  await feeding;
}

/**
 * Give a chunk's memory back at once: waiting for the collector, gigabytes of text would take up a hundred megabytes.
 * The decompressor goes on filling a buffer that is not full.
 */
function release({ buffer, byteOffset, length }: Buffer): void {
  if (byteOffset + length === buffer.byteLength) (buffer as ArrayBuffer).transfer(0);
}

/** Bytes that arrive in chunks, taken in portions of the taker's size. */
class ArrivingBytes {
  /** Number of bytes that were taken so far. */
  position = 0;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #waiting: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** The next chunk, of any length; undefined at the end. */
  async next(): Promise<Buffer | undefined> {
    if (this.#waiting.length === 0 && !(await this.#receive())) return undefined;
    return this.#give(this.#waiting.length);
  }

  unread(rest: Buffer): void {
    this.position -= rest.length;
    this.#waiting = this.#waiting.length === 0 ? rest : Buffer.concat([rest, this.#waiting]);
  }

  async peek(length: number): Promise<Buffer> {
    while (this.#waiting.length < length) if (!(await this.#receive())) throw new Error('unexpected end of file');
    return this.#waiting.subarray(0, length);
  }

  async take(length: number): Promise<Buffer> {
    await this.peek(length);
    return this.#give(length);
  }

  async *upTo(length: number): AsyncIterable<Uint8Array> {
    for (let left = length; left > 0; ) {
      await this.peek(1);
      const chunk = this.#give(Math.min(left, this.#waiting.length));
      left -= chunk.length;
      yield chunk;
    }
  }

  async rest(limit: number): Promise<Buffer> {
    while (await this.#receive()) if (this.#waiting.length > limit) throw new Error('its directory does not end');
    return this.#give(this.#waiting.length);
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #receive(): Promise<boolean> {
    const { done, value } = await this.#chunks.next();
    if (done) return false;
    this.#waiting = this.#waiting.length === 0 ? Buffer.from(value) : Buffer.concat([this.#waiting, value]);
    return true;
  }

  #give(length: number): Buffer {
    const given = this.#waiting.subarray(0, length);
    this.#waiting = this.#waiting.subarray(length);
    this.position += length;
    return given;
  }
}
