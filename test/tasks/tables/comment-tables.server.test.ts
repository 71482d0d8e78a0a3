import test from 'ava';
import { commentTables } from '../../../tasks/tables/comment-tables.ts';
import { tableDefinitions } from '../../../tasks/tables/table-definitions.ts';
import { runCommand } from '../../support/run-command.ts';
import { startTestDatabase, type TestDatabase } from '../../support/test-database.ts';

let database: TestDatabase;

test.before(async (t) => {
  database = await startTestDatabase();
  const { code, log } = await runCommand(['migrate'], database.environment);
  t.is(code, 0, log);
});

test.after.always(() => database?.stop());

interface Found {
  name: string;
  type: string;
  required: boolean;
  comment: string;
  about: string;
}

async function columnsOf(table: string): Promise<Found[]> {
  const { rows } = await database.client.query(
    `SELECT attname AS name, format_type(atttypid, NULL) AS type, attnotnull AS required,
       col_description(attrelid, attnum) AS comment, obj_description(attrelid, 'pg_class') AS about
     FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`,
    [table],
  );
  return rows;
}

const types = {
  integer: 'integer',
  number: 'double precision',
  flag: 'boolean',
  date: 'date',
  text: 'text',
  texts: 'text[]',
};

for (const { name, about, columns } of tableDefinitions) {
  test.serial(`${name} has the columns that are defined, with their types and what they mean`, async (t) => {
    const found = await columnsOf(name);
    const typesOf = Object.fromEntries(columns.map((column) => [column.name, types[column.type]]));
    t.deepEqual(Object.fromEntries(found.map((column) => [column.name, column.type])), typesOf);
    for (const { name, meaning, nullMeans, unit = '' } of columns) {
      const column = found.find((column) => column.name === name)!;
      t.true(column.comment.startsWith(meaning) && column.comment.includes(unit), name);
      if (nullMeans !== undefined) {
        t.false(column.required, `${name} is never null in the database`);
        t.true(column.comment.endsWith(nullMeans), name);
      }
    }
    t.is(found[0].about, about);
  });
}

test.serial('comments that are there are left alone, others are replaced', async (t) => {
  const { client } = database;
  const before = await columnsOf('events');
  await client.query(`COMMENT ON COLUMN events.title IS 'of an earlier version'; COMMENT ON TABLE events IS NULL`);
  await commentTables(client);
  t.deepEqual(await columnsOf('events'), before);
  // Who comments waits for this lock, and who has nothing to say does not.
  const other = await database.postgres.connect('pipeline');
  await other.query('BEGIN; LOCK TABLE airport_days, events IN SHARE UPDATE EXCLUSIVE MODE');
  await client.query(`SET lock_timeout = '1s'`);
  await t.notThrowsAsync(commentTables(client));
  await other.end();
});
