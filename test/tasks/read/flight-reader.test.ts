import test, { type ExecutionContext } from 'ava';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { badRowsKept } from '../../../tasks/read/bad-row.ts';
import { AirportCodes, CarrierCodes, mostAirports } from '../../../tasks/read/codes.ts';
import { recognizeDialect } from '../../../tasks/read/dialect.ts';
import { flown, noCarrier, noDelay, noDestination, noHour } from '../../../tasks/read/flight-batch.ts';
import { FlightReader, type FlightReaderOptions, Workspace } from '../../../tasks/read/flight-reader.ts';
import { causes } from '../../../tasks/summary/causes.ts';

const blockBytes = 1 << 17;
const workspace = new Workspace();

/** What is read of a file, in a form that can be compared as text. */
interface Read {
  /** `JFK day 38: -5` */
  flights: string[];
  /** `JFK day 38`, and behind it `, weather` where there is a code. */
  cancelled: string[];
  /** `JFK day 38: 10 0 0 0 5` */
  explained: string[];
  /** The carrier of each flight; `-` where the file names none. */
  carriers: string[];
  unnumbered: string[];
}

const nothing: Read = { flights: [], cancelled: [], explained: [], carriers: [], unnumbered: [] };

type Settings = Partial<Pick<FlightReaderOptions, 'year' | 'otherYears' | 'maxBadRows'>>;

/** Push the lines behind the header, cut at the offsets. */
function read(text: string | Buffer, cuts: number[] = [], settings: Settings = {}) {
  const bytes = Buffer.from(text as string);
  const headerEnd = bytes.indexOf('\n');
  const body = bytes.subarray(headerEnd + 1);
  const [firstRow] = body.toString().split('\n', 1);
  const dialect = recognizeDialect(bytes.toString('utf8', 0, headerEnd).trim(), 'f.csv', firstRow.trim());
  const found = structuredClone(nothing);
  const batchSizes: number[] = [];
  const [airports, carriers] = [new AirportCodes(), new CarrierCodes()];
  const destinations: string[] = [];
  const hours: number[] = [];
  const reader: FlightReader = new FlightReader({
    workspace,
    dialect,
    year: 2013,
    otherYears: 'reject',
    maxBadRows: 0,
    ...settings,
    airports,
    carriers,
    onBatch: (batch) => {
      const nameOf = (row: number) => `${airports.codes[batch.origin[row]]} day ${batch.day[row]}`;
      // The memory is used again, so everything is copied here.
      for (let row = 0; row < batch.rows; row++) {
        const delay = batch.departureDelay[row];
        found.flights.push(`${nameOf(row)}: ${delay === noDelay ? NaN : delay}`);
        const carrier = batch.carrier[row];
        found.carriers.push(carrier === noCarrier ? '-' : carriers.codes[carrier]);
        const destination = batch.destination[row];
        if (destination !== noDestination) destinations.push(airports.codes[destination]);
        if (batch.hour[row] !== noHour) hours.push(batch.hour[row]);
        const cancellation = batch.cancellation[row];
        if (cancellation === flown) continue;
        found.cancelled.push(nameOf(row) + (cancellation > 1 ? `, ${causes[cancellation - 2]}` : ''));
      }
      for (let index = 0; index < batch.explainedRows; index++) {
        const minutes = batch.minutes.subarray(index * causes.length, (index + 1) * causes.length);
        found.explained.push(`${nameOf(batch.explained[index])}: ${minutes.join(' ')}`);
      }
      for (const row of batch.unnumbered.subarray(0, batch.unnumberedRows)) found.unnumbered.push(nameOf(row));
      batchSizes.push(batch.rows);
    },
  });
  const offsets = [0, ...cuts, body.length];
  for (let i = 1; i < offsets.length; i++) {
    const chunk = Buffer.from(body.subarray(offsets[i - 1], offsets[i]));
    reader.push(chunk);
    // A storage reuses the memory of its chunks, too.
    chunk.fill('X');
  }
  reader.end();
  return { reader, found, batchSizes, airports, carriers, destinations, hours, bodyBytes: body.length };
}

const roles: Record<string, string> = {
  FL_DATE: 'date',
  FlightDate: 'date',
  year: 'year',
  month: 'month',
  day: 'day',
  ORIGIN: 'origin',
  Origin: 'origin',
  origin: 'origin',
  DEP_DELAY: 'delay',
  DepDelay: 'delay',
  dep_delay: 'delay',
  CANCELLED: 'cancelled',
  Cancelled: 'cancelled',
  OP_CARRIER_FL_NUM: 'number',
  Flight_Number_Reporting_Airline: 'number',
  flight: 'number',
  OP_CARRIER: 'carrier',
  Reporting_Airline: 'carrier',
  carrier: 'carrier',
  CANCELLATION_CODE: 'code',
  CancellationCode: 'code',
  CARRIER_DELAY: 'minutes 0',
  CarrierDelay: 'minutes 0',
  NAS_DELAY: 'minutes 2',
  NASDelay: 'minutes 2',
  LATE_AIRCRAFT_DELAY: 'minutes 4',
  LateAircraftDelay: 'minutes 4',
};

