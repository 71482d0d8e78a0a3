import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, mkdtemp, readdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { ExpectedError } from '../../../tasks/errors.ts';
import { FileStorage } from '../../../tasks/io/file-storage.ts';
import { ReplacedError } from '../../../tasks/io/replaced-while-read.ts';
import type { StoredObject } from '../../../tasks/io/storage.ts';
import { until } from '../../support/until.ts';

async function emptyFolder(t: ExecutionContext) {
  const folder = await mkdtemp(join(tmpdir(), 'file storage '));
  t.teardown(() => rm(folder, { recursive: true }));
  return { folder, storage: new FileStorage(pathToFileURL(`${folder}/`)) };
}

async function textOf(storage: FileStorage, object: StoredObject, start = 0, end = object.size): Promise<string> {
  let text = '';
  for await (const chunk of storage.stream(object, { start, end })) text += Buffer.from(chunk).toString('latin1');
  return text;
}

test('a written file can be read, looked up and listed', async (t) => {
  const { storage } = await emptyFolder(t);
  await storage.write('plots/2013/JFK.png', Uint8Array.of(1, 2, 255));
  t.deepEqual(Buffer.from((await storage.read('plots/2013/JFK.png'))!), Buffer.of(1, 2, 255));
  t.like(await storage.stat('plots/2013/JFK.png'), { key: 'plots/2013/JFK.png', size: 3 });
  t.deepEqual(
    (await storage.list('')).map(({ key, size }) => [key, size]),
    [['plots/2013/JFK.png', 3]],
  );
});

test('a name may hold blanks, per cent signs, umlauts and more', async (t) => {
  const { folder, storage } = await emptyFolder(t);
  for (const name of ['a b.csv', '100%.csv', '%41.csv', 'ü.csv', 'a#b?c.csv', "'$x'.csv"]) {
    const key = `flüge 1%/${name}`;
    await storage.write(key, name);
    t.is(Buffer.from((await storage.read(key))!).toString(), name);
    t.is(fileURLToPath(storage.uriOf(key)), join(folder, 'flüge 1%', name));
    t.is((await storage.stat(key))?.key, key);
    t.deepEqual(
      (await storage.list('flüge 1%/')).map((object) => object.key),
      [key],
    );
    await storage.remove([key]);
  }
});

test('a file is replaced whole, and nothing else is left beside it', async (t) => {
  const { folder, storage } = await emptyFolder(t);
  await storage.write('reports/2013.html', 'long '.repeat(1000));
  await storage.write('reports/2013.html', 'short');
  t.is(Buffer.from((await storage.read('reports/2013.html'))!).toString(), 'short');
  t.deepEqual(await readdir(join(folder, 'reports')), ['2013.html']);
});

test('a reader of the old file is not handed a part of the new', async (t) => {
  const { storage } = await emptyFolder(t);
  await storage.write('a', 'old'.repeat(100_000));
  const object = (await storage.stat('a'))!;
  const reading = storage.stream(object, { start: 0, end: object.size })[Symbol.asyncIterator]();
  await reading.next();
  await storage.write('a', 'NEW'.repeat(100_000));
  let text = '';
  for (let next = await reading.next(); !next.done; next = await reading.next()) {
    text += Buffer.from(next.value).toString();
  }
  t.false(text.includes('NEW'));
});

test('streams that are read side by side do not share their memory, and a later one may have that of an earlier one', async (t) => {
  const { storage } = await emptyFolder(t);
  const bytes = 300_000;
  const objects: StoredObject[] = [];
  for (const letter of ['a', 'b', 'c']) {
    await storage.write(letter, letter.repeat(bytes));
    objects.push((await storage.stat(letter))!);
  }
  t.is(await textOf(storage, objects[2]), 'c'.repeat(bytes));
  const range = { start: 0, end: bytes };
  const [one, other] = objects.map((object) => storage.stream(object, range)[Symbol.asyncIterator]());
  const text = ({ value }: IteratorResult<Uint8Array>) => Buffer.from(value).toString();
  for (let read = 0; read < bytes; ) {
    const [first, second] = [await one.next(), await other.next()];
    t.regex(text(first), /^a+$/);
    t.regex(text(second), /^b+$/);
    read += first.value.length;
  }
  await Promise.all([one.next(), other.next()]);
  t.is(await textOf(storage, objects[2]), 'c'.repeat(bytes));
});

test('a file that arrives in chunks is there when all have arrived', async (t) => {
  const { folder, storage } = await emptyFolder(t);
  const chunks = async function* () {
    for (let i = 0; i < 100; i++) yield Buffer.alloc(10_000, i);
    t.is(await storage.stat('flights/a.zip'), undefined);
  };
  await storage.writeStream('flights/a.zip', chunks());
  t.is((await storage.stat('flights/a.zip'))?.size, 1_000_000);
  t.deepEqual(await readdir(join(folder, 'flights')), ['a.zip']);
});

