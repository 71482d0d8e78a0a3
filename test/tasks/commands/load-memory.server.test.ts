import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import test from 'ava';
import { measure } from '../../../bench/measure.ts';
import { mostAirports } from '../../../tasks/read/codes.ts';
import { columns } from '../../../tasks/summary/columns.ts';
import { encodeSummary } from '../../../tasks/summary/summary-file.ts';
import type { TypicalDays } from '../../../tasks/summary/typical-days.ts';
import { airportDaysOf } from '../../support/airport-days.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestDatabase } from '../../support/test-database.ts';

const days = 365;

/** The summary of a year with as many airports as are read, all of them with the same days. */
function largestSummary(): Uint8Array {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const codes = letters.flatMap((a) => letters.flatMap((b) => letters.map((c) => a + b + c))).slice(0, mostAirports);
  const one = airportDaysOf(
    Array.from({ length: days }, (_, day) => ({
      day,
      meanDepartureDelay: Math.sin(day) * 30,
      anomalyScore: Math.cos(day),
      carrierMinutes: 10 * day,
      ...(day % 70 === 0 && {
        isAnomaly: 1,
        anomalyKind: 'delays',
        eventId: 1 + day,
        whose: 'JetBlue and Delta',
        explanation: `on day ${day}: mean delay 57 minutes instead of 5 to 10; most of it weather`,
      }),
    })),
  );
  const repeated = columns.map(({ property, type }) => {
    const values = one[property];
    if (type === 'text')
      return [property, codes.flatMap((code) => (values as string[]).map((text) => text && code + text))];
    const all = new (values.constructor as Float64ArrayConstructor)(codes.length * days);
    for (let start = 0; start < all.length; start += days) all.set(values as Float64Array, start);
    return [property, all];
  });
  const all = {
    year: 2013,
    airports: codes,
    firstRow: Uint32Array.from({ length: codes.length + 1 }, (_, index) => index * days),
    dayOfYear: Uint16Array.from({ length: codes.length * days }, (_, row) => row % days),
    ...Object.fromEntries(repeated),
    anomalyKind: codes.flatMap(() => one.anomalyKind),
  };
  const pieces = encodeSummary({
    days: all,
    contributors: [],
    segmentAnomalies: [],
    typicalDays: typicalDaysAt(codes),
    provenance: {
      ...{ codeVersion: '1', flightsRead: 1, rejectedRows: 0, blanks: {}, months: 12, missing: [] },
      ...{ threshold: 3.1, dimensions: [], files: [] },
    },
  });
  return Buffer.concat(pieces);
}

/** Ten carriers in twenty hours at each airport. */
function typicalDaysAt(airports: string[]): TypicalDays {
  const ofAirport = 200;
  const cells = { length: ofAirport * airports.length };
  const counts = () => Uint32Array.from(cells, (_, cell) => cell % 1_000);
  return {
    airports,
    firstCell: Uint32Array.from({ length: airports.length + 1 }, (_, index) => index * ofAirport),
    carriers: Array.from({ length: 10 }, (_, carrier) => `A${carrier}`),
    hour: Uint8Array.from(cells, (_, cell) => (cell % ofAirport) / 10),
    carrier: Uint8Array.from(cells, (_, cell) => cell % 10),
    ...{ flights: counts(), late15: counts(), late60: counts(), late180: counts() },
  };
}

test('a year with the most airports that are read is loaded within the memory of its pod', async (t) => {
  t.timeout(300_000);
  const bucket = temporaryFolder();
  mkdirSync(join(bucket, 'summaries'));
  writeFileSync(join(bucket, 'summaries', '2013.arrow'), largestSummary());
  const database = await startTestDatabase();
  try {
    const environment = { ...database.environment, OUTPUT_URI: pathToFileURL(bucket).href };
    const main = fileURLToPath(new URL('../../../tasks/main.ts', import.meta.url));
    await measure([process.execPath, main, 'migrate'], environment);
    const { peakMegabytes } = await measure([process.execPath, main, 'load', '--year', '2013'], environment);
    const { rows } = await database.client.query('SELECT count(*)::int AS days FROM airport_days');
    t.is(rows[0].days, mostAirports * days);
    const settings = JSON.parse(readFileSync(new URL('../../../dags/settings.json', import.meta.url), 'utf8'));
    const [, limit] = /^(\d+)Mi$/.exec(settings.tasks.load.memory)!;
    t.true(peakMegabytes < Number(limit), `${peakMegabytes} MB of ${limit}`);
    t.log(`${peakMegabytes.toFixed(0)} of ${limit} MiB`);
  } finally {
    await database.stop();
  }
});
