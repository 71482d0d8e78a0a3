import { runInNewContext } from 'node:vm';
import test from 'ava';
import type { Figure } from '../../charts/airport-year.ts';
import {
  type Report,
  type ReportAssets,
  type ReportEvent,
  reportHtml,
  reportIndexHtml,
  type SegmentDay,
  type WorstDay,
} from '../../charts/report.ts';

const assets: ReportAssets = { plotly: 'globalThis.Plotly = {};', regularFont: 'cmVndWxhcg==', boldFont: 'Ym9sZA==' };
const nasty = `<b>&"'</b></script><script>alert(1)</script>`;
const escaped = '&lt;b&gt;&amp;&quot;&#39;&lt;/b&gt;&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;';

const figure = (title: string): Figure => ({ data: [{ y: [1, null, 3] }], layout: { title: { text: title } } });

const nemo: WorstDay = {
  airport: 'JFK',
  name: 'John F Kennedy Intl',
  date: '2013-02-09',
  anomalyScore: 12.34,
  zScore: 3.449,
  isOutlier: true,
  explanation: 'JFK, 9 Feb 2013: 142 of 1274 flights cancelled; worse than every other day of the year',
  chartLink: '../plots/2013/JFK.png',
};

const storm: ReportEvent = {
  firstDate: '2013-02-08',
  lastDate: '2013-02-09',
  airports: ['EWR', 'JFK', 'LGA'],
  airportDays: 6,
  flights: 1_640,
  cancelled: 1_210,
  minutesLost: 61_234,
  mainCause: 'weather',
  name: null,
};

const endeavor: SegmentDay = {
  date: '2013-06-30',
  what: 'Endeavor at JFK',
  name: 'John F Kennedy Intl',
  flights: 1_042,
  cancelled: 22,
  meanDepartureDelay: 27.7,
  anomalyScore: 6.97,
  outOfLine: '52 % did not leave, usual 1 %',
};

const ofNewYork: Report = {
  year: 2013,
  summary: 'a'.repeat(64),
  airports: [
    { airport: 'JFK', name: 'John F Kennedy Intl', figure: figure('JFK'), chartLink: '../plots/2013/JFK.png' },
    { airport: '10397', figure: figure('10397'), chartLink: '../plots/2013/10397.png' },
  ],
  totals: {
    flights: 336_776,
    cancelled: 8255,
    airportDays: 1095,
    anomalies: 62,
    outliers: 17,
    events: 1,
    segmentAnomalies: 1,
  },
  threshold: 3.1,
  events: [storm],
  causes: {
    minutes: [
      { cause: 'weather', amount: 750 },
      { cause: 'late aircraft', amount: 250 },
      { cause: 'security', amount: 0 },
    ],
    cancelled: [{ cause: 'weather', amount: 40 }],
  },
  worstDays: [nemo],
  segments: [endeavor],
  notes: [],
};

const html = (values: Partial<Report> = {}) => reportHtml({ ...ofNewYork, ...values }, assets);

/** Scripts as a browser finds them: up to the next end tag, in whatever case. */
const scripts = (page: string) => [...page.matchAll(/<script[^>]*>([\s\S]*?)<\/script/gi)].map(([, script]) => script);
/** The page without scripts and styles. */
const markup = (page: string) =>
  page.replaceAll(/<script[\s\S]*?<\/script>/gi, '').replaceAll(/<style[\s\S]*?<\/style>/gi, '');

/** Run the page's script with as much of a browser as it needs; what it draws is recorded. */
async function open(page: string, hash = '') {
  const drawn: { data: unknown; layout: any; link: string }[] = [];
  const [, script] = scripts(page);
  const listeners: Record<string, () => void> = {};
  const addEventListener = (event: string, listener: () => void) => {
    listeners[event] = listener;
  };
  const options = [...page.matchAll(/<option value="([^"]*)"( selected)?>/g)];
  const [, chosen] = options.find(([, , selected]) => selected) ?? options[0];
  const chooser = { value: chosen, addEventListener };
  const png = { href: '#' };
  const elements: Record<string, object> = { airport: chooser, png, airports: { scrollIntoView: () => {} } };
  const location = { hash };
  const document = {
    getElementById: (id: string) => elements[id],
    fonts: { ready: Promise.resolve() },
  };
  runInNewContext(script, {
    document,
    location,
    addEventListener,
    history: { replaceState: () => {} },
    matchMedia: () => ({ matches: false, addEventListener: () => {} }),
    Plotly: {
      react: (id: string, data: unknown, layout: unknown) => {
        // Sent through JSON, since objects of another context are never deeply equal.
        if (id === 'chart') drawn.push(JSON.parse(JSON.stringify({ data, layout, link: png.href })));
      },
    },
  });
  await document.fonts.ready;
  return { drawn, chooser, location, listeners };
}