test('a file that does not arrive whole leaves the one before, and nothing else', async (t) => {
  const { folder, storage } = await emptyFolder(t);
  await storage.write('a.zip', 'before');
  const failure = new Error('lost on the way');
  const chunks = async function* () {
    yield Buffer.from('new');
    throw failure;
  };
  await t.throwsAsync(storage.writeStream('a.zip', chunks()), { is: failure });
  t.is(Buffer.from((await storage.read('a.zip'))!).toString(), 'before');
  t.deepEqual(await readdir(folder), ['a.zip']);
});

test('leftovers of killed processes are removed by the next write to the folder', async (t) => {
  const { folder, storage } = await emptyFolder(t);
  const { pid: ended } = spawnSync(process.execPath, ['--version']);
  const leftovers = [`.a.zip.${hostname()}-${ended}.tmp`, '.a.zip.another-machine-1.tmp', '.b.png.1.tmp'];
  const inTheMaking = [`.c.png.${hostname()}-${process.ppid}.tmp`, '.c.png.another-machine-2.tmp'];
  for (const name of [...leftovers, ...inTheMaking]) await writeFile(join(folder, name), 'half');
  for (const name of [leftovers[1], leftovers[2], inTheMaking[0]]) await utimes(join(folder, name), 1_000, 1_000);
  await storage.write('a.html', 'whole');
  t.deepEqual((await readdir(folder)).sort(), [...inTheMaking, 'a.html'].sort());
});

test('half an object that a killed process has left goes when the object is removed', async (t) => {
  const { folder, storage } = await emptyFolder(t);
  const { pid: ended } = spawnSync(process.execPath, ['--version']);
  await writeFile(join(folder, `.2013.csv.${hostname()}-${ended}.tmp`), 'half');
  await storage.remove(['2013.csv', 'not-there/2013.csv']);
  t.deepEqual(await readdir(folder), []);
});

test('a process that is killed while it writes leaves nothing once another has written', async (t) => {
  const { folder, storage } = await emptyFolder(t);
  const writing = spawn(process.execPath, [
    '--input-type=module',
    '--eval',
    `import { FileStorage } from ${JSON.stringify(new URL('../../../tasks/io/file-storage.ts', import.meta.url).href)};
     const chunks = async function* () { yield Buffer.from('half'); await new Promise((r) => setTimeout(r, 60_000)); };
     await new FileStorage(new URL(${JSON.stringify(pathToFileURL(`${folder}/`).href)})).writeStream('a.zip', chunks());`,
  ]);
  await until(async () => (await readdir(folder)).length > 0);
  writing.kill('SIGKILL');
  await once(writing, 'exit');
  t.is((await readdir(folder)).length, 1);
  await storage.write('a.html', 'whole');
  t.deepEqual(await readdir(folder), ['a.html']);
});

test('a file that cannot be written is an error and leaves nothing', async (t) => {
  const { folder, storage } = await emptyFolder(t);
  await mkdir(join(folder, 'reports/2013.html'), { recursive: true });
  await t.throwsAsync(storage.write('reports/2013.html', 'report'));
  t.deepEqual(await readdir(join(folder, 'reports')), ['2013.html']);
});

test('a folder that cannot be made is an error, not a file less', async (t) => {
  const { folder } = await emptyFolder(t);
  await writeFile(join(folder, 'file'), '');
  const storage = new FileStorage(pathToFileURL(`${folder}/file/`));
  const error = await t.throwsAsync(storage.write('summaries/2013.arrow', 'summary'));
  t.true(error instanceof ExpectedError);
});

test('a missing file is undefined, and removing it is fine', async (t) => {
  const { folder, storage } = await emptyFolder(t);
  await writeFile(join(folder, 'file'), '');
  for (const key of ['none', 'none/none', 'file/none']) {
    t.is(await storage.stat(key), undefined, key);
    t.is(await storage.read(key), undefined, key);
  }
  await storage.remove(['none', 'none/none', 'file/none']);
  t.deepEqual(await readdir(folder), ['file']);
});

test('a folder is not an object', async (t) => {
  const { folder, storage } = await emptyFolder(t);
  await mkdir(join(folder, 'folder'));
  t.is(await storage.stat('folder'), undefined);
  t.is(await storage.read('folder'), undefined);
});

test('only the given keys are removed', async (t) => {
  const { storage } = await emptyFolder(t);
  for (const key of ['a/1', 'a/2', 'b']) await storage.write(key, '');
  await storage.remove(['a/1', 'b']);
  t.deepEqual(
    (await storage.list('')).map(({ key }) => key),
    ['a/2'],
  );
});

test('a list holds what starts with the prefix, sorted, without folders', async (t) => {
  const { folder, storage } = await emptyFolder(t);
  for (const key of ['plots/2013/LGA.png', 'plots/2013/JFK.png', 'plots/2014/JFK.png', 'plots/x.png', 'z.csv']) {
    await storage.write(key, '');
  }
  await mkdir(join(folder, 'plots/2013/empty'));
  const keys = async (prefix: string) => (await storage.list(prefix)).map(({ key }) => key);
  t.deepEqual(await keys('plots/2013/'), ['plots/2013/JFK.png', 'plots/2013/LGA.png']);
  t.deepEqual(await keys('plots/201'), ['plots/2013/JFK.png', 'plots/2013/LGA.png', 'plots/2014/JFK.png']);
  t.deepEqual(await keys('plots/2013/J'), ['plots/2013/JFK.png']);
  t.deepEqual(await keys('plots/2013/LGA.png'), ['plots/2013/LGA.png']);
  t.is((await keys('')).length, 5);
});

