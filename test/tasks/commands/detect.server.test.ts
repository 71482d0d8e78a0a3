import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import test from 'ava';
import { parse } from 'csv-parse/sync';
import type { AirportDays } from '../../../tasks/summary/airport-days.ts';
import { cancelledColumns, minutesColumns } from '../../../tasks/summary/causes.ts';
import { decodeSummary, type Summary } from '../../../tasks/summary/summary-file.ts';
import { runCommand, startCommand } from '../../support/run-command.ts';
import { writeGeneratedYear } from '../../support/sample-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { mountTest, nodeWithMounts } from '../../support/with-mounts.ts';

const main = fileURLToPath(new URL('../../../tasks/main.ts', import.meta.url));
const header = 'FL_DATE,OP_CARRIER,OP_CARRIER_FL_NUM,ORIGIN,DEST,DEP_DELAY,CANCELLED,Unnamed: 27';
const good = [
  '2013-01-01,UA,1545,EWR,IAH,2.0,0.0,',
  '2013-01-02,AA,12,JFK,MIA,,1.0,',
  '2013-02-03,B6,7,JFK,BOS,-3.0,0.0,',
];
const csv = (...lines: string[]) => `${[header, ...lines].join('\n')}\n`;

class Place {
  readonly folder = temporaryFolder();
  readonly environment = {
    FLIGHTS_URI: `${pathToFileURL(this.folder).href}/flights/{year}.csv`,
    OUTPUT_URI: `${pathToFileURL(this.folder).href}/bucket`,
  };

  constructor() {
    mkdirSync(join(this.folder, 'flights'));
  }

  write(name: string, content: string | Uint8Array): void {
    const path = join(this.folder, 'flights', name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, content);
  }

  /** A few flights are no complete year, so that has to be allowed unless a test is about it. */
  detect(more: { flights?: string; year?: number; options?: string[]; settings?: Record<string, string> } = {}) {
    const { flights = '{year}.csv', year = 2013, options = ['--allow-partial'], settings } = more;
    const FLIGHTS_URI = `${pathToFileURL(this.folder).href}/flights/${flights}`;
    return runCommand(['detect', '--year', String(year), ...options], {
      ...this.environment,
      FLIGHTS_URI,
      ...settings,
    });
  }

  written(year = 2013): Summary {
    return decodeSummary(readFileSync(join(this.folder, 'bucket', 'summaries', `${year}.arrow`)), 'summary');
  }

  summary(year = 2013): AirportDays {
    return this.written(year).days;
  }

  outputs(): Record<string, string> {
    const bucket = join(this.folder, 'bucket');
    if (!existsSync(bucket)) return {};
    const files = readdirSync(bucket, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return Object.fromEntries(
      files.map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name)).toString('base64')]),
    );
  }
}

test.serial('a year of flights becomes a summary', async (t) => {
  const place = new Place();
  place.write('2013.csv', csv(...good));
  const { code, log } = await place.detect();
  t.is(code, 0, log);
  t.regex(log, /INFO read .*flights=3 rejected=0/);
  const days = place.summary();
  t.deepEqual(days.airports, ['EWR', 'JFK']);
  t.deepEqual([...days.flights], [1, 1, 1]);
  t.deepEqual([...days.cancelled], [0, 1, 0]);
  t.deepEqual([...days.meanDepartureDelay], [2, NaN, -3]);
});

