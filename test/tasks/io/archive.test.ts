import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { constants, crc32, deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib';
import test from 'ava';
import { InputError } from '../../../tasks/errors.ts';
import { isReadable, openSource, type Source, sourcesIn } from '../../../tasks/io/archive.ts';
import { FileStorage } from '../../../tasks/io/file-storage.ts';
import { ReplacedError } from '../../../tasks/io/replaced-while-read.ts';
import type { ByteRange, Storage, StoredObject } from '../../../tasks/io/storage.ts';

/** A storage of one object, which hands it out in small chunks of the same memory. */
function storageOf(key: string, content: Buffer, chunkBytes = 1000): { storage: Storage; object: StoredObject } {
  const object = { key, size: content.length, modified: new Date(0), version: '1' };
  const storage = {
    uriOf: (key: string) => `s3://bucket/${key}`,
    async *stream(_: StoredObject, { start, end }: ByteRange) {
      const memory = Buffer.alloc(chunkBytes);
      for (let at = start; at < end; at += chunkBytes) {
        const size = content.copy(memory, 0, at, Math.min(end, at + chunkBytes));
        if (size === 0) return;
        yield memory.subarray(0, size);
        memory.fill('?');
      }
    },
  };
  return { storage: storage as unknown as Storage, object };
}

async function textOf(storage: Storage, source: Source): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of openSource(source, (range) => storage.stream(source.object, range))) {
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks).toString();
}

/** The name and text of each CSV file in an object. */
async function allIn(key: string, content: Buffer, chunkBytes?: number): Promise<[string, string][]> {
  const { storage, object } = storageOf(key, content, chunkBytes);
  const sources = await sourcesIn(storage, object);
  return Promise.all(
    sources.map(async (source): Promise<[string, string]> => [source.name, await textOf(storage, source)]),
  );
}

interface ZipFile {
  name: string;
  text: string;
  stored?: boolean;
  checksum?: number;
}

/** A zip archive as PKWARE's APPNOTE describes it, without what is optional. */
function zip(files: ZipFile[]): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, text, stored, checksum } of files) {
    const content = Buffer.from(text);
    const data = stored ? content : deflateRawSync(content);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0); // version needed
    fields.writeUInt16LE(1 << 11, 2); // names are UTF-8
    fields.writeUInt16LE(stored ? 0 : 8, 4);
    fields.writeUInt16LE(0x21, 8); // 1980-01-01
    fields.writeUInt32LE(checksum ?? crc32(content), 10);
    fields.writeUInt32LE(data.length, 14);
    fields.writeUInt32LE(content.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    local.push(Buffer.from('PK\x03\x04'), fields, Buffer.from(name), data);
    central.push(Buffer.from('PK\x01\x02\x14\x00'), fields, place, Buffer.from(name));
    offset += 30 + Buffer.byteLength(name) + data.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...local, directory, Buffer.from('PK\x05\x06'), end]);
}

const csv = `FL_DATE,ORIGIN,DEP_DELAY\n${Array.from({ length: 300 }, (_, row) => `2013-01-01,JFK,${row * 7919}\n`).join('')}`;
/** More than one chunk of a decompressor, of which nothing repeats. */
const large = Array.from({ length: 60_000 }, (_, row) => `${(row * 2_654_435_761) % 4_294_967_296}\n`).join('');

test('the ending of a name says whether a file can be read', (t) => {
  for (const name of ['a.csv', 'a.csv.gz', 'a.csv.zst', 'a.zip', '2013/A.CSV', 'a b.Csv.GZ']) t.true(isReadable(name));
  for (const name of ['a.txt', 'a.gz', 'csv', 'a.csv.part', 'manifest.json', 'a.tar.gz']) t.false(isReadable(name));
});

test('a CSV file is read as it is', async (t) => {
  t.deepEqual(await allIn('2013.csv', Buffer.from(csv)), [['s3://bucket/2013.csv', csv]]);
});

