import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { Compressors } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

/** What unpacks the pages of a Parquet file. Node's own decompressors are several times as fast as a library's. */
export const codecs: Compressors = {
  ...compressors,
  GZIP: (input, maxOutputLength) => gunzipSync(input, { maxOutputLength }),
  BROTLI: (input, maxOutputLength) => brotliDecompressSync(input, { maxOutputLength }),
  ZSTD: (input, maxOutputLength) => zstdDecompressSync(input, { maxOutputLength }),
};

/** What people call the codecs, for messages. */
export const codecNames = 'Snappy, Zstandard, gzip, Brotli, LZ4 or no compression';

export const isKnownCodec = (codec: string): boolean => codec === 'UNCOMPRESSED' || codec in codecs;