const damaged: [string, string, string | Uint8Array, RegExp][] = [
  [
    'a missing column',
    '2013.csv',
    'FL_DATE,ORIGIN,CANCELLED\n2013-01-01,EWR,0\n',
    /2013\.csv:1: no column for DEP_DELAY/,
  ],
  [
    'a wrong year',
    '2013.csv',
    csv(...good, '2012-12-31,UA,1,EWR,IAH,2.0,0.0,'),
    /2013\.csv:5: column FL_DATE: "2012-12-31" is not in 2013/,
  ],
  [
    'a date that is none',
    '2013.csv',
    csv(good[0], '2013-02-30,UA,1,EWR,IAH,2.0,0.0,'),
    /2013\.csv:3: column FL_DATE: "2013-02-30" is not a date/,
  ],
  [
    'a delay that is none',
    '2013.csv',
    csv(good[0], good[1], '2013-02-03,UA,1,EWR,IAH,soon,0.0,'),
    /2013\.csv:4: column DEP_DELAY: "soon" is not a delay/,
  ],
  [
    'a row with too few fields',
    '2013.csv',
    csv(good[0], '2013-02-03,UA,1,EWR', good[1]),
    /2013\.csv:3: has 4 fields; expected 8/,
  ],
  ['an empty file', '2013.csv', '', /2013\.csv is empty/],
  ['a header only', '2013.csv', csv(), /2013\.csv holds a header and no flights/],
  ['a NUL byte', '2013.csv', csv(good[0], `2013-02-03,UA,1,EWR,I\0H,2.0,0.0,`), /2013\.csv:3: holds a NUL byte/],
  ['a truncated gzip', '2013.csv.gz', gzipSync(csv(...good)).subarray(0, -12), /2013\.csv\.gz is truncated/],
  ['a truncated zstd', '2013.csv.zst', zstdCompressSync(csv(...good)).subarray(0, -6), /2013\.csv\.zst is truncated/],
  [
    'a truncated zip',
    '2013.zip',
    Buffer.from('PK\x03\x04 and nothing more of it than this, alas'),
    /2013\.zip is truncated/,
  ],
];

for (const [what, name, content, message] of damaged) {
  test.serial(`${what} is reported with its place, and the earlier outputs stay`, async (t) => {
    const place = new Place();
    place.write('2013.csv', csv(...good));
    t.is((await place.detect()).code, 0);
    const before = place.outputs();
    place.write(name, content);
    const { code, lastLine } = await place.detect({ flights: name.replace('2013', '{year}') });
    t.is(code, 65, lastLine);
    t.regex(lastLine, message);
    t.deepEqual(place.outputs(), before);
  });
}

