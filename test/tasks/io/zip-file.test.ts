import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import test from 'ava';
import fc from 'fast-check';
import { fromBufferPromise } from 'yauzl';
import { zipFile } from '../../../tasks/io/zip-file.ts';

const archiveOf = async (parts: [path: string, content: Buffer[]][]) =>
  Buffer.concat(await Array.fromAsync(zipFile(parts.map(([path, content]) => ({ path, content })))));

/** The files of an archive; their checksums are compared. */
async function filesIn(archive: Buffer): Promise<[path: string, content: Buffer][]> {
  const zip = await fromBufferPromise(archive);
  const found: [string, Buffer][] = [];
  for await (const entry of zip.eachEntry()) {
    const content = await buffer(await zip.openReadStreamPromise(entry));
    if (crc32(content) !== entry.crc32) throw new Error(`${entry.fileName} has another checksum`);
    found.push([entry.fileName, content]);
  }
  return found;
}

test('any files are read as they were written', async (t) => {
  const content = fc.array(fc.uint8Array().map((bytes) => Buffer.from(bytes)));
  const path = fc.stringMatching(/^[a-zä]{1,9}$/);
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.tuple(path, content), { selector: ([path]) => path }), async (parts) => {
      t.deepEqual(
        await filesIn(await archiveOf(parts)),
        parts.map(([path, chunks]) => [path, Buffer.concat(chunks)]),
      );
    }),
    { numRuns: 30 },
  );
});

test('a long file is compressed in pieces that follow each other', async (t) => {
  const chunks = Array.from({ length: 12 }, (_, index) =>
    Buffer.concat([Buffer.alloc(1 << 20, index), randomBytes(99)]),
  );
  const archive = await archiveOf([
    ['long', chunks],
    ['short', [Buffer.from('short')]],
  ]);
  const [[, long], short] = await filesIn(archive);
  t.true(long.equals(Buffer.concat(chunks)));
  t.deepEqual(short, ['short', Buffer.from('short')]);
  t.true(archive.length < 1 << 18);
});

test('the same files give the same bytes', async (t) => {
  const files = (): [string, Buffer[]][] => [['file', [Buffer.from('content')]]];
  t.deepEqual(await archiveOf(files()), await archiveOf(files()));
});
