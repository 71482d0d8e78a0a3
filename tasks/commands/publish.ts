import { readFile } from 'node:fs/promises';
import pMap from 'p-map';
import type { Client } from 'pg';
import { airportYearFigure } from '../../charts/airport-year.ts';
import { isoDate } from '../../charts/dates.ts';
import {
  type Report,
  type ReportAssets,
  reportHtml,
  reportIndexHtml,
  type SegmentDay,
  type WorstDay,
} from '../../charts/report.ts';
import { type Airport, readAirports } from '../airports/airports.ts';
import { faultOfChart } from '../chart-mark.ts';
import type { Command } from '../command.ts';
import { airportYear } from '../detect/airport-year.ts';
import { carrierName, carriers } from '../detect/carrier-names.ts';
import { causesOfAnomalies } from '../detect/causes-of-anomalies.ts';
import { eventNames } from '../detect/event-names.ts';
import { howLate } from '../detect/how-late.ts';
import type { KnownEvent } from '../detect/known-event.ts';
import { yearEvents } from '../detect/year-events.ts';
import { InputError } from '../errors.ts';
import { openOutput } from '../io/output.ts';
import { withDatabase } from '../io/postgres.ts';
import type { Storage, StoredObject } from '../io/storage.ts';
import { readKnownEvents } from '../known-events/known-events.ts';
import { type LinkSettings, linkFromReport, linkTo } from '../links.ts';
import { chartKey, reportIndexKey, reportKey, summaryKey } from '../outputs.ts';
import { absentColumns } from '../summary/absent-columns.ts';
import { absentDimensions } from '../summary/absent-dimensions.ts';
import { type AirportDays, airportRows, has } from '../summary/airport-days.ts';
import { readSummary, refuseOvertaken } from '../summary/read-summary.ts';
import type { SegmentAnomaly } from '../summary/segment-anomalies.ts';
import type { StoredSummary, Summary } from '../summary/summary-file.ts';

type Needs = 'OUTPUT_URI' | 'DATABASE_URL' | 'DATABASE_AUTH' | 'PUBLIC_BASE_URL' | 'AWS_ENDPOINT_URL_S3';

/** Held while the list of the years is written, so that of two runs at once none is lost from it. */
const publishLock = 19_871_002;
const eventsShown = 20;
const worstDaysShown = 30;
const segmentsShown = 20;
const worstDaysLogged = 5;
const faultsShown = 10;
const chartsAtOnce = 16;

/** Checks that all outputs of the year are there and agree; then writes the report and records the run. */
export const publish: Command<Needs> = {
  settings: ['OUTPUT_URI', 'DATABASE_URL', 'DATABASE_AUTH', 'PUBLIC_BASE_URL', 'AWS_ENDPOINT_URL_S3'],
  async run({ settings, year, log, signal }) {
    const output = await openOutput(settings);
    const summary = await readSummary(output, year);
    const airports = await readAirports();
    const ofCharts = await faultsOfCharts(output, summary);
    await withDatabase(settings, { signal, log }, async (client) => {
      const faults = [
        ...ofCharts,
        ...(await faultsOfRows(client, summary)),
        ...(await faultsOfNames(client, 'airports', [...airports.values()])),
        ...(await faultsOfNames(client, 'carriers', carriers)),
      ];
      if (faults.length > 0) throw new InputError(`${year} is not complete: ${faults.join('; ')}`);

      const assets = await readAssets();
      const report = makeReport(summary, { airports, known: await readKnownEvents() }, settings);
      const html = reportHtml(report, assets);
      signal.throwIfAborted();
      await client.query('SELECT pg_advisory_lock($1)', [publishLock]);
      await refuseOvertaken(output, summary);
      await output.write(reportKey(year), html, 'text/html; charset=utf-8');
      const reports = await output.list('reports/');
      const years = reports.map(({ key }) => Number(/(\d{4})\.html$/.exec(key)?.[1])).filter(Number.isInteger);
      await output.write(reportIndexKey, reportIndexHtml(years, assets), 'text/html; charset=utf-8');
      await recordRun(client, summary, await output.stat(summaryKey(year)));
      await client.query('SELECT pg_advisory_unlock($1)', [publishLock]);
      for (const { explanation, anomalyScore } of report.worstDays.slice(0, worstDaysLogged)) {
        log.info(explanation, { score: anomalyScore.toFixed(1) });
      }
    });
    const { anomalies, events } = anomaliesIn(summary.days);
    log.info('published', { anomalies, events, report: linkTo(reportKey(year), settings) });
  },
};

/** What is wrong with the charts, if anything: every one of them is read to its end. */
async function faultsOfCharts(output: Storage, { days, sha256 }: StoredSummary): Promise<string[]> {
  const { year, airports } = days;
  const found = await pMap(
    airports,
    async (airport) => {
      const chart = await output.read(chartKey(year, airport));
      return chart ? faultOfChart(chart, { airport, year, summary: sha256 }) : 'missing';
    },
    { concurrency: chartsAtOnce },
  );
  const faulty = airports.map((airport, index) => ({ airport, fault: found[index] })).filter(({ fault }) => fault);
  if (faulty.length === 0) return [];
  const shown = faulty.slice(0, faultsShown).map(({ airport, fault }) => `${airport} is ${fault}`);
  const more = faulty.length > faultsShown ? ', …' : '';
  return [`${faulty.length} of ${airports.length} charts are not right (${shown.join(', ')}${more}); run \`render\``];
}