const oneAfterTheOther = {
  'f.csv.gz': (text: string) => gzipSync(text),
  'f.csv.zst': (text: string) => zstdCompressSync(text),
};

for (const [key, compress] of Object.entries(oneAfterTheOther)) {
  test(`${key} is decompressed`, async (t) => {
    t.deepEqual(await allIn(key, compress(csv)), [[`s3://bucket/${key}`, csv]]);
    t.deepEqual(await allIn(key, compress('')), [[`s3://bucket/${key}`, '']]);
    t.true((await allIn(key, compress(large)))[0][1] === large);
  });

  test(`${key} is decompressed when it was put together from several`, async (t) => {
    const small = Buffer.concat(['a,b\n', '1,2\n', '', '3,4\n'].map(compress));
    for (const chunkBytes of [1, 5, 17, 1000]) {
      t.is((await allIn(key, small, chunkBytes))[0][1], 'a,b\n1,2\n3,4\n', `chunks of ${chunkBytes}`);
    }
    const texts = ['a,b\n', large, '3,4\n'];
    const [[, text]] = await allIn(key, Buffer.concat(texts.map(compress)));
    t.true(text === texts.join(''));
  });
}

test('a zip gives its CSV file, whatever lies beside it', async (t) => {
  const content = zip([
    { name: 'readme.html', text: '<html></html>' },
    { name: 'On_Time_2013_1.csv', text: large },
    { name: 'folder/', text: '', stored: true },
  ]);
  const [[name, text], ...others] = await allIn('2013.zip', content);
  t.is(name, 's3://bucket/2013.zip#On_Time_2013_1.csv');
  t.true(text === large);
  t.deepEqual(others, []);
});

test('a zip of several CSV files gives each, compressed or not', async (t) => {
  const content = zip([
    { name: '2013/01.csv', text: csv },
    { name: 'readme.html', text: '<html></html>' },
    { name: 'Février é.CSV', text: 'a\nb\n', stored: true },
    { name: 'empty.csv', text: '', stored: true },
  ]);
  t.deepEqual(await allIn('2013.zip', content), [
    ['s3://bucket/2013.zip#2013/01.csv', csv],
    ['s3://bucket/2013.zip#Février é.CSV', 'a\nb\n'],
    ['s3://bucket/2013.zip#empty.csv', ''],
  ]);
});

const small = csv.slice(0, 300);
const truncatable: Record<string, Buffer> = {
  'f.csv.gz': gzipSync(small),
  'f.csv.zst': zstdCompressSync(small),
  'f.zip': zip([
    { name: 'f.csv', text: small },
    { name: 'g.csv', text: 'a\n', stored: true },
  ]),
};

for (const [key, content] of Object.entries(truncatable)) {
  test(`${key} is an error that names it, wherever it was cut off`, async (t) => {
    for (let length = 1; length < content.length; length++) {
      const error = await t.throwsAsync(
        allIn(key, content.subarray(0, length)),
        { instanceOf: InputError },
        `${length} bytes`,
      );
      t.true(error.message.startsWith(`s3://bucket/${key} is `), error.message);
      t.regex(error.message, /; copy the file again from where it came from$/);
    }
  });
}

test('a file that lacks its second half is called truncated', async (t) => {
  for (const [key, content] of Object.entries(truncatable)) {
    await t.throwsAsync(allIn(key, content.subarray(0, content.length / 2)), {
      message: new RegExp(`^s3://bucket/${key} is truncated \\(\\w+: `),
    });
  }
});

test('bytes that are not the promised kind are an error that names the file', async (t) => {
  for (const key of ['f.csv.gz', 'f.csv.zst', 'f.zip']) {
    await t.throwsAsync(allIn(key, Buffer.from(csv)), { instanceOf: InputError, message: new RegExp(`/${key} is `) });
  }
});

