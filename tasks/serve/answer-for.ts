import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import fresh from 'fresh';
import { parse as parseRange } from 'range-parser';
import type { ByteRange, StoredObject } from '../io/storage.ts';
import { contentTypeOf } from './content-type.ts';

/** What a client asks of an object. */
export interface Asked {
  method: string;
  headers: IncomingHttpHeaders;
}

/** How an object answers, by RFC 9110. */
export interface Answer {
  status: 200 | 206 | 304 | 416;
  headers: Record<string, string | number>;
  /** The bytes to send, if any. */
  body?: ByteRange;
}

/** A name with a hash of the content in it, such as `reports/assets/style-0123456789.css`, never means anything else. */
const hashedName = /^reports\/assets\/.+-[0-9a-f]{10}\.\w+$/;
/** Bit of range-parser's code. */
const malformed = 1;

/** What to answer a GET or HEAD of an object that is there. */
export function answerFor(object: StoredObject, { method, headers }: Asked): Answer {
  const { key, size, modified } = object;
  const etag = object.etag ?? etagOf(object.version);
  const known = {
    etag,
    'last-modified': modified.toUTCString(),
    // `no-cache`: a browser keeps it, but asks each time whether it is still the same.
    'cache-control': hashedName.test(key) ? 'public, max-age=31536000, immutable' : 'no-cache',
  };
  if (fresh(headers, known)) return { status: 304, headers: known };
  const described = { ...known, 'content-type': contentTypeOf(key), 'accept-ranges': 'bytes' };
  const whole: Answer = {
    status: 200,
    headers: { ...described, 'content-length': size },
    ...(method === 'GET' && { body: { start: 0, end: size } }),
  };
  if (method !== 'GET' || !headers.range || !isSameVersion(headers['if-range'], known)) return whole;
  const { code, type, ranges } = parseRange(size, headers.range);
  // A server may send the whole instead of what it cannot cut out: several ranges, or none that it understands.
  if (type !== 'bytes' || code & malformed || ranges.length > 1) return whole;
  if (ranges.length === 0) return { status: 416, headers: { 'content-range': `bytes */${size}` } };
  const [{ start, end }] = ranges;
  return {
    status: 206,
    headers: {
      ...described,
      'content-range': `bytes ${start}-${end}/${size}`,
      'content-length': end + 1 - start,
    },
    body: { start, end: end + 1 },
  };
}

/** The versions of a folder's files contain inodes and times, which clients should not see. */
function etagOf(version: string): string {
  return `"${createHash('sha256').update(version).digest('base64url').slice(0, 22)}"`;
}

/** Whether the part that is asked for is of the version that the client has the rest of. */
function isSameVersion(
  ifRange: string | string[] | undefined,
  known: { etag: string; 'last-modified': string },
): boolean {
  return ifRange === undefined || ifRange === known.etag || ifRange === known['last-modified'];
}
