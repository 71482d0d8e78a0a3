import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { asyncBufferFromFile, parquetMetadataAsync } from 'hyparquet';
import { yearEvents } from '../../../tasks/detect/year-events.ts';
import { openOutput } from '../../../tasks/io/output.ts';
import type { Storage } from '../../../tasks/io/storage.ts';
import type { ColumnDefinition } from '../../../tasks/io/table.ts';
import { readKnownEvents } from '../../../tasks/known-events/known-events.ts';
import { exportKey, summaryKey } from '../../../tasks/outputs.ts';
import { readSummary } from '../../../tasks/summary/read-summary.ts';
import { tableDefinitions } from '../../../tasks/tables/table-definitions.ts';
import { writeExports } from '../../../tasks/tables/write-exports.ts';
import { type ReadTable, readTable } from '../../support/read-table.ts';
import { runCommand } from '../../support/run-command.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestDatabase, type TestDatabase } from '../../support/test-database.ts';

const year = 2013;
const formats = ['csv', 'parquet', 'xlsx'] as const;
const folder = temporaryFolder();
const bucket = join(folder, 'bucket');
const pathOf = (table: string, format: string) => join(bucket, 'exports', String(year), `${table}.${format}`);
let database: TestDatabase;
let environment: Record<string, string>;
let output: Storage;
const alreadyRead = new Map<string, ReadTable>();

test.before(async (t) => {
  database = await startTestDatabase();
  environment = {
    ...database.environment,
    FLIGHTS_URI: new URL('../../../samples/flights-2013.csv.zst', import.meta.url).href,
    OUTPUT_URI: pathToFileURL(bucket).href,
  };
  for (const name of ['migrate', 'detect', 'load']) {
    const { code, log } = await runCommand(name === 'migrate' ? [name] : [name, '--year', String(year)], environment);
    t.is(code, 0, log);
  }
  output = await openOutput({ OUTPUT_URI: environment.OUTPUT_URI });
  await exportYear();
});

test.after.always(() => database?.stop());

async function exportYear(signal = new AbortController().signal) {
  const { client } = database;
  const summary = await readSummary(output, year);
  await writeExports(summary, yearEvents(summary.days, await readKnownEvents()), { output, client, signal });
}

/** A file of the year as another program reads it. */
function readFile(table: string, format: (typeof formats)[number]): ReadTable {
  const path = pathOf(table, format);
  const read = alreadyRead.get(path) ?? readTable(format, path);
  alreadyRead.set(path, read);
  return read;
}

/** A table's rows in the database, dates as texts, in an order that does not depend on the database. */
async function loadedRows({ name, columns }: (typeof tableDefinitions)[number]): Promise<unknown[][]> {
  const list = columns.map(({ name, type }) => (type === 'date' ? `${name}::text` : name)).join(', ');
  const { rows } = await database.client.query({
    text: `SELECT ${list} FROM ${name} WHERE year = ${year}`,
    rowMode: 'array',
  });
  return rows;
}

/** The rows as a file without lists holds them. */
const withoutLists = (rows: unknown[][]) =>
  rows.map((row) => row.map((value) => (Array.isArray(value) ? value.join(' ') : value)));

const inOrder = (rows: unknown[][]) => rows.map((row) => JSON.stringify(row)).sort();

