import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { Command } from '../command.ts';
import { copyColumns, copyRows } from '../flights/copy-rows.ts';
import { openOutput } from '../io/output.ts';
import { inTransaction, withDatabase } from '../io/postgres.ts';
import { readSummary } from '../reading/read-summary.ts';

type Needs = 'OUTPUT_URI' | 'DATABASE_URL' | 'DATABASE_AUTH' | 'AWS_ENDPOINT_URL_S3';

/** First half of the advisory lock; the second is the year, so that different years load side by side. */
const loadLock = 1_987;

/** Replaces the year in the database by the summary's rows, in one transaction. */
export const load: Command<Needs> = {
  settings: ['OUTPUT_URI', 'DATABASE_URL', 'DATABASE_AUTH', 'AWS_ENDPOINT_URL_S3'],
  async run({ settings, year, log, signal }) {
    const output = await openOutput(settings);
    const { days } = await readSummary(output, year);
    await withDatabase(settings, signal, (client) =>
      inTransaction(client, async () => {
        await client.query('SELECT pg_advisory_xact_lock($1, $2)', [loadLock, year]);
        const { rowCount: replaced } = await client.query(
          'DELETE FROM airport_days WHERE flight_date >= make_date($1, 1, 1) AND flight_date < make_date($1 + 1, 1, 1)',
          [year],
        );
        const copy = client.query(copyFrom(`COPY airport_days (${copyColumns.join(', ')}) FROM STDIN`));
        await pipeline(Readable.from(copyRows(days)), copy, { signal });
        log.info('loaded', { rows: copy.rowCount, replaced: replaced ?? 0 });
      }),
    );
  },
};
