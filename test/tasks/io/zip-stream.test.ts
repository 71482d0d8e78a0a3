import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import test from 'ava';
import { ZipFile } from 'yazl';
import { DamagedError } from '../../../tasks/io/archive.ts';
import { readZipStream } from '../../../tasks/io/zip-stream.ts';

const text = Array.from({ length: 3_000 }, (_, index) => `line ${index} of the file\n`).join('');

interface Made {
  compress?: boolean;
  /** Sizes and checksum follow the content. */
  streamed?: boolean;
}

async function makeZip({ compress = true, streamed = false }: Made = {}): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of [
    ['a.csv', text],
    ['ü.html', 'small'],
    ['empty.txt', ''],
  ]) {
    if (streamed) zip.addReadStream(Readable.from([Buffer.from(content)]), name, { compress });
    else zip.addBuffer(Buffer.from(content), name, { compress });
  }
  zip.end({ forceZip64Format: false, comment: 'a comment' });
  return await buffer(zip.outputStream);
}

async function* inChunks(bytes: Buffer, size: number): AsyncIterable<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function read(bytes: Buffer, chunkBytes = 1_000): Promise<[string, string][]> {
  const entries: [string, string][] = [];
  for await (const { name, content } of readZipStream(inChunks(bytes, chunkBytes), 'the.zip')) {
    let all = '';
    for await (const chunk of content) all += Buffer.from(chunk).toString();
    entries.push([name, all]);
  }
  return entries;
}

const expected: [string, string][] = [
  ['a.csv', text],
  ['ü.html', 'small'],
  ['empty.txt', ''],
];

for (const [title, made] of Object.entries({
  'as most are': {},
  'stored without compression': { compress: false },
  'with sizes behind the content': { streamed: true },
})) {
  test(`a zip ${title} is read while it arrives, in chunks of any size`, async (t) => {
    const zip = await makeZip(made);
    for (const size of [1, 3, 29, 30, 31, 1_000, 1 << 20]) t.deepEqual(await read(zip, size), expected, `${size}`);
  });
}

test('more than the decompressor gives out at once arrives whole', async (t) => {
  const zip = new ZipFile();
  const long = Buffer.from(text.repeat(20));
  zip.addBuffer(long, 'long.csv');
  zip.end();
  t.deepEqual(await read(await buffer(zip.outputStream)), [['long.csv', long.toString()]]);
});

test('a zip that ends early is truncated, wherever it ends', async (t) => {
  const zip = await makeZip();
  for (let length = 0; length < zip.length; length += length < 100 || length > zip.length - 300 ? 1 : 97) {
    const error = await t.throwsAsync(read(zip.subarray(0, length)), { instanceOf: DamagedError }, `${length}`);
    t.regex(error.message, /^the\.zip is (?:truncated|damaged) \(zip: .+\); copy the file again/);
  }
});

test('a wrong bit anywhere in the content is found', async (t) => {
  for (const made of [{}, { streamed: true }, { compress: false }]) {
    const zip = await makeZip(made);
    const content = zip.indexOf('a.csv') + 5;
    for (let at = content; at < content + 400; at += 13) {
      const wrong = Buffer.from(zip);
      wrong[at] ^= 4;
      await t.throwsAsync(read(wrong), { instanceOf: DamagedError }, `${at}`);
    }
  }
});

test('a directory that does not fit its files is found', async (t) => {
  const zip = await makeZip();
  const directory = zip.indexOf(Buffer.of(0x50, 0x4b, 1, 2));
  const content = zip.subarray(0, zip.indexOf(Buffer.of(0x50, 0x4b, 3, 4), 4));
  // A file more than the directory knows, and a checksum that is not the content's.
  await t.throwsAsync(read(Buffer.concat([content, zip])), { instanceOf: DamagedError });
  const wrong = Buffer.from(zip);
  wrong[directory + 16] ^= 1;
  await t.throwsAsync(read(wrong), { instanceOf: DamagedError, message: /checksum of a\.csv does not match/ });
});

test('other files are reported as not being a zip', async (t) => {
  await t.throwsAsync(read(Buffer.from('<html>The site is being maintained.</html>')), {
    instanceOf: DamagedError,
    message: /the\.zip is damaged \(zip: there is no file where one should begin\)/,
  });
});

test('an encrypted file and an unknown packing are refused', async (t) => {
  const zip = await makeZip();
  const encrypted = Buffer.from(zip);
  encrypted[6] |= 1;
  await t.throwsAsync(read(encrypted), { message: /a\.csv in the zip has a password/ });
  const deflate64 = Buffer.from(zip);
  deflate64[8] = 9;
  await t.throwsAsync(read(deflate64), {
    message: /compressed with method 9, which is not supported; expected Deflate/,
  });
});

test('reading may stop early, and the source is closed', async (t) => {
  let closed = false;
  const source = async function* () {
    try {
      yield* inChunks(await makeZip(), 100);
    } finally {
      closed = true;
    }
  };
  for await (const { content } of readZipStream(source(), 'the.zip')) {
    for await (const _ of content) break;
    break;
  }
  t.true(closed);
});

test('errors of the source stay what they are', async (t) => {
  class Gone extends Error {}
  const source = async function* () {
    yield (await makeZip()).subarray(0, 200);
    throw new Gone();
  };
  await t.throwsAsync(
    async () => {
      for await (const { content } of readZipStream(source(), 'the.zip')) for await (const _ of content);
    },
    { instanceOf: Gone },
  );
});
