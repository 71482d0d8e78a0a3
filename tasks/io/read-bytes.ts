import type { ReadRange } from './archive.ts';
import type { ByteRange } from './storage.ts';

/**
 * The bytes of a range, in memory of their own.
 * @throws Error when there are fewer
 */
export async function readBytes(read: ReadRange, { start, end }: ByteRange): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(end - start);
  await readInto(bytes, read, start);
  return bytes;
}

/**
 * Fill memory with the bytes from `start` on.
 * @throws Error when there are fewer
 */
export async function readInto(memory: Uint8Array, read: ReadRange, start: number): Promise<void> {
  let at = 0;
  for await (const chunk of read({ start, end: start + memory.length })) {
    memory.set(chunk, at);
    at += chunk.length;
  }
  if (at < memory.length) throw new Error(`${memory.length - at} bytes are missing`);
}
