import type { ReadRange } from './archive.ts';
import type { ByteRange } from './storage.ts';

/**
 * The bytes of a range, in memory of their own.
 * @throws Error when there are fewer
 */
export async function readBytes(read: ReadRange, range: ByteRange): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(range.end - range.start);
  let at = 0;
  for await (const chunk of read(range)) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  if (at < bytes.length) throw new Error(`${bytes.length - at} bytes are missing`);
  return bytes;
}