test('a byte that changed in what was compressed is noticed', async (t) => {
  const checksum = zstdCompressSync(csv, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
  for (const [key, content] of [
    ['f.csv.gz', gzipSync(csv)],
    ['f.csv.zst', checksum],
    ['f.zip', zip([{ name: 'f.csv', text: csv }])],
    ['f.zip', zip([{ name: 'f.csv', text: csv, stored: true }])],
  ] as const) {
    for (const at of [60, 100, 500]) {
      const changed = Buffer.from(content);
      changed[at] ^= 0x10;
      await t.throwsAsync(
        allIn(key, changed),
        { instanceOf: InputError, message: new RegExp(`^s3://bucket/${key}(#f\\.csv)? is damaged`) },
        `${key} ${at}`,
      );
    }
  }
});

test('a zip whose checksum is wrong is an error that names the entry', async (t) => {
  const content = zip([
    { name: 'a.csv', text: csv },
    { name: 'b.csv', text: csv, checksum: 1 },
  ]);
  const { storage, object } = storageOf('2013.zip', content);
  const [a, b] = await sourcesIn(storage, object);
  t.is(await textOf(storage, a), csv);
  await t.throwsAsync(textOf(storage, b), {
    instanceOf: InputError,
    message: /^s3:\/\/bucket\/2013\.zip#b\.csv is damaged \(zip: .*checksum.*\); copy the file again/,
  });
});

test('a zip without a CSV file is an error', async (t) => {
  for (const files of [
    [],
    [
      { name: 'readme.html', text: '' },
      { name: 'notes.txt', text: '' },
    ],
  ]) {
    await t.throwsAsync(allIn('2013.zip', zip(files)), {
      instanceOf: InputError,
      message: 's3://bucket/2013.zip holds no .csv file; expected a zip with one or several',
    });
  }
});

test('reading a source may stop early', async (t) => {
  for (const [key, content] of [
    ['f.csv.gz', gzipSync(large)],
    ['f.csv.zst', zstdCompressSync(large)],
    ['f.zip', zip([{ name: 'f.csv', text: large }])],
  ] as const) {
    const { storage, object } = storageOf(key, content);
    const [source] = await sourcesIn(storage, object);
    for await (const chunk of openSource(source, (range) => storage.stream(object, range))) {
      t.true(large.startsWith(Buffer.from(chunk).toString()));
      break;
    }
  }
});

test('errors of the storage are passed on unchanged', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'archive-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const storage = new FileStorage(pathToFileURL(`${folder}/`));
  const contents = { 'f.csv': Buffer.from(csv), ...truncatable };
  for (const [key, content] of Object.entries(contents)) {
    await storage.write(key, content);
    const object = (await storage.stat(key))!;
    const [source] = await sourcesIn(storage, object);
    t.true((await textOf(storage, source)).length > 0);
    await storage.write(key, `${content}changed`);
    await t.throwsAsync(textOf(storage, source), {
      instanceOf: ReplacedError,
      message: `${storage.uriOf(key)} changed while it was read; run again once the process that writes it has ended`,
    });
    await storage.remove([key]);
    await t.throwsAsync(textOf(storage, source), {
      instanceOf: ReplacedError,
      message: /was removed while it was read/,
    });
  }
});

test('zeros between and behind gzip members are padding, anything else there is a fault', async (t) => {
  const [one, two] = ['a,b\n1,2\n', '3,4\n'].map((text) => gzipSync(text));
  for (const zeros of [0, 1, 511, 300_000]) {
    const padded = Buffer.concat([one, Buffer.alloc(zeros), two, Buffer.alloc(zeros)]);
    t.is((await allIn('f.csv.gz', padded))[0][1], 'a,b\n1,2\n3,4\n', `${zeros} zeros`);
  }
  await t.throwsAsync(allIn('f.csv.gz', Buffer.concat([one, Buffer.from('more')])), {
    instanceOf: InputError,
    message: /is damaged/,
  });
  await t.throwsAsync(allIn('f.csv.gz', Buffer.concat([one, two.subarray(0, -3)])), { message: /is truncated/ });
});