for (const definition of tableDefinitions) {
  test.serial(`${definition.file}: every cell of every file is that of the database, to the last digit`, async (t) => {
    const loaded = await loadedRows(definition);
    t.true(loaded.length > 10);
    for (const format of formats) {
      const { header, rows } = readFile(definition.file, format);
      t.deepEqual(
        header,
        definition.columns.map(({ name }) => name),
        format,
      );
      const expected = inOrder(format === 'parquet' ? loaded : withoutLists(loaded));
      const found = inOrder(rows);
      t.is(found.length, expected.length, format);
      const differing = found.findIndex((row, index) => row !== expected[index]);
      t.is(found[differing], expected[differing], format);
    }
  });

  test.serial(`${definition.file}: columns have their types`, (t) => {
    const typesOf = (table: ReadTable) => Object.fromEntries(table.header.map((name, at) => [name, table.types[at]]));
    const duckdbTypes: Record<ColumnDefinition['type'], [parquet: string, csv: string]> = {
      integer: ['INTEGER', 'BIGINT'],
      number: ['DOUBLE', 'DOUBLE'],
      flag: ['BOOLEAN', 'BOOLEAN'],
      date: ['DATE', 'DATE'],
      text: ['VARCHAR', 'VARCHAR'],
      texts: ['VARCHAR[]', 'VARCHAR'],
    };
    const parquet = typesOf(readFile(definition.file, 'parquet'));
    const csv = readFile(definition.file, 'csv');
    const csvTypes = typesOf(csv);
    for (const [at, { name, type }] of definition.columns.entries()) {
      t.is(parquet[name], duckdbTypes[type][0], name);
      // The type of a column without a value cannot be seen.
      if (csv.rows.some((row) => row[at] !== null)) t.is(csvTypes[name], duckdbTypes[type][1], name);
    }
    const { sheets } = readFile(definition.file, 'xlsx');
    const { formats, frozen, filter, size } = sheets[definition.name];
    t.is(frozen, 'A2');
    t.is(filter, size);
    for (const [at, { type }] of definition.columns.entries()) {
      t.is(formats[at], type === 'date' ? 'yyyy\\-mm\\-dd' : 'General');
    }
  });

  test.serial(`${definition.file}: workbook and README tell what each column means`, (t) => {
    const { sheets, last_sheet: dictionary } = readFile(definition.file, 'xlsx');
    t.deepEqual(Object.keys(sheets), [definition.name, 'dictionary']);
    t.deepEqual(dictionary[0], ['column', 'type', 'unit', 'meaning', 'null means']);
    t.deepEqual(
      dictionary.slice(1).map(([column, , unit, meaning]) => [column, unit, meaning]),
      definition.columns.map(({ name, unit = null, meaning }) => [name, unit, meaning]),
    );
    const readme = readFileSync(join(bucket, 'exports', 'README.md'), 'utf8');
    for (const { name, meaning } of definition.columns)
      t.true(readme.includes(`| ${name} |`) && readme.includes(meaning));
  });

  test.serial(`${definition.file}: the definition says which columns may be null`, async (t) => {
    const loaded = await loadedRows(definition);
    for (const [at, { name, nullMeans }] of definition.columns.entries()) {
      if (nullMeans === undefined)
        t.false(
          loaded.some((row) => row[at] === null),
          name,
        );
    }
  });

  test.serial(`${definition.file}: the files name the summary that they are made from`, async (t) => {
    const { sha256, provenance } = await readSummary(output, year);
    const identity = {
      'delaywatch.year': '2013',
      'delaywatch.months': '12',
      'delaywatch.summary': sha256,
      'delaywatch.code_version': provenance.codeVersion,
    };
    const file = await asyncBufferFromFile(pathOf(definition.file, 'parquet'));
    const { key_value_metadata } = await parquetMetadataAsync(file);
    t.deepEqual(Object.fromEntries(key_value_metadata!.map(({ key, value }) => [key, value])), identity);
    t.deepEqual(readFile(definition.file, 'xlsx').properties, identity);
  });
}

test.serial('the same summary gives the same files, and nothing else lies there', async (t) => {
  const contents = () =>
    tableDefinitions.flatMap(({ file }) => formats.map((format) => readFileSync(pathOf(file, format), 'base64')));
  const before = contents();
  await exportYear();
  t.true(contents().every((content, index) => content === before[index]));
  t.deepEqual(
    readdirSync(join(bucket, 'exports', String(year))).sort(),
    tableDefinitions.flatMap(({ file }) => formats.map((format) => `${file}.${format}`)).sort(),
  );
});

test.serial('when another run has replaced the summary, no file is touched', async (t) => {
  const key = exportKey(year, 'airport-days', 'csv');
  const summary = await readSummary(output, year);
  const bytes = (await output.read(summaryKey(year)))!;
  await output.write(key, 'the file before', 'text/csv');
  const where = { output, client: database.client, signal: new AbortController().signal };
  const overtaken = { ...summary, sha256: summary.sha256.replace(/^./, (first) => (first === '0' ? '1' : '0')) };
  await t.throwsAsync(writeExports(overtaken, [], where), { message: /another run of 2013 has replaced/ });
  t.is(Buffer.from((await output.read(key))!).toString(), 'the file before');
  t.deepEqual(await output.read(summaryKey(year)), bytes);
  await exportYear();
});

test.serial('a signal ends it', async (t) => {
  await t.throwsAsync(exportYear(AbortSignal.abort(new Error('stopped'))), { message: 'stopped' });
  await exportYear();
});