test.serial('a file that changes while it is read is reported', async (t) => {
  const place = new Place();
  await writeGeneratedYear(join(place.folder, 'flights'), { flights: 300_000 });
  // Another process changes it all the time: this one might sleep through the whole reading.
  const path = join(place.folder, 'flights', '2013.csv');
  const change = `let s = 0; setInterval(() => fs.utimesSync(${JSON.stringify(path)}, ++s, s), 1); console.log('changing');`;
  const changing = spawn(process.execPath, ['-e', change], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(changing.stdout, 'data');
  const { code, lastLine } = await place.detect();
  changing.kill();
  t.is(code, 69);
  t.regex(lastLine, /2013\.csv changed while it was read/);
  t.deepEqual(place.outputs(), {});
});

test.serial('bad rows are let through up to a number, each kept with its reason', async (t) => {
  const place = new Place();
  place.write(
    '2013.csv',
    csv(good[0], '2013-02-30,UA,1,EWR,"a ""b""",2.0,0.0,', good[1], '2013-02-03,UA,1,EWR,IAH,x,0.0,', good[2]),
  );
  const refused = await place.detect({ options: ['--allow-partial', '--max-bad-rows', '1'] });
  t.is(refused.code, 65);
  t.regex(refused.lastLine, /2013\.csv:5: column DEP_DELAY: "x" is not a delay.*more than 1 bad rows/);
  t.deepEqual(place.outputs(), {});

  const { code, log } = await place.detect({ options: ['--allow-partial', '--max-bad-rows', '2'] });
  t.is(code, 0, log);
  t.regex(log, /flights=3 rejected=2/);
  const rejects = parse(readFileSync(join(place.folder, 'bucket', 'rejects', '2013.csv')), { columns: true });
  t.deepEqual(
    (rejects as Record<string, string>[]).map(({ line, column, text }) => [line, column, text]),
    [
      ['3', 'FL_DATE', '2013-02-30,UA,1,EWR,"a ""b""",2.0,0.0,'],
      ['5', 'DEP_DELAY', '2013-02-03,UA,1,EWR,IAH,x,0.0,'],
    ],
  );

  place.write('2013.csv', csv(...good));
  t.is((await place.detect()).code, 0);
  t.false(existsSync(join(place.folder, 'bucket', 'rejects', '2013.csv')), 'rejects of an earlier run are gone');
});

test.serial('lines are counted over the parts of a large file', async (t) => {
  const place = new Place();
  const text = await writeGeneratedYear(join(place.folder, 'flights'), { flights: 500_000 });
  appendFileSync(join(place.folder, 'flights', '2013.csv'), '2013-12-31,UA,1,EWR,IAH,late\n');
  const { code, lastLine } = await place.detect();
  t.is(code, 65);
  t.true(text.length > 1 << 25, 'the file has more than one part');
  t.regex(lastLine, new RegExp(`2013\\.csv:${text.split('\n').length}: has 6 fields`));
});

test.serial('a year that is not there says where it was looked for', async (t) => {
  const place = new Place();
  for (const flights of ['{year}.csv', '{year}/']) {
    const { code, lastLine } = await place.detect({ flights });
    t.is(code, 75);
    t.regex(lastLine, /the flights of 2013 are not there: looked for .*file:.*flights\/2013/);
  }
  place.write('2013/readme.html', 'read me');
  t.regex((await place.detect({ flights: '{year}/' })).lastLine, /which holds 1 other files/);
});

test.serial('a file of several years gives the one asked for', async (t) => {
  const place = new Place();
  place.write('all.csv', csv(...good, '2014-05-05,UA,1,ORD,IAH,2.0,0.0,'));
  const { log } = await place.detect({ flights: 'all.csv', year: 2014 });
  t.regex(log, /INFO read .*flights=1 rejected=0 of_other_years=3/);
  t.deepEqual(place.summary(2014).airports, ['ORD']);
  const missing = await place.detect({ flights: 'all.csv', year: 2015 });
  t.is(missing.code, 75);
  t.regex(missing.lastLine, /holds flights of 2013, 2014/);
});

test.serial('files with the same flights are reported, and parts of a month are taken together', async (t) => {
  const place = new Place();
  place.write('2013/a.csv', csv(good[0]));
  place.write('2013/b.csv.gz', gzipSync(csv(good[1])));
  t.is((await place.detect({ flights: '{year}/' })).code, 0);
  place.write('2013/c.csv', csv(...good));
  const { code, lastLine } = await place.detect({ flights: '{year}/' });
  t.is(code, 65);
  t.regex(lastLine, /a\.csv and .*c\.csv hold the same flights: 1 of the 1 flights of the smaller file are in both/);
});

test.serial('twelve months in zips are the same year as one file', async (t) => {
  const place = new Place();
  const text = await writeGeneratedYear(join(place.folder, 'flights'));
  t.is((await place.detect()).code, 0);
  const whole = place.summary();
  const [head, ...lines] = text.trimEnd().split('\n');
  mkdirSync(join(place.folder, 'flights', '2013'));
  const months = Map.groupBy(lines, (line) => line.slice(5, 7));
  for (const [month, ofMonth] of months) {
    place.write(`${month}.csv`, `${[head, ...ofMonth].join('\r\n')}\r\n`);
    place.write('readme.html', 'read me');
    execFileSync('python3', ['-m', 'zipfile', '-c', join('2013', `${month}.zip`), 'readme.html', `${month}.csv`], {
      cwd: join(place.folder, 'flights'),
    });
  }
  const { code, log } = await place.detect({ flights: '{year}/' });
  t.is(code, 0, log);
  t.deepEqual(place.summary(), whole);
});

test.serial('the same flights in every dialect come to the same', async (t) => {
  const place = new Place();
  const text = await writeGeneratedYear(join(place.folder, 'flights'), { flights: 12_000, airports: 4 });
  t.is((await place.detect()).code, 0);
  const expected = place.summary();
  const rows = parse(text, { columns: true }) as Record<string, string>[];
  const dateParts = (date: string) => date.split('-').map(Number);

  const bts = rows.map((row) => {
    const [y, m, d] = dateParts(row.FL_DATE);
    const minutes = ['CARRIER', 'WEATHER', 'NAS', 'SECURITY', 'LATE_AIRCRAFT'].map((cause) => {
      const value = row[`${cause}_DELAY`];
      return value && `"${value}0"`;
    });
    return (
      `"${m}/${d}/${y} 12:00:00 AM","${row.OP_CARRIER}","${row.OP_CARRIER_FL_NUM}","${row.ORIGIN}","A town, XX",` +
      `"${row.DEST}","${row.CRS_DEP_TIME.padStart(4, '0')}",` +
      `${row.DEP_DELAY && `${row.DEP_DELAY}0`},"${row.CANCELLED}0","${row.CANCELLATION_CODE}",${minutes.join(',')},`
    );
  });
  const btsHeader =
    '"FlightDate","Reporting_Airline","Flight_Number_Reporting_Airline","Origin","OriginCityName","Dest",' +
    '"CRSDepTime","DepDelay","Cancelled","CancellationCode","CarrierDelay","WeatherDelay","NASDelay","SecurityDelay","LateAircraftDelay",';
  place.write('bts.csv', `\uFEFF${[btsHeader, ...bts].join('\r\n')}\r\n`);
  t.is((await place.detect({ flights: 'bts.csv' })).code, 0);
  t.deepEqual(place.summary(), expected);

  const nyc = rows.map(({ FL_DATE, DEP_DELAY, ...row }) =>
    [
      ...dateParts(FL_DATE),
      ...[DEP_DELAY === '' ? 'NA' : Number(DEP_DELAY), row.CRS_DEP_TIME, row.OP_CARRIER, row.OP_CARRIER_FL_NUM],
      ...[row.ORIGIN, row.DEST],
    ].join(','),
  );
  place.write(
    'nyc.csv.zst',
    zstdCompressSync(['year,month,day,dep_delay,sched_dep_time,carrier,flight,origin,dest', ...nyc].join('\n')),
  );
  const { log } = await place.detect({ flights: 'nyc.csv.zst' });
  t.regex(log, /WARN Which flights were cancelled is not in this year’s file/);
  t.regex(log, /WARN Causes of delays are not in this year’s file/);
  t.regex(log, /WARN Causes of cancellations are not in this year’s file/);
  const unknown = new Float64Array(expected.dayOfYear.length).fill(NaN);
  const { explanation, ...days } = place.summary();
  t.deepEqual(days, {
    ...omit(expected, 'explanation'),
    ...Object.fromEntries(['cancelled', ...minutesColumns, ...cancelledColumns].map((column) => [column, unknown])),
  } as typeof days);
  t.true(explanation.some((words) => words && /\d+ of \d+ flights did not depart/.test(words)));
});

function omit<T extends object, Name extends keyof T>(object: T, name: Name): Omit<T, Name> {
  const { [name]: _, ...others } = object;
  return others;
}

test.serial('a file that lacks causes and codes loses only these', async (t) => {
  const place = new Place();
  const text = await writeGeneratedYear(join(place.folder, 'flights'), { flights: 12_000, airports: 4 });
  t.is((await place.detect({ options: [] })).code, 0);
  const expected = place.summary();
  place.write(
    '2013.csv',
    text.replace(/CANCELLATION_CODE.*/, (names) => names.replaceAll(/(?<=^|,)[A-Z_]+/g, 'OTHER_$&')),
  );
  const { code, log } = await place.detect({ options: [] });
  t.is(code, 0, log);
  const days = place.summary();
  for (const column of [...minutesColumns, ...cancelledColumns]) {
    t.true(expected[column].some((value) => value > 0) || column.includes('ecurity'), column);
    t.true(days[column].every(Number.isNaN), column);
  }
  for (const column of ['cancelled', 'anomalyScore', 'isAnomaly', 'anomalyKind', 'eventId', 'whose'] as const) {
    t.deepEqual(days[column], expected[column], column);
  }
  t.notRegex(log, /Which flights were cancelled/);
});

test.serial('a year that looks incomplete is refused with what is missing, unless that is allowed', async (t) => {
  const place = new Place();
  const text = await writeGeneratedYear(join(place.folder, 'flights'), { flights: 12_000, airports: 4 });
  t.is((await place.detect({ options: [] })).code, 0, 'a complete year is not');
  const before = place.outputs();
  // None in November, every twentieth in March.
  const lines = text
    .split('\n')
    .filter((line, index) => !line.startsWith('2013-11') && (!line.startsWith('2013-03') || index % 20 === 0));
  place.write('2013.csv', lines.join('\n'));
  const { code, lastLine } = await place.detect({ options: [] });
  t.is(code, 65);
  t.regex(
    lastLine,
    /2013 looks incomplete: no flights in November; \d+ flights in March, where [\d,]+ are usual; add what is missing to file:.*, or take the year as it is with --allow-partial/,
  );
  t.deepEqual(place.outputs(), before);

  const allowed = await place.detect({ options: ['--allow-partial'] });
  t.is(allowed.code, 0, allowed.log);
  t.regex(allowed.log, /WARN the year looks incomplete: no flights in November/);
  const { missing } = place.written().provenance;
  t.is(missing[0], 'no flights in November');
  t.is(missing.length, 2);
});

test.serial(
  'the year so far is taken with its months, and its rows are those of the formulas on these months',
  async (t) => {
    const place = new Place();
    const text = await writeGeneratedYear(join(place.folder, 'flights'), { flights: 12_000, airports: 4 });
    const [columns, ...rows] = text.trimEnd().split('\n');
    const month = (number: number) => rows.filter((row) => row.startsWith(`2013-${String(number).padStart(2, '0')}`));
    const write = (name: string, flights: string[]) => place.write(name, `${[columns, ...flights].join('\n')}\n`);
    for (const number of [1, 2, 3]) write(`2013/${number}.csv`, month(number));

    const refused = await place.detect({ flights: '{year}/', options: [] });
    t.is(refused.code, 65);
    t.regex(
      refused.lastLine,
      /2013 looks incomplete: no flights in April, .*, take January to March with --so-far, or .* --allow-partial/,
    );
    t.deepEqual(place.outputs(), {});
    const { code, log } = await place.detect({ flights: '{year}/', options: ['--so-far'] });
    t.is(code, 0, log);
    t.regex(log, /INFO the year so far .* months="January to March"/);
    t.notRegex(log, /looks incomplete/);
    const soFar = place.written();
    t.like(soFar.provenance, { months: 3, missing: [] });

    // The same months as one file, taken for what there is of the year.
    write('2013.csv', [...month(1), ...month(2), ...month(3)]);
    t.is((await place.detect({ options: ['--allow-partial'] })).code, 0);
    const partial = place.written();
    t.is(partial.provenance.months, 12);
    t.is(partial.provenance.missing.length, 1);
    const { explanation, ...scores } = soFar.days;
    const { explanation: words, ...expected } = partial.days;
    t.deepEqual(scores, expected);
    t.true(soFar.days.isAnomaly.includes(1));
    t.deepEqual(
      explanation,
      words.map((each) => each?.replace(/ of the year$/, ' of the year so far') ?? null),
    );
  },
);

test.serial(
  'a hole, a thin month and a month that breaks off are refused of a year so far; a whole one is whole',
  async (t) => {
    const place = new Place();
    const text = await writeGeneratedYear(join(place.folder, 'flights'), { flights: 12_000, airports: 4 });
    const whole = await place.detect({ options: ['--so-far=yes'] });
    t.is(whole.code, 0, whole.log);
    t.notRegex(whole.log, /so far/);
    t.like(place.written().provenance, { months: 12, missing: [] });
    const before = place.outputs();
    const kept = (keep: (month: number, day: number, index: number) => boolean) => {
      const lines = text.split('\n').filter((line, index) => {
        const [, month, day] = /^2013-(\d\d)-(\d\d)/.exec(line) ?? [];
        return month === undefined || keep(Number(month), Number(day), index);
      });
      place.write('2013.csv', lines.join('\n'));
      return place.detect({ options: ['--so-far'] });
    };
    const cases: [Awaited<ReturnType<typeof kept>>, RegExp][] = [
      [
        await kept((month) => month < 5 && month !== 2),
        /2013 so far, January to April looks incomplete: no flights in February;/,
      ],
      [
        await kept((month) => month === 3),
        /2013 so far, January to March looks incomplete: no flights in January, February;/,
      ],
      [
        await kept((month, _, index) => month < 3 || (month === 3 && index % 20 === 0)),
        /\d+ flights in March, where \d+ are usual/,
      ],
      [
        await kept((month, day) => month < 3 || (month === 3 && day < 16)),
        /no flights on 16 Mar to 31 Mar; add what is missing/,
      ],
    ];
    for (const [{ code, lastLine }, words] of cases) {
      t.is(code, 65);
      t.regex(lastLine, words);
      t.notRegex(lastLine, /with --so-far/);
    }
    t.deepEqual(place.outputs(), before);
  },
);

test.serial('the threshold decides how many days are anomalies, and is kept', async (t) => {
  const place = new Place();
  await writeGeneratedYear(join(place.folder, 'flights'), { flights: 12_000, airports: 4 });
  const flagsAt = async (settings: Record<string, string>) => {
    const { code, log } = await place.detect({ settings });
    t.is(code, 0, log);
    const { days, provenance } = place.written();
    const flagged = days.isAnomaly.reduce((sum, flag) => sum + flag);
    t.is(flagged, days.anomalyScore.filter((score) => score >= provenance.threshold).length);
    t.regex(
      log,
      new RegExp(`INFO detected .*anomalies=${flagged} events=${Math.max(0, ...days.eventId.filter((id) => id > 0))} `),
    );
    return [provenance.threshold, flagged];
  };
  const [usual, low, high] = [
    await flagsAt({}),
    await flagsAt({ ANOMALY_THRESHOLD: '2' }),
    await flagsAt({ ANOMALY_THRESHOLD: '6.5' }),
  ];
  t.deepEqual([usual[0], low[0], high[0]], [3.1, 2, 6.5]);
  t.true(low[1] > usual[1] && usual[1] > high[1], `${low[1]} > ${usual[1]} > ${high[1]}`);
  for (const wrong of ['high', '0', '-1']) {
    const { code, lastLine } = await place.detect({ settings: { ANOMALY_THRESHOLD: wrong } });
    t.is(code, 78, wrong);
    t.regex(lastLine, /ANOMALY_THRESHOLD: expected a number/);
  }
});

test.serial('known defects of the published flights are logged with their counts', async (t) => {
  const place = new Place();
  place.write(
    '2013.csv',
    csv(
      ...good,
      '2013-10-01,UA,1,10397,IAH,2.0,0.0,',
      '2013-10-02,UA,1,10397,IAH,2.0,0.0,',
      '2013-10-02,UA,1,12478,IAH,2.0,0.0,',
      '2013-10-02,UA,1,QQQ,IAH,9000.0,0.0,',
      '2013-10-02,UA,1,EWR,IAH,,0.0,',
      '2013-10-02,UA,1,EWR,IAH,30.0,1.0,',
    ),
  );
  const { code, log } = await place.detect();
  t.is(code, 0, log);
  t.regex(
    log,
    /WARN airports are given by number, as in some files of October 2015.* flights=3 airports="?10397,12478 \(2\)/,
  );
  t.regex(log, /WARN airports are not in the list of airports.* flights=1 airports="?QQQ \(1\)/);
  t.regex(log, /WARN flights were not cancelled and have no departure delay.* flights=1/);
  t.regex(log, /WARN flights were cancelled after they had left the gate.* flights=1/);
  t.deepEqual(place.summary().airports, ['10397', '12478', 'EWR', 'JFK', 'QQQ']);
});

test.serial('the worst events are in the log, at most five', async (t) => {
  const place = new Place();
  await writeGeneratedYear(join(place.folder, 'flights'), { flights: 40_000, airports: 10 });
  const { log } = await place.detect({ options: [] });
  const events = [...log.matchAll(/INFO (.*) command=detect year=2013 event=(\d+)$/gm)];
  t.deepEqual(
    events.map(([, , event]) => event),
    ['1', '2', '3', '4', '5'],
  );
  for (const [, title] of events) t.regex(title, /^[A-Z]{3}.*, \d.* 2013: .*/);
});

test.serial('wrong settings and arguments have their own exit codes', async (t) => {
  const nothing = await runCommand(['detect', '--year', '2013'], {});
  t.is(nothing.code, 78);
  t.regex(nothing.lastLine, /FLIGHTS_URI is not set; OUTPUT_URI is not set/);
  const place = new Place();
  t.is((await place.detect({ flights: '{year}.xlsx' })).code, 78);
  const http = await runCommand(['detect', '--year', '2013'], { ...place.environment, OUTPUT_URI: 'http://x' });
  t.is(http.code, 78);
  t.regex(http.lastLine, /OUTPUT_URI: expected an address that starts with s3:\/\/ or file:/);
  for (const wrong of [
    ['detect'],
    ['detect', '--year', '13'],
    ['explain', '--year', '2013'],
    ['detect', '--years', '2'],
  ]) {
    t.is((await runCommand(wrong, place.environment)).code, 64, wrong.join(' '));
  }
  const help = await runCommand(['--help'], {});
  t.is(help.code, 0);
  for (const command of ['migrate', 'detect', 'load', 'render', 'publish', 'run'])
    t.regex(help.log, new RegExp(`^  ${command} `, 'm'));
});

test.serial('SIGTERM stops it cleanly and leaves nothing half-written', async (t) => {
  const place = new Place();
  // Compressed, so that one thread has to go through all of it.
  const text = await writeGeneratedYear(join(place.folder, 'flights'), { flights: 600_000 });
  place.write('2013.csv.gz', gzipSync(text, { level: 1 }));
  const FLIGHTS_URI = `${place.environment.FLIGHTS_URI}.gz`;
  const running = startCommand(['detect', '--year', '2013'], { ...place.environment, FLIGHTS_URI });
  await running.logged(/INFO reading/);
  running.child.kill('SIGTERM');
  const { code, lastLine } = await running.ended;
  t.is(code, 143);
  t.regex(lastLine, /stopped by SIGTERM/);
  t.deepEqual(place.outputs(), {});
});

test.serial('a rejected row that looks like a formula does nothing in a spreadsheet', async (t) => {
  const place = new Place();
  place.write('2013.csv', csv(...good, '=HYPERLINK("http://x"),UA,1,EWR,IAH,2.0,0.0,'));
  const { code, log } = await place.detect({ options: ['--max-bad-rows', '1', '--allow-partial'] });
  t.is(code, 0, log);
  t.regex(readFileSync(join(place.folder, 'bucket', 'rejects', '2013.csv'), 'utf8'), /'=HYPERLINK/);
});

test.serial('the first of many bad rows are kept, and the log says how many are not', async (t) => {
  const place = new Place();
  const bad = '2013-02-30,UA,1,EWR,IAH,2.0,0.0,';
  place.write('2013.csv', csv(...good, ...Array(30_000).fill(bad)));
  const { code, log } = await place.detect({ options: ['--max-bad-rows', '100000', '--allow-partial'] });
  t.is(code, 0, log);
  t.regex(log, /flights=3 rejected=30000/);
  t.regex(log, /WARN rejects\/2013\.csv holds only the first bad rows .*kept=10000 left_out=20000/);
  const kept = parse(readFileSync(join(place.folder, 'bucket', 'rejects', '2013.csv')), { columns: true });
  t.is(kept.length, 10_000);
  t.like(kept.at(-1), { line: String(1 + good.length + 10_000), text: bad });
  t.is(place.written().provenance.rejectedRows, 30_000);

  const refused = await place.detect({ options: ['--max-bad-rows', '20000', '--allow-partial'] });
  t.is(refused.code, 65);
  t.regex(
    refused.lastLine,
    /2013\.csv:5: column FL_DATE: .*; more than 20000 bad rows, of which this is the first; correct the file, or raise/,
  );
});

test.serial(
  'more airports than there are, in one file or in several, are refused with the line of the first',
  async (t) => {
    const place = new Place();
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
    const codes = letters.flatMap((a) => letters.flatMap((b) => letters.map((c) => a + b + c)));
    const rows = (from: number, to: number) =>
      codes.slice(from, to).map((code) => `2013-02-01,UA,1,${code},IAH,2.0,0.0,`);
    const refused = /: column ORIGIN: "ELK" is one airport more than 3000; expected a column of airports/;
    place.write('2013.csv', csv(...rows(0, 3_001)));
    const options = ['--max-bad-rows', '100', '--allow-partial'];
    const one = await place.detect({ options });
    t.is(one.code, 65, one.log);
    t.regex(one.lastLine, new RegExp(`2013\\.csv:3002${refused.source}`));
    place.write('2013/a.csv', csv(...rows(0, 2_000)));
    place.write('2013/b.csv', csv(...rows(1_000, 3_002)));
    const two = await place.detect({ options, flights: '{year}/' });
    t.is(two.code, 65, two.log);
    t.regex(two.lastLine, new RegExp(`b\\.csv:2002${refused.source}`));
    t.deepEqual(place.outputs(), {});
  },
);

mountTest('a full disk is reported, and can be tried again', async (t) => {
  const place = new Place();
  place.write('2013.csv', csv(...good));
  const bucket = join(place.folder, 'bucket');
  mkdirSync(bucket);
  const { code, stderr } = await nodeWithMounts(
    [`mount -t tmpfs -o size=4k none ${bucket}`],
    [main, 'detect', '--year', '2013', '--allow-partial'],
    place.environment,
  );
  t.is(code, 69, stderr);
  t.regex(stderr, /summaries\/2013\.arrow: the disk is full; make room and run again/);
});