test('a list passes over names with a dot in front, and over a folder that is not there', async (t) => {
  const { folder, storage } = await emptyFolder(t);
  await storage.write('a/b.csv', '');
  await storage.write('a/.b.csv.1.tmp', '');
  await storage.write('.DS_Store', '');
  await storage.write('.git/config', '');
  t.deepEqual(
    (await storage.list('')).map(({ key }) => key),
    ['a/b.csv'],
  );
  t.deepEqual(await storage.list('none/'), []);
  t.deepEqual(await new FileStorage(pathToFileURL(`${folder}/none/`)).list(''), []);
});

test('the dots of the folder itself do not matter', async (t) => {
  const { folder } = await emptyFolder(t);
  const storage = new FileStorage(pathToFileURL(`${folder}/.local/out/`));
  await storage.write('a.csv', '');
  t.is((await storage.list('')).length, 1);
});

test('a list takes a link to a file for the file', async (t) => {
  const { folder, storage } = await emptyFolder(t);
  await storage.write('a', 'text');
  await symlink('a', join(folder, 'b'));
  await symlink('nowhere', join(folder, 'c'));
  t.deepEqual(
    (await storage.list('')).map(({ key, size }) => [key, size]),
    [
      ['a', 4],
      ['b', 4],
    ],
  );
});

test('a range of a file is streamed, however large', async (t) => {
  const { storage } = await emptyFolder(t);
  const text = Array.from({ length: 60_000 }, (_, index) => String(index)).join('');
  await storage.write('a', text);
  const object = (await storage.stat('a'))!;
  t.is(await textOf(storage, object), text);
  for (const [start, end] of [
    [0, 1],
    [5, 5],
    [1000, 200_000],
    [131_071, 131_073],
    [text.length - 1, text.length],
  ]) {
    t.is(await textOf(storage, object, start, end), text.slice(start, end), `${start}–${end}`);
  }
});

const changes: Record<string, (path: string) => Promise<void>> = {
  grew: (path) => appendFile(path, 'more'),
  'was written again with as many bytes': async (path) => {
    await writeFile(path, 'other');
    await utimes(path, 1, 1);
  },
  'was replaced by another of the same size and time': async (path) => {
    await writeFile(`${path}2`, 'other');
    await utimes(`${path}2`, 1_000_000, 1_000_000);
    await rename(`${path}2`, path);
  },
};

for (const [change, make] of Object.entries(changes)) {
  test(`a file that ${change} since it was looked up is not read`, async (t) => {
    const { folder, storage } = await emptyFolder(t);
    await storage.write('a b', 'first');
    await utimes(join(folder, 'a b'), 1_000_000, 1_000_000);
    const object = (await storage.stat('a b'))!;
    t.is(await textOf(storage, object), 'first');
    await make(join(folder, 'a b'));
    const reading = storage.stream(object, { start: 0, end: object.size })[Symbol.asyncIterator]();
    const error = await t.throwsAsync(reading.next(), { instanceOf: ReplacedError });
    t.is(
      error.message,
      `${storage.uriOf('a b')} changed while it was read; run again once the process that writes it has ended`,
    );
  });
}

test('a file that changes while it is read is an error at the end of the range', async (t) => {
  const { folder, storage } = await emptyFolder(t);
  await storage.write('a', 'x'.repeat(300_000));
  const object = (await storage.stat('a'))!;
  await t.throwsAsync(
    async () => {
      for await (const _ of storage.stream(object, { start: 0, end: object.size }))
        await appendFile(join(folder, 'a'), 'y');
    },
    { instanceOf: ReplacedError, message: /changed while it was read/ },
  );
  const shorter = (await storage.stat('a'))!;
  await t.throwsAsync(
    async () => {
      for await (const _ of storage.stream(shorter, { start: 0, end: shorter.size }))
        await writeFile(join(folder, 'a'), 'z');
    },
    { instanceOf: ReplacedError, message: /changed while it was read/ },
  );
});

test('a file that was removed since it was looked up is an error', async (t) => {
  const { storage } = await emptyFolder(t);
  await storage.write('a', 'text');
  const object = (await storage.stat('a'))!;
  await storage.remove(['a']);
  const error = await t.throwsAsync(textOf(storage, object), { instanceOf: ReplacedError });
  t.is(error.message, `${storage.uriOf('a')} was removed while it was read; run again once it is there`);
});

test('reading may stop early', async (t) => {
  const { storage } = await emptyFolder(t);
  await storage.write('a', 'x'.repeat(300_000));
  const object = (await storage.stat('a'))!;
  for await (const chunk of storage.stream(object, { start: 0, end: object.size })) {
    t.true(chunk.length < object.size);
    break;
  }
});