test('the page tells the year and its facts', (t) => {
  const page = markup(html());
  t.true(page.startsWith('<!doctype html>'));
  t.regex(page, /<title>Departure delays in 2013<\/title>/);
  for (const [name, value] of [
    ['flights', '336,776'],
    ['airports', '2'],
    ['cancelled', '8,255 (2.5 %)'],
    ['anomalous days', '62 of 1,095'],
    ['events', '1'],
  ]) {
    t.true(page.includes(`<dt>${name}</dt><dd>${value}</dd>`), name);
  }
});

/** The part of the page below a heading. */
function section(page: string, heading: string): string {
  const [, found] = new RegExp(`<h2>${heading}</h2>([\\s\\S]*?)</section>`).exec(markup(page)) ?? [];
  if (found === undefined) throw new Error(`no section ${heading}`);
  return found;
}
const rowsIn = (part: string) => [...part.matchAll(/<tr>\s*<td>[\s\S]*?<\/tr>/g)].map(([row]) => row);
const numbersIn = (row: string) => [...row.matchAll(/<td class="number">(.*?)<\/td>/g)].map(([, value]) => value);

test('the page leads with what happened, then why, then the worst days, then carriers and destinations', (t) => {
  const headings = [...markup(html()).matchAll(/<h2>(.*?)<\/h2>/g)].map(([, heading]) => heading);
  t.deepEqual(headings, [
    ...['What happened', 'Why', 'The worst days', 'Carriers and destinations in trouble'],
    'An airport’s year',
  ]);
});

test('an event has its days, airports, numbers and cause', (t) => {
  const other = { ...storm, firstDate: '2013-05-01', lastDate: '2013-05-01', airports: ['ORD'], cancelled: 0 };
  const [first, second] = rowsIn(section(html({ events: [storm, other] }), 'What happened'));
  t.true(first.includes('<time datetime="2013-02-08">Fri 8 Feb</time> – <time datetime="2013-02-09">Sat 9 Feb</time>'));
  t.regex(first, /<a href="#EWR"><b>EWR<\/b><\/a>, <a href="#JFK"><b>JFK<\/b><\/a>, <a href="#LGA"><b>LGA<\/b><\/a>/);
  t.deepEqual(numbersIn(first), ['1,640', '1,210 (73.8 %)', '1,021']);
  t.true(first.includes('<td>weather</td>'));
  t.true(second.includes('<td><time datetime="2013-05-01">Wed 1 May</time></td>'), 'a single day stands there once');
  t.deepEqual(numbersIn(second), ['1,640', '0 (0.0 %)', '1,021']);
});

test('of an event with many airports the first four are named, and how many more there are', (t) => {
  const airports = ['A01', 'A02', 'A03', 'A04', 'A05', 'A06'];
  const [row] = rowsIn(section(html({ events: [{ ...storm, airports }] }), 'What happened'));
  t.deepEqual(
    [...row.matchAll(/<b>(.*?)<\/b>/g)].map(([, airport]) => airport),
    airports.slice(0, 4),
  );
  t.true(row.includes('title="A05, A06">and 2 more</span>'));
  t.notRegex(rowsIn(section(html(), 'What happened'))[0], /more/);
});

test('where the file tells no causes, an event says so', (t) => {
  const part = section(html({ events: [{ ...storm, mainCause: null }] }), 'What happened');
  t.true(rowsIn(part)[0].includes('not in this file'));
});

test('an event that is known bears its name', (t) => {
  const part = section(html({ events: [{ ...storm, name: 'blizzard Nemo' }] }), 'What happened');
  t.true(part.includes('<br><b>blizzard Nemo</b>'));
  t.false(section(html({ events: [storm] }), 'What happened').includes('<br><b>'));
});