/** The same by csv-parse and a loop. */
function readPlainly(text: string): Read {
  const [header, ...rows] = parse(text, {
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
    record_delimiter: ['\r\n', '\n'],
  }) as string[][];
  const columns = header.map((name) => roles[name]);
  const found = structuredClone(nothing);
  for (const row of rows) {
    const value = (column: string) => {
      const field = row[columns.indexOf(column)] ?? '';
      return field === 'NA' || field === '\\N' ? '' : field;
    };
    const date = columns.includes('date')
      ? value('date')
          .split(' ')[0]
          .replace(/^(\d+)\/(\d+)\/(\d+)$/, '$3-$1-$2')
      : `${value('year')}-${value('month')}-${value('day')}`;
    const [year, month, day] = date.split('-').map(Number);
    const airportDay = `${value('origin')} day ${(Date.UTC(year, month - 1, day) - Date.UTC(year, 0, 1)) / 86_400_000}`;
    const delay = value('delay') === '' ? NaN : Math.trunc(Number(value('delay')));
    const isFilled = delay === 0 && Number(value('cancelled')) === 1;
    found.flights.push(`${airportDay}: ${isFilled ? NaN : delay}`);
    if (Number(value('cancelled')) === 1) {
      const cause = { A: 'carrier', B: 'weather', C: 'airSystem', D: 'security' }[value('code')];
      found.cancelled.push(cause ? `${airportDay}, ${cause}` : airportDay);
    }
    const minutes = causes.map((_, cause) => value(`minutes ${cause}`));
    if (minutes.join('') !== '')
      found.explained.push(`${airportDay}: ${minutes.map((each) => Number(each)).join(' ')}`);
    // Blanks within quotes do not count either.
    const carrier = value('carrier').trim();
    found.carriers.push(/^(?!NA$)[A-Z0-9]{2,3}(?: \(\d\))?$/.test(carrier) ? carrier : '-');
    if (columns.includes('number') && value('number') === '') found.unnumbered.push(airportDay);
  }
  return found;
}

const publishers = {
  kaggle: {
    names: [
      'FL_DATE',
      'OP_CARRIER',
      'OP_CARRIER_FL_NUM',
      'ORIGIN',
      'DEST',
      'DEP_DELAY',
      'CANCELLED',
      'CANCELLATION_CODE',
      'CARRIER_DELAY',
      'NAS_DELAY',
      'LATE_AIRCRAFT_DELAY',
    ],
    quoteAll: false,
    trailing: ',Unnamed: 27',
  },
  bts: {
    names: [
      'FlightDate',
      'Reporting_Airline',
      'Flight_Number_Reporting_Airline',
      'Origin',
      'OriginCityName',
      'DepDelay',
      'Cancelled',
      'CancellationCode',
      'CarrierDelay',
      'NASDelay',
      'LateAircraftDelay',
    ],
    quoteAll: true,
    trailing: ',',
  },
  r: {
    names: ['year', 'month', 'day', 'dep_delay', 'carrier', 'flight', 'origin', 'dest'],
    quoteAll: false,
    trailing: '',
  },
};

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
const two = (number: number) => String(number).padStart(2, '0');
const missing = fc.constantFrom('', 'NA', '\\N');

const airport = fc.oneof(
  fc.constantFrom('JFK', 'LGA', 'AAA', 'ZZZ', '10397'),
  fc.stringMatching(/^[A-Z0-9]{2,5}$/).filter((code) => code !== 'NA'),
);
const date = fc
  .record({
    day: fc.date({ min: new Date('2013-01-01'), max: new Date('2013-12-31'), noInvalidDate: true }),
    style: fc.constantFrom('iso', 'us', 'us padded', 'us with time', 'iso with time'),
  })
  .map(({ day, style }) => {
    const [y, m, d] = [day.getUTCFullYear(), day.getUTCMonth() + 1, day.getUTCDate()];
    const written = {
      iso: `${y}-${two(m)}-${two(d)}`,
      us: `${m}/${d}/${y}`,
      'us padded': `${two(m)}/${two(d)}/${y}`,
      'us with time': `${m}/${d}/${y} 12:00:00 AM`,
      'iso with time': `${y}-${two(m)}-${two(d)} 00:00:00`,
    }[style];
    return { written, y, m, d };
  });
const anything = fc.oneof(
  fc.constantFrom('', 'New York, NY', 'a "b" c', '"', ',,', 'São Tomé', '""'),
  fc.string({ maxLength: 6 }).map((text) => text.replaceAll(/[\r\n\0]/g, ' ')),
);
const flight = fc.record({
  date,
  origin: airport,
  delay: fc.oneof(
    missing,
    fc
      .tuple(fc.integer({ min: -10_080, max: 10_080 }), fc.constantFrom('', '.0', '.00', '.'))
      .map(([minutes, fraction]) => `${minutes}${fraction}`),
  ),
  cancelled: fc.oneof(missing, fc.constantFrom('0', '1', '0.00', '1.00', '1.0')),
  number: fc.oneof(
    missing,
    fc.integer({ min: 1, max: 9999 }).map((number) => `${number}`),
    fc.constantFrom('15.0', 'N15'),
  ),
  carrier: fc.oneof(missing, fc.constantFrom('AA', 'B6', '9E', 'NK1', 'USX', 'PA (1)', 'aa', 'ABCD', 'A'), anything),
  code: fc.constantFrom('', '', 'A', 'B', 'C', 'D', 'E', 'NA', 'b', '"'),
  'minutes 0': fc.constantFrom('', '', '0', '12.00', '-3', '1500.0', 'NA'),
  'minutes 2': fc.constantFrom('', '', '', '0.0', '15'),
  'minutes 4': fc.constantFrom('', '', '\\N', '7.'),
  others: fc.array(anything, { minLength: 2, maxLength: 2 }),
  quotes: fc.boolean(),
});

