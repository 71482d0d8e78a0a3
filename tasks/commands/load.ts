import type { Client } from 'pg';
import { isSoFar, yearInWords } from '../../charts/year-so-far.ts';
import type { Command } from '../command.ts';
import { yearEvents } from '../detect/year-events.ts';
import { copyIn } from '../io/copy-in.ts';
import { copyRows, copyStatement } from '../io/copy-rows.ts';
import { openOutput } from '../io/output.ts';
import { inTransaction, withDatabase } from '../io/postgres.ts';
import type { Table } from '../io/table.ts';
import { readKnownEvents } from '../known-events/known-events.ts';
import { readSummary, refuseIfReplaced } from '../summary/read-summary.ts';
import type { StoredSummary } from '../summary/summary-file.ts';
import { airportDaysTable } from '../tables/airport-days-table.ts';
import { contributorsTable } from '../tables/contributors-table.ts';
import { eventsTable } from '../tables/events-table.ts';
import { segmentsTable } from '../tables/segments-table.ts';

type Needs = 'OUTPUT_URI' | 'DATABASE_URL' | 'DATABASE_AUTH' | 'AWS_ENDPOINT_URL_S3';

/** First half of the advisory lock; the second is the year, so that different years load side by side. */
const loadLock = 1_987;

/** What days are chosen by. Statistics of all columns, long sentences among them, would cost three times as much. */
const selected = ['airport', 'flight_date', 'year', 'is_anomaly', 'anomaly_kind', 'anomaly_score', 'event_id'];

/** Airports and days are about equally frequent: a sample of half the usual size says as much of them, in half the time. */
const statisticsTarget = 50;

/** Replaces the year in the database by the summary's rows, in one transaction. */
export const load: Command<Needs> = {
  settings: ['OUTPUT_URI', 'DATABASE_URL', 'DATABASE_AUTH', 'AWS_ENDPOINT_URL_S3'],
  async run({ settings, year, log, signal }) {
    const output = await openOutput(settings);
    const summary = await readSummary(output, year);
    const { days } = summary;
    const known = await readKnownEvents();
    await withDatabase(settings, { signal, log }, async (client) => {
      // LIKE keeps a lock on the table until its transaction ends. If each load kept one on airport_days while it copies,
      // two of them would then wait for each other; so a transaction of its own takes down what the table is like.
      const like = 'INCLUDING COMMENTS INCLUDING CONSTRAINTS INCLUDING GENERATED';
      await client.query(`CREATE TEMPORARY TABLE airport_days_form (LIKE airport_days ${like})`);
      await inTransaction(client, async () => {
        await client.query('SELECT pg_advisory_xact_lock($1, $2)', [loadLock, year]);
        const partition = `airport_days_${year}`;
        const range = { from: `${year}-01-01`, to: `${year + 1}-01-01` };
        // Thanks to the checks, PostgreSQL need not read the rows again to see that they belong to the partition.
        await client.query(`
          CREATE TABLE ${partition}_new (
            LIKE airport_days_form ${like},
            CHECK (flight_date >= '${range.from}' AND flight_date < '${range.to}'), CHECK (year = ${year}))`);
        const dayRows = withoutYear(airportDaysTable(days));
        const progress = log.progress('loading rows', dayRows.rows);
        const copy = copyStatement(`${partition}_new`, dayRows);
        const rows = await copyIn(client, copy, copyRows(dayRows, progress.update), { signal });
        progress.end();
        // The server works on the one while this process works on the other. Readers wait for neither.
        const analyzed = client.query(`
          SET LOCAL default_statistics_target = ${statisticsTarget};
          ANALYZE ${partition}_new (${selected.join(', ')})`);
        const small = [
          eventsTable(year, yearEvents(days, known)),
          contributorsTable(days, summary.contributors),
          segmentsTable(year, summary.segmentAnomalies),
        ];
        await analyzed;
        for (const table of small) await replaceRows(client, year, table, signal);
        // Until here readers see the previous rows. From here on they wait until the transaction commits. While it waits
        // for this lock, new readers wait behind it, so `withDatabase` gives up soon, lets them through, and tries again.
        // All loads take this lock before any other that excludes them, so that two of them never wait for each other.
        await client.query(`
          LOCK TABLE airport_days IN ACCESS EXCLUSIVE MODE;
          DROP TABLE IF EXISTS ${partition};
          ALTER TABLE ${partition}_new RENAME TO ${partition};
          ALTER TABLE airport_days ATTACH PARTITION ${partition} FOR VALUES FROM ('${range.from}') TO ('${range.to}')`);
        await client.query('SELECT refresh_airport_years($1)', [year]);
        await recordSummary(client, summary);
        await refuseIfReplaced(output, summary);
        const { months } = summary.provenance;
        log.info(isSoFar(months) ? `loaded ${yearInWords(year, months)}` : 'loaded', { rows, events: small[0].rows });
      });
    });
  },
};

async function recordSummary(client: Client, { days, provenance, sha256 }: StoredSummary): Promise<void> {
  await client.query('DELETE FROM summaries WHERE year = $1', [days.year]);
  await client.query(
    `INSERT INTO summaries (year, sha256, code_version, threshold, months, hashes)
     VALUES ($1, $2, $3, $4, $5, hashes_of_year($1))`,
    [days.year, sha256, provenance.codeVersion, provenance.threshold, provenance.months],
  );
}

/** Replace a year's rows of a small table. */
async function replaceRows(client: Client, year: number, table: Table, signal: AbortSignal): Promise<void> {
  await client.query(`DELETE FROM ${table.name} WHERE year = $1`, [year]);
  await copyIn(client, copyStatement(table.name, table), copyRows(table), { signal });
}

/** The database derives the year of a day from its date. */
function withoutYear(table: Table): Table {
  return { ...table, columns: table.columns.filter(({ name }) => name !== 'year') };
}