test('events that are not shown are counted', (t) => {
  const part = section(html({ totals: { ...ofNewYork.totals, events: 1_201 } }), 'What happened');
  t.regex(part, /… and 1,200 more, in table <code>events<\/code>/);
  t.notRegex(section(html(), 'What happened'), / more/);
});

test('causes are bars in proportion to the greatest, with their share of all', (t) => {
  const part = section(html(), 'Why');
  const [minutes, cancelled] = [...part.matchAll(/<figure>([\s\S]*?)<\/figure>/g)].map(([, figure]) => figure);
  t.true(minutes.includes('<figcaption>Minutes of delay</figcaption>'));
  t.true(cancelled.includes('<figcaption>Cancelled flights</figcaption>'));
  t.deepEqual(
    [
      ...minutes.matchAll(/<th scope="row">(.*?)<\/th>[\s\S]*?width: (.*?)"[\s\S]*?<td class="number">(.*?)<\/td>/g),
    ].map(([, ...row]) => row),
    [
      ['weather', '100.0%', '750 (75.0 %)'],
      ['late aircraft', '33.3%', '250 (25.0 %)'],
      ['security', '0.0%', '0 (0.0 %)'],
    ],
  );
});

test('causes that the file does not tell have an empty place that says so', (t) => {
  const part = section(html({ causes: { minutes: null, cancelled: null } }), 'Why');
  t.deepEqual(
    [...part.matchAll(/<figure class="empty"><figcaption>(.*?)<\/figcaption><p>(.*?)<\/p><\/figure>/g)].map(
      ([, ...words]) => words,
    ),
    [
      ['Minutes of delay', 'not in this file'],
      ['Cancelled flights', 'not in this file'],
    ],
  );
  t.is([...section(html({ causes: { ...ofNewYork.causes, minutes: null } }), 'Why').matchAll(/<figure>/g)].length, 1);
});

test('causes of nothing have bars of nothing', (t) => {
  const minutes = [{ cause: 'carrier', amount: 0 }];
  const part = section(html({ causes: { minutes, cancelled: null } }), 'Why');
  t.regex(part, /width: 0\.0%/);
  t.notRegex(part, /NaN|Infinity/);
});

test('where the file does not say what was cancelled, the page says so', (t) => {
  const page = markup(html({ totals: { ...ofNewYork.totals, cancelled: null } }));
  t.true(page.includes('<dt>cancelled</dt><dd>not in this file</dd>'));
  t.notRegex(page, /null|NaN|undefined/);
});

test('a bad day has its words, its numbers, its mark and its links', (t) => {
  const other: WorstDay = {
    ...nemo,
    airport: 'LGA',
    name: undefined,
    zScore: NaN,
    isOutlier: false,
    explanation: 'LGA, 9 Feb 2013: mean delay 105 min: no more; the second worst day of the year',
  };
  const part = section(html({ worstDays: [nemo, other] }), 'The worst days');
  const [first, second] = rowsIn(part);
  t.true(first.includes('<a href="#JFK"><time datetime="2013-02-09">Sat 9 Feb</time></a>'));
  t.true(first.includes('John F Kennedy Intl'));
  t.true(first.includes('142 of 1274 flights cancelled; worse than every other day of the year'));
  t.false(first.includes('JFK, 9 Feb 2013'), 'airport and date stand beside it');
  t.deepEqual(numbersIn(first), ['12.3', '3.4']);
  t.true(first.includes('href="../plots/2013/JFK.png"'));
  t.true(first.includes('title="the mean delay is an outlier, too"'));
  t.false(second.includes('title="the mean delay'));
  t.true(second.includes('<b>LGA</b>'));
  t.true(second.includes('Mean delay 105 min: no more; the second worst day of the year'));
  t.deepEqual(numbersIn(second), ['12.3', '–']);
  t.notRegex(second, /null|NaN|undefined/);
});

test('the page tells from which score on a day is an anomaly, and how many outliers the mean has', (t) => {
  const part = section(html({ threshold: 4.25 }), 'The worst days');
  t.regex(part, /an anomaly from a score of 4\.25 on/);
  t.regex(part, /\|z\| ≥ 3; 17 in this year/);
});

const segmentsIn = (values: Partial<Report>) => section(html(values), 'Carriers and destinations in trouble');

test('a carrier or destination in trouble has its day, its numbers, and what was out of line', (t) => {
  const boston: SegmentDay = {
    ...endeavor,
    what: 'Flights to BOS',
    name: undefined,
    flights: 24,
    cancelled: 24,
    meanDepartureDelay: NaN,
  };
  const [first, second] = rowsIn(segmentsIn({ segments: [endeavor, boston] }));
  t.true(first.includes('<td><time datetime="2013-06-30">Sun 30 Jun</time></td>'));
  t.true(first.includes('<b>Endeavor at JFK</b><br><span class="faint">John F Kennedy Intl</span>'));
  t.true(first.includes('<td class="words">52 % did not leave, usual 1 %</td>'));
  t.deepEqual(numbersIn(first), ['1,042', '22 (2.1 %)', '28', '7.0']);
  t.deepEqual(numbersIn(second), ['24', '24 (100.0 %)', '–', '7.0']);
  t.notRegex(second, /null|NaN|undefined/);
});

test('carriers and destinations in trouble that are not shown are counted', (t) => {
  const totals = { ...ofNewYork.totals, segmentAnomalies: 1_349 };
  t.regex(segmentsIn({ totals }), /… and 1,348 more, in table <code>segment_anomalies<\/code>/);
  t.notRegex(segmentsIn({}), / more/);
});

test('where no carrier and no destination was in trouble, the page says so', (t) => {
  const part = segmentsIn({ segments: [] });
  t.regex(part, /No carrier and no destination was in trouble by itself/);
  t.false(part.includes('<table'));
});

test('a year without an anomaly has no tables, but says why', (t) => {
  const page = html({
    events: [],
    worstDays: [],
    segments: [],
    causes: { minutes: null, cancelled: null },
    totals: { ...ofNewYork.totals, anomalies: 0, events: 0 },
  });
  t.false(markup(page).includes('<table'));
  for (const heading of ['What happened', 'The worst days']) {
    t.regex(section(page, heading), /No day of the year was anomalous/, heading);
  }
});

test('notes are shown', (t) => {
  const page = markup(html({ notes: ['3 rows were left out.', nasty] }));
  t.true(page.includes('<p class="note">3 rows were left out.</p>'));
  t.true(page.includes(`<p class="note">${escaped}</p>`));
  t.false(markup(html()).includes('class="note"'));
});

test('names cannot become markup', (t) => {
  const page = html({
    airports: [{ airport: nasty, name: nasty, figure: figure('x'), chartLink: nasty }],
    worstDays: [{ ...nemo, airport: nasty, name: nasty, chartLink: nasty, explanation: `: ${nasty}` }],
    segments: [{ ...endeavor, what: nasty, name: `${nasty}?`, outOfLine: nasty }],
    events: [{ ...storm, airports: Array(6).fill(nasty), mainCause: nasty, name: nasty }],
    causes: { minutes: [{ cause: nasty, amount: 1 }], cancelled: [{ cause: nasty, amount: 1 }] },
  });
  t.true(markup(page).includes(`<option value="${escaped}">${escaped} · ${escaped}</option>`));
  t.true(markup(page).includes(`href="#${escaped}"`));
  t.true(markup(page).includes(`href="${escaped}"`));
  t.true(markup(page).includes(`<br><span class="faint">${escaped}</span></td>`), 'carriers');
  t.true(markup(page).includes(`<td class="words">${escaped}`), 'explanation');
  t.true(markup(page).includes(`<b>${escaped}</b><br><span class="faint">${escaped}?</span>`), 'a segment');
  t.true(markup(page).includes(`<td class="words">${escaped}</td>`), 'what was out of line');
  t.true(markup(page).includes(`title="${escaped}, ${escaped}"`), 'airports of an event');
  t.true(markup(page).includes(`<td>${escaped}</td>`), 'its cause');
  t.true(markup(page).includes(`<th scope="row">${escaped}</th>`), 'causes');
  t.false(markup(page).includes('&"'));
  t.false(/alert\(1\)<\/script/i.test(page));
  t.is(scripts(page).length, 2);
});

test('what is drawn cannot end the script it stands in', async (t) => {
  for (const text of ['</script>', '</SCRIPT >', '<!--<script>', ']]>', '\u2028 " \\ \'']) {
    const page = html({ airports: [{ airport: 'JFK', figure: figure(text), chartLink: text }] });
    t.is(scripts(page).length, 2);
    t.false(scripts(page)[1].includes('<!--'));
    const [{ data, layout, link }] = (await open(page)).drawn;
    t.deepEqual(data, figure(text).data);
    t.is(layout.title.text, text);
    t.is(link, text);
  }
});

test('the source of plotly cannot end its script', (t) => {
  const page = reportHtml(ofNewYork, { ...assets, plotly: 'const end = "</script>"; const other = "</script >";' });
  t.is(scripts(page).length, 2);
  t.is(runInNewContext(`${scripts(page)[0]}; end + other`), '</script></script >');
});

test('the airport of the worst day is drawn, or the one that the address names', async (t) => {
  for (const [hash, airport] of [
    ['', 'JFK'],
    ['#10397', '10397'],
    ['#XXX', 'JFK'],
  ]) {
    const { drawn } = await open(html(), hash);
    t.deepEqual(
      drawn.map(({ layout }) => layout.title.text),
      [airport],
    );
  }
});

test('in a year without an anomaly the first airport is drawn', async (t) => {
  const { drawn } = await open(html({ worstDays: [] }));
  t.is(drawn[0].layout.title.text, 'JFK');
  const { drawn: other } = await open(html({ worstDays: [{ ...nemo, airport: '10397' }] }));
  t.is(other[0].layout.title.text, '10397');
});

test('another airport is drawn when it is chosen', async (t) => {
  const { drawn, chooser, location, listeners } = await open(html());
  chooser.value = '10397';
  listeners.change();
  location.hash = '#JFK';
  listeners.hashchange();
  location.hash = '#XXX';
  listeners.hashchange();
  t.deepEqual(
    drawn.map(({ layout, link }) => [layout.title.text, link]),
    [
      ['JFK', '../plots/2013/JFK.png'],
      ['10397', '../plots/2013/10397.png'],
      ['JFK', '../plots/2013/JFK.png'],
    ],
  );
  t.true(drawn.every(({ layout }) => layout.template.layout.font.family.startsWith('Inter')));
});

test('airports can be chosen by code and name', (t) => {
  t.deepEqual(
    [...markup(html()).matchAll(/<option value="([^"]*)"(?: selected)?>(.*?)<\/option>/g)].map(([, value, text]) => [
      value,
      text,
    ]),
    [
      ['JFK', 'JFK · John F Kennedy Intl'],
      ['10397', '10397'],
    ],
  );
});

