import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { sourcesIn } from '../../../tasks/io/archive.ts';
import { openStorage } from '../../../tasks/io/open-storage.ts';
import type { Part } from '../../../tasks/read/count-part.ts';
import { recognizeDialect } from '../../../tasks/read/dialect.ts';
import { OwnThread } from '../../../tasks/read/own-thread.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const header = 'FL_DATE,ORIGIN,DEP_DELAY';
const row = '2013-01-01,JFK,5';
/** 1.7 MB, which is read in thirteen chunks. */
const rows = 100_000;
const chunks = 13;

async function part(): Promise<Part> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, '2013.csv'), `${header}\n${`${row}\n`.repeat(rows)}`);
  const location = { root: `${pathToFileURL(folder).href}/`, s3PathStyle: false };
  const storage = await openStorage(location);
  const [object] = await storage.list('');
  const [source] = await sourcesIn(storage, object);
  return {
    ...{ location, source, year: 2013, otherYears: 'reject', maxBadRows: 0 },
    range: { start: header.length + 1, end: object.size },
    headerBytes: header.length + 1,
    dialect: recognizeDialect(header, source.name, row),
  };
}

test('others have a turn after each chunk that is read', async (t) => {
  const thread = new OwnThread();
  let isReading = true;
  let turns = 0;
  const takeTurn = () => {
    turns++;
    if (isReading) setImmediate(takeTurn);
  };
  const reading = thread.read(await part(), () => {});
  t.is(thread.busy, 1);
  takeTurn();
  const { rows: read } = await reading;
  isReading = false;
  t.is(read, rows);
  t.is(thread.busy, 0);
  t.true(turns >= chunks, `${turns} turns`);
});

test('a part that is being read is given up when the thread is stopped', async (t) => {
  const thread = new OwnThread();
  const reading = thread.read(await part(), () => {});
  await thread.stop();
  await t.throwsAsync(reading, { name: 'AbortError' });
  t.is(thread.busy, 0);
});
