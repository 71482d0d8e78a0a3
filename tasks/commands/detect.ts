import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify/sync';
import { isSoFar, monthsInWords, yearInWords } from '../../charts/year-so-far.ts';
import { readAirports } from '../airports/airports.ts';
import type { Command } from '../command.ts';
import { blankShares } from '../detect/blank-shares.ts';
import { detectAnomalies } from '../detect/detect-anomalies.ts';
import { type MonthsSoFar, missingDays, missingMonths, monthsSoFar } from '../detect/incomplete-year.ts';
import { knownDefects } from '../detect/known-defects.ts';
import { yearEvents } from '../detect/year-events.ts';
import { InputError } from '../errors.ts';
import { findInput } from '../io/input.ts';
import { openOutput } from '../io/output.ts';
import { readKnownEvents } from '../known-events/known-events.ts';
import { rejectsKey, summaryKey } from '../outputs.ts';
import { type RejectedRow, readYear } from '../read/read-year.ts';
import { absentColumns } from '../summary/absent-columns.ts';
import { absentDimensions, presentDimensions } from '../summary/absent-dimensions.ts';
import type { DailyCounts } from '../summary/airport-days.ts';
import { countAnomalies } from '../summary/count-anomalies.ts';
import { encodeSummary } from '../summary/summary-file.ts';
import { version } from '../version.ts';

type Needs = 'FLIGHTS_URI' | 'OUTPUT_URI' | 'ANOMALY_THRESHOLD' | 'AWS_ENDPOINT_URL_S3' | 'CODE_VERSION';

const eventsLogged = 5;
const rejectsAtOnce = 500;

/** Reads the year's flights and writes one row for each airport and day, with what the detectors say of it. */
export const detect: Command<Needs> = {
  settings: ['FLIGHTS_URI', 'OUTPUT_URI', 'ANOMALY_THRESHOLD', 'AWS_ENDPOINT_URL_S3', 'CODE_VERSION'],
  async run({ settings, year, maxBadRows, allowPartial, soFar, log, signal }) {
    const output = await openOutput(settings);
    const input = await findInput(settings.FLIGHTS_URI, year, settings.AWS_ENDPOINT_URL_S3 !== undefined);
    const bytes = input.objects.reduce((sum, { size }) => sum + size, 0);
    log.info('reading', {
      files: input.objects.length,
      megabytes: Math.ceil(bytes / 1e6),
      from: settings.FLIGHTS_URI,
    });

    const progress = log.progress('reading', bytes);
    const airportsRead = readAirports();
    const read = await readYear({
      input,
      year,
      ofYearOnly: settings.FLIGHTS_URI.includes('{year}'),
      maxBadRows,
      signal,
      onProgress: (bytes) => progress.update(bytes),
    });
    progress.end();
    const left = { rejected: read.rejectedCount, of_other_years: read.otherYearRows };
    log.info('read', { flights: read.rows, ...left });
    const untold = read.rejectedCount - read.rejectedRows.length;
    if (untold > 0)
      log.warn(`${rejectsKey(year)} holds only the first bad rows`, {
        kept: read.rejectedRows.length,
        left_out: untold,
      });

    const taken = takenMonths(year, read.days, { allowPartial, soFar, flights: settings.FLIGHTS_URI });
    const { months } = taken;
    if (isSoFar(months)) log.info('the year so far', { months: monthsInWords(months) });
    const missing = [...taken.missing, ...missingDays(year, read.days)];
    for (const words of missing) log.warn(`the year looks incomplete: ${words}`);
    const airports = await airportsRead;
    for (const { words, ...counts } of knownDefects(read, (airport) => airports.has(airport))) log.warn(words, counts);
    if (read.filledDelays > 0) {
      log.warn(
        'cancelled flights have a delay of 0, as if a blank had been filled; they are left out of the mean delay',
        {
          flights: read.filledDelays,
        },
      );
    }
    const dimensions = presentDimensions(read);
    for (const { sentence } of absentColumns(read.days)) log.warn(sentence);
    for (const sentence of absentDimensions(dimensions)) log.warn(sentence);

    const blanks = blankShares(read);
    const detected = detectAnomalies(read, { threshold: settings.ANOMALY_THRESHOLD, places: airports, months });
    const { days } = detected;
    const summary = encodeSummary({
      ...detected,
      typicalDays: read.typicalDays,
      provenance: {
        codeVersion: settings.CODE_VERSION ?? version,
        flightsRead: read.rows,
        rejectedRows: read.rejectedCount,
        blanks,
        months,
        missing,
        threshold: settings.ANOMALY_THRESHOLD,
        dimensions,
        files: read.files,
      },
    });
    signal.throwIfAborted();
    if (read.rejectedCount > 0) await output.writeStream(rejectsKey(year), rejects(read.rejectedRows), 'text/csv');
    else await output.remove([rejectsKey(year)]);
    await output.writeStream(summaryKey(year), Readable.from(summary), 'application/vnd.apache.arrow.file');

    for (const { eventId, title } of yearEvents(days, await readKnownEvents(), eventsLogged))
      log.info(title, { event: eventId });
    log.info('detected', {
      airports: days.airports.length,
      airport_days: days.dayOfYear.length,
      ...countAnomalies(days),
      segment_anomalies: detected.segmentAnomalies.length,
      outliers: days.isOutlier.reduce((sum, flag) => sum + flag, 0),
    });
  },
};

/**
 * The months that are taken for the year, and what they lack.
 * @throws InputError when they lack something and that is not allowed
 */
function takenMonths(
  year: number,
  days: DailyCounts,
  { allowPartial, soFar, flights }: { allowPartial: boolean; soFar: boolean; flights: string },
): MonthsSoFar {
  const whole = { months: 12, missing: missingMonths(year, days) };
  const part = monthsSoFar(year, days);
  const asked = soFar ? part : whole;
  if (asked.missing.length === 0) return asked;
  if (allowPartial) return whole;
  const asPart = soFar || part.missing.length > 0 ? '' : `, take ${monthsInWords(part.months)} with --so-far`;
  throw new InputError(
    `${yearInWords(year, asked.months)} looks incomplete: ${asked.missing.join('; ')}; add what is missing to ${flights}${asPart}, or take the year as it is with --allow-partial`,
  );
}

/** A few rows at a time, so that the text of all of them is never in memory. */
async function* rejects(rows: RejectedRow[]): AsyncIterable<Uint8Array> {
  for (let at = 0; at < rows.length; at += rejectsAtOnce) {
    const text = stringify(rows.slice(at, at + rejectsAtOnce), {
      header: at === 0,
      // A field that a spreadsheet would take for a formula is put behind an apostrophe.
      escape_formulas: true,
      columns: ['file', 'line', 'column', 'reason', 'text'],
    });
    yield Buffer.from(text);
  }
}
