import { readFile } from 'node:fs/promises';
import type { Client } from 'pg';
import { airportYearFigure } from '../../charts/airport-year.ts';
import { isoDate } from '../../charts/dates.ts';
import { type Report, type ReportAssets, reportHtml, reportIndexHtml, type WorstDay } from '../../charts/report.ts';
import { type Airport, readAirports } from '../airports/airports.ts';
import type { Command } from '../command.ts';
import { InputError } from '../errors.ts';
import { absentColumns } from '../flights/absent-columns.ts';
import { type AirportDays, airportRows, has } from '../flights/airport-days.ts';
import { airportYear } from '../flights/airport-year.ts';
import { causesOfAnomalies } from '../flights/causes-of-anomalies.ts';
import type { Summary } from '../flights/summary-file.ts';
import { yearEvents } from '../flights/year-events.ts';
import { openOutput } from '../io/output.ts';
import { withDatabase } from '../io/postgres.ts';
import type { Storage } from '../io/storage.ts';
import { type LinkSettings, linkFromReport, linkTo } from '../links.ts';
import { chartKey, chartsPrefix, reportIndexKey, reportKey, summaryKey } from '../outputs.ts';
import { readSummary } from '../reading/read-summary.ts';

type Needs = 'OUTPUT_URI' | 'DATABASE_URL' | 'DATABASE_AUTH' | 'PUBLIC_BASE_URL' | 'AWS_ENDPOINT_URL_S3';

/** Held while the list of the years is written, so that of two runs at once none is lost from it. */
const publishLock = 19_871_002;
const eventsShown = 20;
const worstDaysShown = 30;
const worstDaysLogged = 5;
const missingShown = 10;

/** Checks that all outputs of the year are there and agree; then writes the report and records the run. */
export const publish: Command<Needs> = {
  settings: ['OUTPUT_URI', 'DATABASE_URL', 'DATABASE_AUTH', 'PUBLIC_BASE_URL', 'AWS_ENDPOINT_URL_S3'],
  async run({ settings, year, log, signal }) {
    const output = await openOutput(settings);
    const summary = await readSummary(output, year);
    const faultsOfCharts = await missingCharts(output, summary.days);
    await withDatabase(settings, signal, async (client) => {
      const faults = [...faultsOfCharts, ...(await differingRows(client, summary.days))];
      if (faults.length > 0) throw new InputError(`${year} is not complete: ${faults.join('; ')}`);

      const assets = await readAssets();
      const report = makeReport(summary, await readAirports(), settings);
      signal.throwIfAborted();
      await output.write(reportKey(year), reportHtml(report, assets), 'text/html; charset=utf-8');
      await client.query('SELECT pg_advisory_lock($1)', [publishLock]);
      const reports = await output.list('reports/');
      const years = reports.map(({ key }) => Number(/(\d{4})\.html$/.exec(key)?.[1])).filter(Number.isInteger);
      await output.write(reportIndexKey, reportIndexHtml(years, assets), 'text/html; charset=utf-8');
      await recordRun(client, summary);
      await client.query('SELECT pg_advisory_unlock($1)', [publishLock]);
      for (const { explanation, anomalyScore } of report.worstDays.slice(0, worstDaysLogged)) {
        log.info(explanation, { score: anomalyScore.toFixed(1) });
      }
    });
    const { anomalies, events } = anomaliesIn(summary.days);
    log.info('published', { anomalies, events, report: linkTo(reportKey(year), settings) });
  },
};

/** A chart that is not there, or older than the summary, is missing. */
async function missingCharts(output: Storage, { year, airports }: AirportDays): Promise<string[]> {
  const summary = await output.stat(summaryKey(year));
  const charts = new Map((await output.list(chartsPrefix(year))).map(({ key, modified }) => [key, modified]));
  const missing = airports.filter((airport) => {
    const modified = charts.get(chartKey(year, airport));
    // S3 tells time in seconds.
    return !modified || Math.ceil(modified.getTime() / 1000) < Math.floor(summary!.modified.getTime() / 1000);
  });
  if (missing.length === 0) return [];
  const shown = missing.slice(0, missingShown).join(', ') + (missing.length > missingShown ? ', …' : '');
  return [
    `${missing.length} of ${airports.length} charts are missing or older than the summary (${shown}); run \`render\``,
  ];
}

