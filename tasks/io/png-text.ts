import { crc32 } from 'node:zlib';

/**
 * Number of bytes before the first chunk that may be text: the signature, and IHDR with length, type, 13 bytes and
 * checksum.
 */
const headBytes = 8 + 12 + 13;
const textType = 'tEXt';

/**
 * A PNG with a text in it, as its first chunk behind the header. Viewers pass it over.
 * @param keyword 1 to 79 letters of Latin-1
 * @param text letters of Latin-1
 * Source: https://www.w3.org/TR/png-3/#11tEXt
 */
export function withPngText(png: Uint8Array, keyword: string, text: string): Uint8Array {
  const content = Buffer.from(`${textType}${keyword}\0${text}`, 'latin1');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length - textType.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(content));
  return Buffer.concat([png.subarray(0, headBytes), length, content, checksum, png.subarray(headBytes)]);
}

/**
 * Take out the text that {@link withPngText} has put in, and the PNG as it was before; undefined where there is no such
 * text.
 */
export function takePngText(bytes: Uint8Array, keyword: string): { text: string; png: Uint8Array } | undefined {
  const png = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (png.length < headBytes + 12) return undefined;
  const length = png.readUInt32BE(headBytes);
  const start = headBytes + 4;
  const end = start + textType.length + length;
  const head = `${textType}${keyword}\0`;
  if (end + 4 > png.length || png.toString('latin1', start, start + head.length) !== head) return undefined;
  return {
    text: png.toString('latin1', start + head.length, end),
    png: Buffer.concat([png.subarray(0, headBytes), png.subarray(end + 4)]),
  };
}