/** What is wrong with the rows in the database, if anything. */
async function faultsOfRows(client: Client, { days, sha256 }: StoredSummary): Promise<string[]> {
  const { rows } = await client.query(
    'SELECT sha256, hashes, hashes_of_year(year) AS found FROM summaries WHERE year = $1',
    [days.year],
  );
  const [loaded] = rows as { sha256: string; hashes: Record<string, string>; found: Record<string, string> }[];
  if (!loaded) return [`the database has no rows of ${days.year}; run \`load\``];
  if (loaded.sha256 !== sha256) return ['the rows in the database are of another summary; run `load`'];
  const changed = Object.keys(loaded.found).filter((table) => loaded.found[table] !== loaded.hashes[table]);
  return changed.length === 0
    ? []
    : [`rows of ${changed.join(', ')} have changed since they were loaded; run \`load\``];
}

/** What is wrong with a table that `migrate` fills, if anything. */
async function faultsOfNames(client: Client, table: 'airports' | 'carriers', named: object[]): Promise<string[]> {
  const { rows } = await client.query(
    `WITH expected AS (SELECT * FROM json_populate_recordset(NULL::${table}, $1))
     SELECT count(*)::integer AS differ FROM (
       (TABLE expected EXCEPT TABLE ${table}) UNION ALL (TABLE ${table} EXCEPT TABLE expected)) AS differing`,
    [JSON.stringify(named)],
  );
  const { differ } = rows[0] as { differ: number };
  return differ === 0 ? [] : [`${differ} rows of table ${table} are not those of this version; run \`migrate\``];
}

async function recordRun(
  client: Client,
  { days, provenance }: Summary,
  summary: StoredObject | undefined,
): Promise<void> {
  await client.query(
    `INSERT INTO runs (year, started_at, finished_at, flights_read, rows_loaded, charts, anomalies, code_version, missing)
     VALUES ($1, $2, now(), $3, $4, $5, $6, $7, $8)
     ON CONFLICT (year, started_at) DO UPDATE SET finished_at = excluded.finished_at`,
    [
      days.year,
      summary?.modified ?? new Date(),
      provenance.flightsRead,
      days.dayOfYear.length,
      days.airports.length,
      anomaliesIn(days).anomalies,
      provenance.codeVersion,
      provenance.missing,
    ],
  );
}

function makeReport(
  { days, segmentAnomalies, provenance, sha256 }: StoredSummary,
  { airports, known }: { airports: Map<string, Airport>; known: readonly KnownEvent[] },
  settings: LinkSettings,
): Report {
  const { year } = days;
  const events = yearEvents(days, known);
  const names = eventNames(events);
  const absent = absentColumns(days);
  const chartLink = (airport: string) => linkFromReport(chartKey(year, airport), settings);
  return {
    year,
    summary: sha256,
    threshold: provenance.threshold,
    totals: {
      flights: sum(days.flights),
      cancelled: has(days.cancelled) ? sum(days.cancelled) : null,
      airportDays: days.dayOfYear.length,
      outliers: sum(days.isOutlier),
      ...anomaliesIn(days),
      segmentAnomalies: segmentAnomalies.length,
    },
    events: events.slice(0, eventsShown).map((event) => ({
      ...event,
      firstDate: isoDate(year, event.firstDay),
      lastDate: isoDate(year, event.lastDay),
    })),
    causes: causesOfAnomalies(days),
    notes: [
      ...provenance.missing.map((words) => `This year is not complete: ${words}.`),
      ...absent.map(({ sentence }) => sentence),
      ...absentDimensions(provenance.dimensions),
      ...(provenance.rejectedRows > 0
        ? [`${provenance.rejectedRows} unreadable rows were left out; rejects/${year}.csv tells why.`]
        : []),
    ],
    worstDays: worstDays(days).map((day) => ({
      ...day,
      name: airports.get(day.airport)?.name,
      chartLink: chartLink(day.airport),
    })),
    segments: segmentAnomalies.slice(0, segmentsShown).map((segment) => ({
      ...segmentDay(year, segment),
      name: airports.get(segment.airport)?.name,
    })),
    airports: airportRows(days).map((rows) => ({
      airport: rows.airport,
      name: airports.get(rows.airport)?.name,
      figure: airportYearFigure(
        airportYear(days, rows, { known: airports.get(rows.airport), absent, eventNames: names }),
      ),
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
    }));
}

function segmentDay(year: number, segment: SegmentAnomaly): SegmentDay {
  const { airport, carrier, dayOfYear, lateBy, lateShare, usualLateShare } = segment;
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  return {
    ...segment,
    date: isoDate(year, dayOfYear),
    what: carrier === null ? `Flights to ${airport}` : `${carrierName(carrier)} at ${airport}`,
    outOfLine: `${percent(lateShare)} ${howLate(lateBy)}, usual ${percent(usualLateShare)}`,
  };
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
