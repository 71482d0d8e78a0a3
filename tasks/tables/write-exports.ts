import { setImmediate as nextTurn } from 'node:timers/promises';
import pMap from 'p-map';
import type { Client } from 'pg';
import { yearInWords } from '../../charts/year-so-far.ts';
import type { YearEvent } from '../detect/year-events.ts';
import { csvFile } from '../io/csv-file.ts';
import { parquetFile } from '../io/parquet-file.ts';
import type { Storage } from '../io/storage.ts';
import type { Table } from '../io/table.ts';
import { xlsxFile } from '../io/xlsx-file.ts';
import { type ExportedTable, exportKey, exportsReadmeKey } from '../outputs.ts';
import { refuseIfReplaced } from '../summary/read-summary.ts';
import type { StoredSummary } from '../summary/summary-file.ts';
import { airportDaysTable } from './airport-days-table.ts';
import { contributorsTable } from './contributors-table.ts';
import { dictionaryTable, exportsReadme } from './dictionary.ts';
import { eventsTable } from './events-table.ts';
import { segmentsTable } from './segments-table.ts';
import type { TableDefinition } from './table-definition.ts';
import { tableDefinitions } from './table-definitions.ts';

interface Where {
  output: Storage;
  /** A session of the database, which keeps two runs of a year from mixing their files. */
  client: Client;
  signal: AbortSignal;
}

/** The first half of the advisory lock's key; the second half is the year. */
const exportsLock = 1_988;
/** Number of files that are written at once: while one is compressed, the others are put together. */
const filesAtOnce = 3;

const formats = [
  {
    format: 'xlsx',
    contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    write: ({ table, definition, summary }: Export) =>
      xlsxFile([table, dictionaryTable(definition)], {
        title: `${definition.about}, ${yearInWords(summary.days.year, summary.provenance.months)}`,
        custom: identityOf(summary),
      }),
  },
  { format: 'csv', contentType: 'text/csv; charset=utf-8', write: ({ table }: Export) => csvFile(table) },
  {
    format: 'parquet',
    contentType: 'application/vnd.apache.parquet',
    write: ({ table, summary }: Export) => parquetFile(table, identityOf(summary)),
  },
] as const;

interface Export {
  table: Table;
  definition: TableDefinition;
  summary: StoredSummary;
}

/**
 * Write the year's tables in all formats, and what their columns mean, to `exports/`. Each file is replaced whole.
 * @param events of `yearEvents`
 * @throws UnreachableError when another run has replaced the summary meanwhile
 */
export async function writeExports(
  summary: StoredSummary,
  events: YearEvent[],
  { output, client, signal }: Where,
): Promise<void> {
  const { year } = summary.days;
  const tables: Record<ExportedTable, Table> = {
    'airport-days': airportDaysTable(summary.days),
    events: eventsTable(year, events),
    contributors: contributorsTable(summary.days, summary.contributors),
    segments: segmentsTable(year, summary.segmentAnomalies),
  };
  const files = tableDefinitions.flatMap((definition) => formats.map((format) => ({ definition, ...format })));
  await client.query('SELECT pg_advisory_lock($1, $2)', [exportsLock, year]);
  await refuseIfReplaced(output, summary);
  await pMap(
    files,
    async ({ definition, format, contentType, write }) => {
      const chunks = write({ table: tables[definition.file], definition, summary });
      await output.writeStream(exportKey(year, definition.file, format), inTurn(chunks, signal), contentType);
    },
    { concurrency: filesAtOnce },
  );
  await output.write(exportsReadmeKey, exportsReadme(tableDefinitions), 'text/markdown; charset=utf-8');
  await client.query('SELECT pg_advisory_unlock($1, $2)', [exportsLock, year]);
}

/** The metadata that tells which summary a file is made of. */
function identityOf({ days, provenance, sha256 }: StoredSummary): Record<string, string> {
  return {
    'delaywatch.year': String(days.year),
    'delaywatch.months': String(provenance.months),
    'delaywatch.summary': sha256,
    'delaywatch.code_version': provenance.codeVersion,
  };
}

/** Passes chunks on, lets other files have their turn between them, and ends when the signal aborts. */
async function* inTurn(
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  for await (const chunk of chunks) {
    signal.throwIfAborted();
    yield chunk;
    await nextTurn();
  }
}
