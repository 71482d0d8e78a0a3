import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { Compressors } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

/** What unpacks the pages of a Parquet file; what Node has of its own is several times as fast. */
export const codecs: Compressors = {
  ...compressors,
  GZIP: (input, maxOutputLength) => gunzipSync(input, { maxOutputLength }),
  BROTLI: (input, maxOutputLength) => brotliDecompressSync(input, { maxOutputLength }),
  ZSTD: (input, maxOutputLength) => zstdDecompressSync(input, { maxOutputLength }),
};

/** For people. */
export const codecNames = 'Snappy, Zstandard, gzip, Brotli, LZ4 or no compression';

export const isKnownCodec = (codec: string): boolean => codec === 'UNCOMPRESSED' || codec in codecs;
