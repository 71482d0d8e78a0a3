import { stringify } from 'csv-stringify/sync';
import type { Command } from '../command.ts';
import { detectAnomalies } from '../flights/detect-anomalies.ts';
import { encodeSummary } from '../flights/summary-file.ts';
import { findInput } from '../io/input.ts';
import { openOutput } from '../io/output.ts';
import { rejectsKey, summaryKey } from '../outputs.ts';
import { type RejectedRow, readYear } from '../reading/read-year.ts';
import { version } from '../version.ts';

type Needs = 'FLIGHTS_URI' | 'OUTPUT_URI' | 'AWS_ENDPOINT_URL_S3' | 'CODE_VERSION';

/** Reads the year's flights and writes one row for each airport and day, with what the detectors say of it. */
export const detect: Command<Needs> = {
  settings: ['FLIGHTS_URI', 'OUTPUT_URI', 'AWS_ENDPOINT_URL_S3', 'CODE_VERSION'],
  async run({ settings, year, maxBadRows, log, signal }) {
    const startedAt = new Date().toISOString();
    const output = await openOutput(settings);
    const input = await findInput(settings.FLIGHTS_URI, year, settings.AWS_ENDPOINT_URL_S3 !== undefined);
    const megabytes = Math.ceil(input.objects.reduce((sum, { size }) => sum + size, 0) / 1e6);
    log.info('reading', { files: input.objects.length, megabytes, from: settings.FLIGHTS_URI });

    const progress = log.progress(
      'reading',
      input.objects.reduce((sum, { size }) => sum + size, 0),
    );
    const read = await readYear({
      input,
      year,
      ofYearOnly: settings.FLIGHTS_URI.includes('{year}'),
      maxBadRows,
      signal,
      onProgress: (bytes) => progress.update(bytes),
    });
    progress.end();
    const left = { rejected: read.rejectedRows.length, of_other_years: read.otherYearRows };
    log.info('read', { flights: read.rows, ...left });
    if (!read.saysCancelled) log.warn('the input does not say which flights were cancelled');

    const days = detectAnomalies(year, read.totals.days({ saysCancelled: read.saysCancelled }));
    const summary = encodeSummary({
      days,
      provenance: {
        startedAt,
        codeVersion: settings.CODE_VERSION ?? version,
        flightsRead: read.rows,
        rejectedRows: read.rejectedRows.length,
        files: read.files,
      },
    });
    signal.throwIfAborted();
    if (read.rejectedRows.length > 0) await output.write(rejectsKey(year), rejects(read.rejectedRows), 'text/csv');
    else await output.remove([rejectsKey(year)]);
    await output.write(summaryKey(year), summary, 'application/vnd.apache.arrow.file');
    const outliers = days.isOutlier.reduce((sum, flag) => sum + flag, 0);
    log.info('detected', { airports: days.airports.length, airport_days: days.dayOfYear.length, outliers });
  },
};

function rejects(rows: RejectedRow[]): string {
  return stringify(rows, { header: true, columns: ['file', 'line', 'column', 'reason', 'text'] });
}