/** What a page would load from elsewhere by itself. */
function loaded(page: string): string[] {
  const withoutLinks = page.replaceAll(/<a [^>]*>/g, '');
  return [
    ...withoutLinks.matchAll(/(?:src|href|srcset|data|poster|action)\s*=\s*["']?([^"'\s>]+)/gi),
    ...withoutLinks.matchAll(/url\(\s*["']?([^)"']+)/gi),
    ...withoutLinks.matchAll(/@import\s+([^;]+)/gi),
  ]
    .map(([, address]) => address)
    .filter((address) => !address.startsWith('data:'));
}

test('the page needs nothing from elsewhere, and may not load it', (t) => {
  const link = 'https://s3.console.aws.amazon.com/s3/object/bucket?prefix=plots';
  const pages = [
    html({ worstDays: [{ ...nemo, chartLink: link }] }).replaceAll(/<script>[\s\S]*?<\/script>/g, ''),
    reportIndexHtml([2013], assets),
  ];
  t.true(pages[0].includes(`<a href="${link}">`));
  for (const page of pages) {
    t.deepEqual(loaded(page), []);
    t.regex(page, /<meta http-equiv="Content-Security-Policy" content="default-src 'none';/);
    t.notRegex(/Content-Security-Policy" content="([^"]*)"/.exec(page)![1], /https?:|\*/);
  }
  t.true(html().includes('src: url(data:font/woff2;base64,cmVndWxhcg==)'));
  t.true(html().includes('src: url(data:font/woff2;base64,Ym9sZA==)'));
});

test('the index lists the years, the last first', (t) => {
  const page = reportIndexHtml([2009, 2013, 2010], assets);
  t.deepEqual(
    [...page.matchAll(/<a href="(.*?)">(.*?)<\/a>/g)].map(([, link, text]) => [link, text]),
    [
      ['2013.html', '2013'],
      ['2010.html', '2010'],
      ['2009.html', '2009'],
    ],
  );
});