/** What is wrong with the rows in the database, if anything. */
async function differingRows(client: Client, days: AirportDays): Promise<string[]> {
  const { year, dayOfYear, flights, isOutlier } = days;
  const { rows } = await client.query(
    `SELECT count(*)::integer AS rows, coalesce(sum(flights), 0)::integer AS flights,
       (count(*) FILTER (WHERE is_outlier))::integer AS outliers,
       (count(*) FILTER (WHERE is_anomaly))::integer AS anomalies,
       (SELECT count(*) FROM events WHERE year = $1)::integer AS events
     FROM airport_days WHERE flight_date >= make_date($1, 1, 1) AND flight_date < make_date($1 + 1, 1, 1)`,
    [year],
  );
  const expected: Record<string, number> = {
    rows: dayOfYear.length,
    flights: sum(flights),
    outliers: sum(isOutlier),
    ...anomaliesIn(days),
  };
  const loaded = rows[0] as typeof expected;
  const differ = Object.keys(expected).filter((key) => loaded[key] !== expected[key]);
  if (differ.length === 0) return [];
  const what = differ.map((key) => `${loaded[key]} ${key} instead of ${expected[key]}`).join(', ');
  return [`table airport_days has ${what}; run \`load\``];
}

async function recordRun(client: Client, { days, provenance }: Summary): Promise<void> {
  await client.query(
    `INSERT INTO runs (year, started_at, finished_at, flights_read, rows_loaded, charts, anomalies, code_version)
     VALUES ($1, $2, now(), $3, $4, $5, $6, $7)
     ON CONFLICT (year, started_at) DO UPDATE SET finished_at = excluded.finished_at`,
    [
      days.year,
      provenance.startedAt,
      provenance.flightsRead,
      days.dayOfYear.length,
      days.airports.length,
      anomaliesIn(days).anomalies,
      provenance.codeVersion,
    ],
  );
}

function makeReport({ days, provenance }: Summary, airports: Map<string, Airport>, settings: LinkSettings): Report {
  const { year } = days;
  const absent = absentColumns(days);
  const chartLink = (airport: string) => linkFromReport(chartKey(year, airport), settings);
  return {
    year,
    threshold: provenance.threshold,
    totals: {
      flights: sum(days.flights),
      cancelled: has(days.cancelled) ? sum(days.cancelled) : null,
      airportDays: days.dayOfYear.length,
      outliers: sum(days.isOutlier),
      ...anomaliesIn(days),
    },
    events: yearEvents(days, eventsShown).map((event) => ({
      ...event,
      firstDate: isoDate(year, event.firstDay),
      lastDate: isoDate(year, event.lastDay),
    })),
    causes: causesOfAnomalies(days),
    notes: [
      ...provenance.missing.map((words) => `This year is not complete: ${words}.`),
      ...absent.map(({ sentence }) => sentence),
      ...(provenance.rejectedRows > 0
        ? [`${provenance.rejectedRows} unreadable rows were left out; rejects/${year}.csv has them with the reason.`]
        : []),
    ],
    worstDays: worstDays(days).map((day) => ({
      ...day,
      name: airports.get(day.airport)?.name,
      chartLink: chartLink(day.airport),
    })),
    airports: airportRows(days).map((rows) => ({
      airport: rows.airport,
      name: airports.get(rows.airport)?.name,
      figure: airportYearFigure(airportYear(days, rows, { known: airports.get(rows.airport), absent })),
      chartLink: chartLink(rows.airport),
    })),
  };
}

function worstDays(days: AirportDays): Omit<WorstDay, 'chartLink'>[] {
  const rows: { airport: string; row: number }[] = [];
  for (const { airport, start, end } of airportRows(days)) {
    for (let row = start; row < end; row++) if (days.isAnomaly[row]) rows.push({ airport, row });
  }
  return rows
    .sort((a, b) => days.anomalyScore[b.row] - days.anomalyScore[a.row])
    .slice(0, worstDaysShown)
    .map(({ airport, row }) => ({
      airport,
      date: isoDate(days.year, days.dayOfYear[row]),
      anomalyScore: days.anomalyScore[row],
      zScore: days.zScore[row],
      isOutlier: days.isOutlier[row] === 1,
      explanation: days.explanation[row]!,
      worstCarriers: days.worstCarriers[row],
    }));
}

function anomaliesIn({ isAnomaly, eventId }: AirportDays): { anomalies: number; events: number } {
  return { anomalies: sum(isAnomaly), events: eventId.reduce((most, id) => (id > most ? id : most), 0) };
}

async function readAssets(): Promise<ReportAssets> {
  const font = async (weight: number) => {
    const file = `@fontsource/inter/files/inter-latin-${weight}-normal.woff2`;
    return (await readFile(new URL(import.meta.resolve(file)))).toString('base64');
  };
  return {
    plotly: await readFile(new URL(import.meta.resolve('plotly.js-dist-min')), 'utf8'),
    regularFont: await font(400),
    boldFont: await font(600),
  };
}

/** Of what is known: NaN counts nothing. */
function sum(values: Float64Array | Uint8Array): number {
  let total = 0;
  for (const value of values) total += value || 0;
  return total;
}