const file = fc
  .record({
    publisher: fc.constantFrom('kaggle' as const, 'bts' as const, 'r' as const),
    order: fc.shuffledSubarray([...Array(11).keys()], { minLength: 11 }),
    withoutCauses: fc.boolean(),
    withoutCancelled: fc.boolean(),
    trailing: fc.boolean(),
    leavesOutTrailing: fc.boolean(),
    lineEnd: fc.constantFrom('\n', '\r\n'),
    lastLineEnd: fc.boolean(),
    flights: fc.array(flight, { minLength: 1, maxLength: 6 }),
  })
  .map(
    ({
      publisher,
      order,
      withoutCancelled,
      withoutCauses,
      trailing,
      leavesOutTrailing,
      lineEnd,
      lastLineEnd,
      flights,
    }) => {
      const { quoteAll, trailing: unnamed } = publishers[publisher];
      const names = order
        .map((index) => publishers[publisher].names[index])
        .filter((name) => name !== undefined)
        .filter(
          (name) =>
            !(withoutCancelled && /^cancelled/i.test(name)) &&
            !(withoutCauses && /delay$/i.test(name) && roles[name] !== 'delay'),
        );
      const header = names.map((name) => (quoteAll ? quoted(name) : name)).join(',') + (trailing ? unnamed : '');
      const lines = flights.map((flight) => {
        const others = flight.others.values();
        const { y: year, m: month, d: day, written: date } = flight.date;
        const values: Record<string, unknown> = { ...flight, date, year, month, day };
        const fields = names.map((name) => {
          const text = String(values[roles[name]] ?? others.next().value);
          return quoteAll || flight.quotes || /[",]/.test(text) ? quoted(text) : text;
        });
        return fields.join(',');
      });
      // With a blank at its end, a row may as well have lost a field.
      const leavesOut = leavesOutTrailing && !/,\s*(?:"\s*")?$/.test(lines[0]);
      const end = trailing && unnamed && !leavesOut ? ',' : '';
      return [header, ...lines.map((line) => line + end)].join(lineEnd) + (lastLineEnd ? lineEnd : '');
    },
  );

function assertSame(t: ExecutionContext, actual: ReturnType<typeof read>, expected: Read, how: string) {
  t.deepEqual(actual.reader.badRows, [], how);
  if (JSON.stringify(actual.found) !== JSON.stringify(expected)) t.deepEqual(actual.found, expected, how);
}

test('flights are read as csv-parse reads them, wherever the bytes are cut in two', (t) => {
  fc.assert(
    fc.property(file, (text) => {
      const expected = readPlainly(text);
      const { bodyBytes } = read(text);
      for (let cut = 0; cut <= bodyBytes; cut++) assertSame(t, read(text, [cut]), expected, `cut at ${cut}`);
    }),
    { numRuns: 60 },
  );
});

test('flights are read as csv-parse reads them, in chunks of any sizes', (t) => {
  fc.assert(
    fc.property(file, fc.array(fc.nat(400), { maxLength: 40 }), (text, offsets) => {
      const { bodyBytes } = read(text);
      const cuts = offsets.filter((offset) => offset <= bodyBytes).sort((a, b) => a - b);
      const actual = read(text, cuts);
      assertSame(t, actual, readPlainly(text), `cut at ${cuts}`);
      t.is(actual.reader.rows, actual.found.flights.length);
      t.is(actual.reader.lines, actual.found.flights.length);
    }),
    { numRuns: 300 },
  );
});

const header = 'FL_DATE,CITY,ORIGIN,DEP_DELAY,CANCELLED,FLIGHT\n';
const good = '2013-01-01,"New York, NY",JFK,5,0,1';

test('a row is bad where it should not be trusted, and its neighbours are read', (t) => {
  const bad: [row: string | Buffer, column: string, reason: RegExp][] = [
    ['2013-01-02,x,JFK,5,0', '', /^has 5 fields; expected 6 as in the header$/],
    ['2013-01-02', '', /^has 1 field; expected 6/],
    ['2013-01-02,x,JFK,5,0,1,2', '', /^has 7 fields; expected 6/],
    ['2013-01-02,x,JFK,5,0,1,,', '', /^has 8 fields; expected 6/],
    ['2013-01-02,New York, NY,JFK,5,0,1', '', /^has 7 fields; expected 6/],
    ['yesterday,x,JFK,5,0,1', 'FL_DATE', /^"yesterday" is not a date; expected one like 2013-01-31 or 1\/31\/2013$/],
    [',x,JFK,5,0,1', 'FL_DATE', /^"" is not a date/],
    ['2013-02-30,x,JFK,5,0,1', 'FL_DATE', /^"2013-02-30" is not a date/],
    ['2013-13-01,x,JFK,5,0,1', 'FL_DATE', /^"2013-13-01" is not a date/],
    ['2013-00-01,x,JFK,5,0,1', 'FL_DATE', /^"2013-00-01" is not a date/],
    ['31.01.2013,x,JFK,5,0,1', 'FL_DATE', /is not a date/],
    ['2014-01-02,x,JFK,5,0,1', 'FL_DATE', /^"2014-01-02" is not in 2013; expected flights of that year only$/],
    ['2013-01-02,x,jfk,5,0,1', 'ORIGIN', /^"jfk" is not an airport; expected a code such as JFK$/],
    ['2013-01-02,x,,5,0,1', 'ORIGIN', /^"" is not an airport/],
    ['2013-01-02,x,J,5,0,1', 'ORIGIN', /^"J" is not an airport/],
    ['2013-01-02,x,KENNEDY,5,0,1', 'ORIGIN', /^"KENNEDY" is not an airport/],
    ['2013-01-02,x,J.K,5,0,1', 'ORIGIN', /^"J\.K" is not an airport/],
    ['2013-01-02,x,JFK,late,0,1', 'DEP_DELAY', /^"late" is not a delay; expected whole minutes, or nothing, NA or/],
    ['2013-01-02,x,JFK,12.5,0,1', 'DEP_DELAY', /^"12\.5" is not a delay; expected whole minutes/],
    ['2013-01-02,x,JFK,10081,0,1', 'DEP_DELAY', /^"10081" is longer than a week/],
    ['2013-01-02,x,JFK,-10081,0,1', 'DEP_DELAY', /^"-10081" is longer than a week/],
    [`2013-01-02,x,JFK,${'9'.repeat(400)},0,1`, 'DEP_DELAY', /^"9{60}" is/],
    ['2013-01-02,x,JFK,5,2,1', 'CANCELLED', /^"2" is neither 0 \(flown\) nor 1 \(cancelled\)$/],
    ['2013-01-02,x,JFK,5,-1,1', 'CANCELLED', /^"-1" is neither/],
    ['2013-01-02,x,JFK,5,0.5,1', 'CANCELLED', /^"0\.5" is neither/],
    ['2013-01-02,x,JFK,5,yes,1', 'CANCELLED', /^"yes" is neither/],
    ['2013-01-02,a\0b,JFK,5,0,1', '', /^holds a NUL byte; expected text$/],
    [Buffer.from('2013-01-02,x,JFÉ,5,0,1', 'latin1'), 'ORIGIN', /is not an airport/],
    ['2013-01-02,"x,JFK,5,0,1', '', /^opens a quote that is not closed on the same line$/],
    ['2013-01-02,x",JFK,5,0,1', '', /^opens a quote that is not closed/],
    ['2013-01-02,x,JFK,5,0,"1', '', /^opens a quote that is not closed/],
  ];
  for (const [row, column, reason] of bad) {
    const bytes = Buffer.from(row as string);
    for (const lineEnd of ['\n', '\r\n']) {
      const text = Buffer.concat([Buffer.from(`${header}${good}${lineEnd}`), bytes, Buffer.from(lineEnd + good)]);
      const { reader, found } = read(text, [], { maxBadRows: 1 });
      t.is(reader.badRows.length, 1, `${row}`);
      t.like(reader.badRows[0], { line: 2, column, text: bytes.toString() }, `${row}`);
      t.regex(reader.badRows[0].reason, reason);
      t.deepEqual(found, { ...nothing, flights: ['JFK day 0: 5', 'JFK day 0: 5'], carriers: ['-', '-'] }, `${row}`);
      t.is(reader.lines, 3);
      t.is(reader.rows, 2);
    }
  }
});

test('a delay of a week is the longest there is', (t) => {
  const rows = ['10080', '-10080.0'].map((delay) => good.replace(',5,', `,${delay},`));
  t.deepEqual(read(header + rows.join('\n')).found.flights, ['JFK day 0: 10080', 'JFK day 0: -10080']);
});

test('a leap year has its days', (t) => {
  const rows = ['2012-02-29', '3/1/2012', '2012-12-31'].map((date) => good.replace('2013-01-01', date));
  t.deepEqual(
    read(header + rows.join('\n'), [], { year: 2012 }).found.flights,
    [59, 60, 365].map((day) => `JFK day ${day}: 5`),
  );
});

test('a date must be wholly a date', (t) => {
  for (const wrong of [
    '2013-1.-05',
    '2013- 1-05',
    '2013-01- 5',
    '2013-+1-05',
    '2013-01-5.',
    '2013--1-05',
    '2013-01-0a',
  ]) {
    const { reader, found } = read(`${header}${good.replace('2013-01-01', wrong)}\n`, [], { maxBadRows: 1 });
    t.deepEqual(found.flights, [], wrong);
    t.is(reader.badRows.at(0)?.column, 'FL_DATE', wrong);
  }
});

test('the parts of a date in columns of their own are named together', (t) => {
  const text = 'year,month,day,origin,dep_delay\n2013,2,29,JFK,1\n2013,NA,1,JFK,1\n2012,2,29,JFK,1\n2013,2,28,JFK,1\n';
  const { reader, found } = read(text, [], { maxBadRows: 3 });
  t.deepEqual(
    reader.badRows.map(({ line, column }) => [line, column]),
    [1, 2, 3].map((line) => [line, 'year-month-day']),
  );
  t.regex(reader.badRows[0].reason, /^"2013-2-29" is not a date/);
  t.regex(reader.badRows[1].reason, /^"2013--1" is not a date/);
  t.regex(reader.badRows[2].reason, /^"2012-2-29" is not in 2013/);
  t.deepEqual(found.flights, ['JFK day 58: 1']);
});

test('every bad row is found wherever the bytes are cut, and takes no good row with it', (t) => {
  const text = Buffer.concat([
    Buffer.from(`${header}${good}\n2013-01-02,"open,LGA,1,0,1\n${good}\n\n`),
    Buffer.from('2013-01-03,Orl\u00e9ans,LGA,1,0,1\n', 'latin1'),
    Buffer.from(`2013-01-04,é,LGA,1,0,1\n2013-01-05,x,LGA\n2013-01-06,a"b,LGA,1,0,1\r\n2013-01-07,c"d,LGA,1,0,1\r\n`),
    Buffer.from(`2013-01-08,"x ""y"", z",LGA,1,1,\n2013-01-09,"open,LGA,1,0,1`),
  ]);
  const expected = {
    ...nothing,
    flights: ['JFK day 0: 5', 'JFK day 0: 5', 'LGA day 2: 1', 'LGA day 3: 1', 'LGA day 7: 1'],
    cancelled: ['LGA day 7'],
    carriers: ['-', '-', '-', '-', '-'],
    unnumbered: ['LGA day 7'],
  };
  const { bodyBytes } = read(text, [], { maxBadRows: 9 });
  for (let cut = 0; cut <= bodyBytes; cut++) {
    const { reader, found } = read(text, [cut], { maxBadRows: 9 });
    t.deepEqual(found, expected, `cut at ${cut}`);
    t.deepEqual(
      reader.badRows.map(({ line, reason }) => [line, reason.slice(0, 5)]),
      [
        [2, 'opens'],
        [7, 'has 3'],
        [8, 'opens'],
        [9, 'opens'],
        [11, 'opens'],
      ],
      `cut at ${cut}`,
    );
    t.is(reader.lines, 11);
  }
});

test('rows of another year are counted and left out where they are to be skipped', (t) => {
  const text = `${header}${good}\n2012-12-31,x,LGA,1,1,\n2014-01-01,x,LGA,1,1,\n2014-01-01,x,LGA,1,1,\n${good}\n`;
  const { reader, found } = read(text, [], { otherYears: 'skip' });
  t.deepEqual(found, { ...nothing, flights: ['JFK day 0: 5', 'JFK day 0: 5'], carriers: ['-', '-'] });
  t.is(reader.otherYearRows, 3);
  t.is(reader.rows, 2);
  t.deepEqual([...reader.years].sort(), [2012, 2013, 2014]);
  t.deepEqual(reader.badRows, []);
  t.is(read(text, [], { otherYears: 'skip', year: 2014 }).reader.rows, 2);
});

test('skipping another year does not hide an invalid date', (t) => {
  const { reader } = read(`${header}2014-02-30,x,LGA,1,1,1\n`, [], { otherYears: 'skip', maxBadRows: 1 });
  t.is(reader.otherYearRows, 0);
  t.is(reader.badRows.length, 1);
});

test('the months that were read are known', (t) => {
  const rows = ['2013-01-31', '3/1/2013', '2013-12-31', '2014-05-01'].map((date) => good.replace('2013-01-01', date));
  t.is(read(header + rows.join('\n'), [], { otherYears: 'skip' }).reader.months, 0b1000_0000_0101);
});

test('a month with only bad rows was not read', (t) => {
  const { reader } = read(`${header}${good}\n2013-05-01,x,JFK,late,0,1\n2013-06-01,x,?,5,0,1\n`, [], { maxBadRows: 2 });
  t.is(reader.months, 1);
});

test('as many bad rows as allowed are let through, one more stops the reading', (t) => {
  const rows = [good, 'bad', 'bad', good, 'bad', good, 'bad', good];
  const text = header + rows.join('\n');
  const enough = read(text, [], { maxBadRows: 4 });
  t.false(enough.reader.gaveUp);
  t.is(enough.reader.badRows.length, 4);
  t.is(enough.found.flights.length, 4);

  const bytes = Buffer.byteLength(rows.join('\n'));
  for (let cut = 0; cut <= bytes; cut++) {
    const { reader, found } = read(text, [cut], { maxBadRows: 2 });
    t.true(reader.gaveUp);
    t.deepEqual(
      reader.badRows.map(({ line }) => line),
      [2, 3, 5],
    );
    t.is(reader.lines, 5);
    t.is(found.flights.length, 2);
  }
  t.true(read(`${header}bad`).reader.gaveUp);
});

test('a file with an endless line is refused', (t) => {
  for (const cuts of [[], [blockBytes - 1], [blockBytes], [blockBytes + 1]]) {
    const { reader, found } = read(`${header}${good}\n${'x'.repeat(2 * blockBytes)}\n${good}`, cuts, { maxBadRows: 9 });
    t.true(reader.gaveUp);
    t.is(reader.badRowCount, 0);
    t.like(reader.fault, { line: 2, column: '' });
    t.regex(reader.fault!.reason, /^is longer than 131072 bytes; expected a CSV file of flights$/);
    t.true(reader.fault!.text.length < 100);
    t.deepEqual(found.flights, ['JFK day 0: 5']);
  }
});

test('the first of many bad rows are kept, and the beginning of long ones', (t) => {
  const bad = `2013-01-01,${'x'.repeat(5_000)},?,5,0,1\n`;
  const { reader } = read(header + bad.repeat(badRowsKept + 7), [], { maxBadRows: badRowsKept + 7 });
  t.false(reader.gaveUp);
  t.is(reader.badRowCount, badRowsKept + 7);
  t.is(reader.badRows.length, badRowsKept);
  t.is(reader.badRows.at(-1)!.line, badRowsKept);
  t.is(reader.badRows[0].text, bad.slice(0, 1_000));
  t.true(read(header + bad.repeat(badRowsKept + 8), [], { maxBadRows: badRowsKept + 7 }).reader.gaveUp);
});

test('more airports than there are end the reading', (t) => {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
  const code = (index: number) => letters[(index / 676) | 0] + letters[((index / 26) | 0) % 26] + letters[index % 26];
  const row = (index: number) => `2013-01-01,x,${code(index)},5,0,1\n`;
  const most = 2 * mostAirports;
  const rows = Array.from({ length: most }, (_, index) => row(index)).join('');
  const { airportsSeen, gaveUp } = read(header + rows + rows).reader;
  t.false(gaveUp);
  t.is(airportsSeen.length, most);
  t.deepEqual([airportsSeen[0], airportsSeen.at(-1)!.line], [{ airport: 'AAA', line: 1 }, most]);

  const { reader, found } = read(header + rows + row(0) + row(most) + row(1), [], { maxBadRows: 9 });
  t.true(reader.gaveUp);
  t.like(reader.fault, { line: most + 2, column: 'ORIGIN' });
  t.regex(
    reader.fault!.reason,
    /^"IWU" is one airport more than 3000; expected a column of airports, of which a year has/,
  );
  t.is(found.flights.length, most + 1);
});

test('a line may be as long as a block', (t) => {
  const long = good.replace('New York', 'x'.repeat(blockBytes - good.length + 'New York'.length - 1));
  t.is(long.length, blockBytes - 1);
  for (const cuts of [[], [100_000]]) {
    const { reader, found } = read(`${header}${good}\n${long}\n${long}\n${good}`, cuts);
    t.deepEqual(reader.badRows, []);
    t.deepEqual(found.flights, Array(4).fill('JFK day 0: 5'));
  }
});

test('whether rows end in a comma is one fact of the whole file', (t) => {
  const ended = `${header.trim()},\n`;
  const faults = (text: string) => read(text, [], { maxBadRows: 9 }).reader.badRows.map(({ reason }) => reason);
  t.is(read(`${ended}${good},\n${good},\r\n${good},""\r\n`).found.flights.length, 3);
  t.is(
    read(`${ended}${good}\n${good}\n`).found.flights.length,
    2,
    'the rows of a header that ends in one may all leave it out',
  );
  t.deepEqual(faults(`${ended}${good},\n${good}\n`), ['has 6 fields; expected 7 as in the header']);
  t.deepEqual(faults(`${ended}${good}\n${good},\n`), ['has 7 fields; expected 6 as in the first row']);
  const blankLast = '2013-01-01,"New York, NY",JFK,5,0,';
  t.deepEqual(
    faults(`${ended}${blankLast}\n${blankLast}\n`),
    Array(2).fill('has 6 fields; expected 7 as in the header'),
    'a row that ends in a blank may have lost a field',
  );
  t.deepEqual(faults(`${header}${good}\n${good},\n`), ['has 7 fields; expected 6 as in the header']);
  t.deepEqual(faults(`${ended}2013-01-01,New York, NY,JFK,5,0,1\n`), [
    'has something behind its last comma; expected nothing, since the header ends in a comma',
  ]);
});

test('a flag may be written as pandas writes it', (t) => {
  const { found } = read(`${header}2013-01-01,x,JFK,5,False,1\n2013-01-02,x,JFK,,True,2\n`);
  t.deepEqual(found.cancelled, ['JFK day 1']);
});

test('a delay of 0 of a cancelled flight counts as blank, and is counted', (t) => {
  const { found, reader } = read(`${header}2013-01-01,x,JFK,0,1,1\n2013-01-02,x,JFK,7,1,2\n2013-01-03,x,JFK,0,0,3\n`);
  t.deepEqual(found.flights, ['JFK day 0: NaN', 'JFK day 1: 7', 'JFK day 2: 0']);
  t.is(reader.filledDelays, 1);
});

test('whether any row has a flag is known', (t) => {
  t.false(read(`${header}2013-01-01,x,JFK,0,,1\n`).reader.saysCancelled);
  t.true(read(`${header}2013-01-01,x,JFK,0,,1\n2013-01-01,x,JFK,0,0,2\n`).reader.saysCancelled);
});

test('blank lines are passed over and counted as lines', (t) => {
  const { reader, found } = read(`${header}\n${good}\n \t\r\n\r\n\n${good}\n\n`);
  t.deepEqual(reader.badRows, []);
  t.is(found.flights.length, 2);
  t.is(reader.lines, 7);
  t.is(read(header).reader.lines, 0);
});

test('rows without a flight number are counted, if there is such a column', (t) => {
  const rows = ['', 'NA', '\\N', '""', ' ', '1', '0', 'AA1', '"7"'].map((number, day) => {
    return `2013-01-0${day + 1},x,JFK,5,0,${number}\n`;
  });
  t.deepEqual(
    read(header + rows.join('')).found.unnumbered,
    [0, 1, 2, 3, 4].map((day) => `JFK day ${day}`),
  );
  t.deepEqual(read('FL_DATE,ORIGIN,DEP_DELAY\n2013-01-01,JFK,5\n').found.unnumbered, []);
});

test('a date is not mistaken for the one before it', (t) => {
  const dates = ['2013-01-01', '2013-01-01', '2013-01-02', '2013-01-011', '1/1/2013', '1/1/2014', '', '2013-01-02'];
  const text = header + dates.map((date) => good.replace('2013-01-01', date)).join('\n');
  const { reader, found } = read(text, [], { maxBadRows: 9 });
  t.deepEqual(
    found.flights,
    [0, 0, 1, 0, 1].map((day) => `JFK day ${day}: 5`),
  );
  t.deepEqual(
    reader.badRows.map(({ line }) => line),
    [4, 6, 7],
  );
});

test('an airport keeps its number, quoted or not', (t) => {
  const codes = ['JFK', '"LGA"', '10397', '"JFK"', 'LGA', 'AB', ' JFK ', 'A1B', '"10397"', 'PPGFK', 'AB'];
  const { airports, found } = read(header + codes.map((code) => good.replace('JFK', code)).join('\n'));
  t.deepEqual(airports.codes, ['JFK', 'LGA', '10397', 'AB', 'A1B', 'PPGFK']);
  t.deepEqual(
    found.flights,
    codes.map((code) => `${code.replaceAll(/[" ]/g, '')} day 0: 5`),
  );
});

test('airports with similar codes are different airports', (t) => {
  const codes = ['PPGFK', 'PPG', 'PPGF', 'PP', 'ABC', 'ACB', 'BAC', 'BCA', 'CAB', 'CBA', 'AAA', 'ZZZ', 'AZ1'];
  const twice = [...codes, ...codes.toReversed()];
  t.deepEqual(
    read(header + twice.map((code) => good.replace('JFK', code)).join('\n')).found.flights,
    twice.map((code) => `${code} day 0: 5`),
  );
});

test('a year of several batches and many blocks is read completely', (t) => {
  const rows: string[] = [];
  const expected = structuredClone(nothing);
  for (let i = 0; i < 140_000; i++) {
    const day = Math.floor(i / 400);
    const code = `A${String.fromCharCode(65 + (i % 26))}${i % 10}`;
    const where = `${code} day ${day}`;
    const delay = i % 11 === 0 ? NaN : (i % 300) - 20;
    expected.flights.push(`${where}: ${delay === 0 && i % 7 === 0 ? NaN : delay}`);
    if (i % 7 === 0) expected.cancelled.push(i % 2 === 0 ? where : `${where}, ${causes[i % 4]}`);
    if (i % 5 === 0) expected.explained.push(`${where}: 0 ${i % 100} 0 0 3`);
    expected.carriers.push(i % 3 === 0 ? '-' : `C${i % 9}`);
    if (i % 13 === 0) expected.unnumbered.push(where);
    const date = new Date(Date.UTC(2013, 0, 1 + day)).toISOString().slice(0, 10);
    const city = i % 5 === 0 ? '"Ciudad, Año"' : 'x';
    rows.push(
      `${date},${city},${code},${Number.isNaN(delay) ? '' : delay},${i % 7 === 0 ? 1 : 0},${i % 13 === 0 ? '' : i},` +
        `${i % 3 === 0 ? '' : `C${i % 9}`},${i % 2 === 0 ? '' : 'ABCD'[i % 4]},${i % 5 === 0 ? `${i % 100}.0,3` : ','}`,
    );
  }
  const text = `${header.trim()},CARRIER,CANCELLATION_CODE,WEATHER_DELAY,LATE_AIRCRAFT_DELAY\n${rows.join('\n')}`;
  for (const size of [1 << 16, 1_000_003]) {
    const cuts = Array.from(
      { length: Math.floor((text.length - text.indexOf('\n') - 1) / size) },
      (_, i) => (i + 1) * size,
    );
    const { reader, found, batchSizes } = read(text, cuts);
    t.true(Math.max(...batchSizes) < rows.length);
    for (const which of ['flights', 'cancelled', 'explained', 'carriers', 'unnumbered'] as const) {
      t.is(found[which].length, expected[which].length);
      t.true(found[which].every((each, i) => each === expected[which][i]));
    }
    t.is(reader.rows, rows.length);
    t.is(reader.lines, rows.length);
    t.deepEqual(reader.badRows, []);
  }
});

test('bad rows of a long file are reported with their line', (t) => {
  const rows: string[] = Array(20_000).fill(good);
  const bad = [0, 4_999, 5_000, 12_345, 19_999];
  for (const row of bad) rows[row] = '2013-01-01,"x,JFK,5,0,1';
  const { reader, found } = read(header + rows.join('\n'), [], { maxBadRows: 5 });
  t.deepEqual(
    reader.badRows.map(({ line }) => line),
    bad.map((row) => row + 1),
  );
  t.is(found.flights.length, rows.length - bad.length);
});

test('memory that another reader has worked in can be used again', (t) => {
  read(`${header}${'bad\n'.repeat(3)}2013-01-01,"x,JFK`, [5, 9], { maxBadRows: 1 });
  t.deepEqual(read(`${header}${good}`).found.flights, ['JFK day 0: 5']);
});

/** A file with what is told behind each flight: rows are the fields behind the date, from the carrier on. */
const columnsToldOf = ['CARRIER', 'CANCELLED', 'CANCELLATION_CODE', 'CARRIER_DELAY', 'WEATHER_DELAY', 'NAS_DELAY'];
const told = (rows: string[], columns = columnsToldOf) =>
  [
    `FL_DATE,ORIGIN,DEP_DELAY,${columns.join(',')}`,
    ...rows.map((row, day) => `2013-01-${two(day + 1)},JFK,20,${row}`),
  ].join('\n');

test('a flight is cancelled for what its code says; without one, or with another, for no known cause', (t) => {
  const codes = ['A', 'B', '"C"', 'D', '', 'E', 'NA', '1', 'b'];
  const { found } = read(told(codes.map((code) => `AA,1,${code},,,`)));
  t.deepEqual(
    found.cancelled,
    [', carrier', ', weather', ', airSystem', ', security', '', '', '', '', ''].map(
      (why, day) => `JFK day ${day}${why}`,
    ),
  );
});

test('a word that begins with a code is not a code', (t) => {
  t.deepEqual(read(told(['AA,1,BAD,,,', 'AA,1,DIVERTED,,,'])).found.cancelled, ['JFK day 0', 'JFK day 1']);
});

test('the code of a flight that was not cancelled says nothing', (t) => {
  t.deepEqual(read(told(['AA,0,B,,,', 'AA,,B,,,'])).found.cancelled, []);
});

test('minutes by cause are read as publishers write them, and a flight without any is not explained', (t) => {
  const rows = ['12.00,,', '"3","",0', ',,', '"","",""', 'NA,\\N,', '0,0,0', ',,-5.0', ' 7 ,, \r'];
  t.deepEqual(read(told(rows.map((minutes) => `AA,0,,${minutes}`))).found.explained, [
    'JFK day 0: 12 0 0 0 0',
    'JFK day 1: 3 0 0 0 0',
    'JFK day 5: 0 0 0 0 0',
    'JFK day 6: 0 0 -5 0 0',
    'JFK day 7: 7 0 0 0 0',
  ]);
});

test('causes may stand anywhere, in any order, and some may be missing', (t) => {
  const columns = ['LATE_AIRCRAFT_DELAY', 'CANCELLED', 'TOWN', 'SecurityDelay'];
  const { reader, found } = read(told(['5,0,"a, b",6', ',1,x,', ',0,,8', '9,0,x,'], columns));
  t.deepEqual(found.explained, ['JFK day 0: 0 0 0 6 5', 'JFK day 2: 0 0 0 8 0', 'JFK day 3: 0 0 0 0 9']);
  t.deepEqual(found.cancelled, ['JFK day 1']);
  t.deepEqual([...reader.causesOfMonth], [0b11000, ...Array(11).fill(0)]);
  t.deepEqual(read('CARRIER_DELAY,FL_DATE,ORIGIN,DEP_DELAY\n4,2013-01-01,JFK,20\n').found.explained, [
    'JFK day 0: 4 0 0 0 0',
  ]);
});

test('the causes of each month are known: from June on in 2003', (t) => {
  const row = (date: string, minutes: string) => `${date},JFK,20,AA,0,,${minutes}\n`;
  const { reader, found } = read(
    told([]) +
      `\n${row('2013-05-31', ',,')}${row('2013-06-01', '0,,')}${row('2013-06-02', ',9,')}${row('2013-12-31', ',,1')}`,
  );
  t.deepEqual([...reader.causesOfMonth], [0, 0, 0, 0, 0, 0b11, 0, 0, 0, 0, 0, 0b100]);
  t.is(found.explained.length, 3);
});

test('an invalid number of minutes of a cause makes the row bad, and names the column', (t) => {
  const bad: [string, string, RegExp][] = [
    ['x,,', 'CARRIER_DELAY', /^"x" is not a number of minutes; expected whole minutes, or nothing$/],
    [',1.5,', 'WEATHER_DELAY', /^"1\.5" is not a number of minutes/],
    ['1,2,10081', 'NAS_DELAY', /^"10081" is not a number of minutes/],
    [',,-10081', 'NAS_DELAY', /^"-10081" is not/],
  ];
  for (const [minutes, column, reason] of bad) {
    const rows = ['1,2,3', minutes, '4,5,6'].map((each) => `AA,1,B,${each}`);
    const { reader, found } = read(told(rows), [], { maxBadRows: 1 });
    t.like(reader.badRows[0], { line: 2, column }, minutes);
    t.regex(reader.badRows[0].reason, reason);
    t.deepEqual(found, {
      flights: ['JFK day 0: 20', 'JFK day 2: 20'],
      cancelled: ['JFK day 0, weather', 'JFK day 2, weather'],
      explained: ['JFK day 0: 1 2 3 0 0', 'JFK day 2: 4 5 6 0 0'],
      carriers: ['AA', 'AA'],
      unnumbered: [],
    });
  }
});

test('a bad row says nothing of the causes of its month', (t) => {
  const { reader } = read(told(['AA,0,,5,x,', 'AA,0,,,,']), [], { maxBadRows: 1 });
  t.deepEqual([...reader.causesOfMonth], Array(12).fill(0));
});

test('a carrier is known by its code of two or three characters, quoted or not', (t) => {
  const codes = [
    'AA',
    '"AA"',
    ' AA ',
    '9E',
    '"9E"',
    'NK1',
    '"NK1"',
    'NK1',
    'AA',
    'A',
    'ABCD',
    '',
    'NA',
    '""',
    'aa',
    '--',
  ];
  const { carriers, found } = read(told(codes.map((code) => `${code},0,,,,`)));
  t.deepEqual(carriers.codes, ['AA', '9E', 'NK1']);
  t.deepEqual(found.carriers, [
    'AA',
    'AA',
    'AA',
    '9E',
    '9E',
    'NK1',
    'NK1',
    'NK1',
    'AA',
    '-',
    '-',
    '-',
    '-',
    '-',
    '-',
    '-',
  ]);
});

test('the first 255 carriers have numbers, and the others are not named', (t) => {
  const codes = Array.from({ length: 300 }, (_, index) => `A${index.toString(36).toUpperCase().padStart(2, '0')}`);
  const twice = [...codes, ...codes.toReversed()];
  const rows = twice.map((code) => `2013-01-01,JFK,5,${code}`);
  const { carriers, found } = read(`FL_DATE,ORIGIN,DEP_DELAY,CARRIER\n${rows.join('\n')}`);
  t.is(carriers.codes.length, 255);
  t.deepEqual(
    found.carriers,
    twice.map((code) => (codes.indexOf(code) < 255 ? code : '-')),
  );
});

test('without a column of carriers no flight has one, also where the memory has been used before', (t) => {
  read(told(Array(20).fill('AA,0,,,,')));
  t.deepEqual(read(`${header}${good}\n${good}`).found.carriers, ['-', '-']);
});

test('destination and scheduled departure are read as publishers write them, and invalid ones are left out', (t) => {
  const rows = ['LAX,0515', '"MIA","2359"', ',', 'NA,NA', 'x,12:30', 'JFK,2400', 'BOS,1760', 'ORD,-5', '12478,815.0'];
  const { destinations, hours, reader } = read(
    `FL_DATE,ORIGIN,DEP_DELAY,DEST,CRS_DEP_TIME\n${rows.map((row) => `2013-01-01,JFK,5,${row}`).join('\n')}`,
  );
  t.is(reader.rows, rows.length, 'no row is rejected for them');
  t.deepEqual(destinations, ['LAX', 'MIA', 'JFK', 'BOS', 'ORD', '12478']);
  t.deepEqual(hours, [5, 23, 12, 0, 8]);
});

test('without columns of them no flight has a destination or an hour, also where the memory has been used before', (t) => {
  read('FL_DATE,ORIGIN,DEP_DELAY,DEST,CRS_DEP_TIME\n2013-01-01,JFK,5,LAX,515\n');
  const { destinations, hours } = read(`${header}${good}`);
  t.deepEqual([destinations, hours], [[], []]);
});
