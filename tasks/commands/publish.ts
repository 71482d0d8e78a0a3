import pMap from 'p-map';
import type { Client } from 'pg';
import type { QualityFact } from '../../charts/pages/year-facts.ts';
import { isSoFar, provisional, yearInWords } from '../../charts/year-so-far.ts';
import { readAirports } from '../airports/airports.ts';
import { faultOfChart } from '../chart-mark.ts';
import type { Command } from '../command.ts';
import { carriers } from '../detect/carrier-names.ts';
import { qualityFacts } from '../detect/quality-facts.ts';
import { yearEvents } from '../detect/year-events.ts';
import { InputError } from '../errors.ts';
import { openOutput } from '../io/output.ts';
import { inTransaction, withDatabase } from '../io/postgres.ts';
import type { Storage } from '../io/storage.ts';
import { readKnownEvents } from '../known-events/known-events.ts';
import { linkTo } from '../links.ts';
import { chartKey, reportKey } from '../outputs.ts';
import { prepareSite } from '../report/write-site.ts';
import { yearBefore } from '../report/year-before.ts';
import type { AirportDays } from '../summary/airport-days.ts';
import { countAnomalies } from '../summary/count-anomalies.ts';
import { readSummary, refuseIfReplaced } from '../summary/read-summary.ts';
import type { StoredSummary } from '../summary/summary-file.ts';
import { writeExports } from '../tables/write-exports.ts';

type Needs = 'OUTPUT_URI' | 'DATABASE_URL' | 'DATABASE_AUTH' | 'PUBLIC_BASE_URL' | 'AWS_ENDPOINT_URL_S3';

/** Held while the pages are written, so that of two runs at once none is lost from those over all years. */
const publishLock = 19_871_002;
const worstDaysLogged = 5;
const faultsShown = 10;
const namesLogged = 20;
const chartsAtOnce = 16;

/** Checks that all outputs of the year are there and agree; then writes exports and pages and records the run. */
export const publish: Command<Needs> = {
  settings: ['OUTPUT_URI', 'DATABASE_URL', 'DATABASE_AUTH', 'PUBLIC_BASE_URL', 'AWS_ENDPOINT_URL_S3'],
  async run({ settings, year, log, signal }) {
    const output = await openOutput(settings);
    const summary = await readSummary(output, year);
    const { months } = summary.provenance;
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

      const before = await yearBefore(client, year, months);
      const quality = qualityFacts(summary.days, summary.provenance, before);
      for (const { warning, names } of quality) {
        if (warning !== null)
          log.warn(warning, names.length > 0 ? { airports: names.slice(0, namesLogged).join(',') } : {});
      }

      const events = yearEvents(summary.days, await readKnownEvents());
      await writeExports(summary, events, { output, client, signal });
      const writeSite = await prepareSite(summary, { airports, events, quality });
      signal.throwIfAborted();
      await client.query('SELECT pg_advisory_lock($1)', [publishLock]);
      const { modified: startedAt } = await refuseIfReplaced(output, summary);
      await writeSite(output);
      await inTransaction(client, () => recordRun(client, { summary, quality, startedAt }));
      await client.query('SELECT pg_advisory_unlock($1)', [publishLock]);
      for (const { explanation, score } of worstDays(summary.days)) log.info(explanation, { score });
    });
    const { anomalies, events } = countAnomalies(summary.days);
    const published = isSoFar(months) ? `${yearInWords(year, months)}: published, ${provisional}` : 'published';
    log.info(published, { anomalies, events, report: linkTo(reportKey(year), settings) });
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
  return [
    `${faulty.length} of ${airports.length} charts are missing or wrong (${shown.join(', ')}${more}); run \`render\``,
  ];
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
  {
    summary: { days, provenance, sha256 },
    quality,
    startedAt,
  }: { summary: StoredSummary; quality: QualityFact[]; startedAt: Date },
): Promise<void> {
  // Its quality facts go with it.
  await client.query('DELETE FROM runs WHERE year = $1 AND started_at = $2', [days.year, startedAt]);
  await client.query(
    `INSERT INTO runs (year, started_at, finished_at, flights_read, rows_loaded, charts, anomalies, code_version, months, missing, sha256)
     VALUES ($1, $2, now(), $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      days.year,
      startedAt,
      provenance.flightsRead,
      days.dayOfYear.length,
      days.airports.length,
      countAnomalies(days).anomalies,
      provenance.codeVersion,
      provenance.months,
      provenance.missing,
      sha256,
    ],
  );
  await client.query(
    `INSERT INTO quality_facts
     SELECT * FROM json_populate_recordset(NULL::quality_facts, $1)`,
    [JSON.stringify(quality.map((fact, place) => ({ year: days.year, started_at: startedAt, place, ...fact })))],
  );
}

/** The year's worst days in words, for the log. */
function worstDays({ isAnomaly, anomalyScore, explanation }: AirportDays): { explanation: string; score: string }[] {
  return [...isAnomaly.keys()]
    .filter((row) => isAnomaly[row])
    .sort((a, b) => anomalyScore[b] - anomalyScore[a])
    .slice(0, worstDaysLogged)
    .map((row) => ({ explanation: explanation[row]!, score: anomalyScore[row].toFixed(1) }));
}
