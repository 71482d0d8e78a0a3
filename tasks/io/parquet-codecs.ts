import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { Compressors } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

/** The smallest chunk that Node's decompressors take. */
const leastChunk = 64;

/**
 * The size is known: with smaller chunks Node would make many of them and then copy them all. It takes no limit of 0, which is
 * the size of a blank column's dictionary.
 */
const atOnce = (size: number) => ({ maxOutputLength: Math.max(size, 1), chunkSize: Math.max(size, leastChunk) });

/** What unpacks the pages of a Parquet file. Node's own decompressors are several times as fast as a library's. */
export const codecs: Compressors = {
  ...compressors,
  GZIP: (input, size) => gunzipSync(input, atOnce(size)),
  BROTLI: (input, size) => brotliDecompressSync(input, atOnce(size)),
  ZSTD: (input, size) => zstdDecompressSync(input, atOnce(size)),
};

/** What people call the codecs, for messages. */
export const codecNames = 'Snappy, Zstandard, gzip, Brotli, LZ4 or no compression';

export const isKnownCodec = (codec: string): boolean => codec === 'UNCOMPRESSED' || codec in codecs;
