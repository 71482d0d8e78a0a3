import { runInNewContext } from 'node:vm';
import test from 'ava';
import type { Figure } from '../../charts/airport-year.ts';
import { type Report, type ReportAssets, reportHtml, reportIndexHtml, type WorstDay } from '../../charts/report.ts';

const assets: ReportAssets = { plotly: 'globalThis.Plotly = {};', regularFont: 'cmVndWxhcg==', boldFont: 'Ym9sZA==' };
const nasty = `<b>&"'</b></script><script>alert(1)</script>`;
const escaped = '&lt;b&gt;&amp;&quot;&#39;&lt;/b&gt;&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;';

const figure = (title: string): Figure => ({ data: [{ y: [1, null, 3] }], layout: { title: { text: title } } });

const nemo: WorstDay = {
  airport: 'JFK',
  name: 'John F Kennedy Intl',
  date: '2013-02-09',
  flights: 1274,
  cancelled: 142,
  meanDepartureDelay: 41.26,
  zScore: 3.449,
  isOutlier: true,
  chartLink: '../plots/2013/JFK.png',
};

const ofNewYork: Report = {
  year: 2013,
  airports: [
    { airport: 'JFK', name: 'John F Kennedy Intl', figure: figure('JFK'), chartLink: '../plots/2013/JFK.png' },
    { airport: '10397', figure: figure('10397'), chartLink: '../plots/2013/10397.png' },
  ],
  totals: { flights: 336_776, cancelled: 8255, airportDays: 1095, outliers: 17 },
  worstDays: [nemo],
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
  const [first] = /(?<=<option value=")[^"]*/.exec(page) ?? [''];
  const chooser = { value: first, addEventListener };
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
    ['outlier days', '17 of 1,095'],
  ]) {
    t.true(page.includes(`<dt>${name}</dt><dd>${value}</dd>`), name);
  }
});

test('where the file does not say what was cancelled, the page says so', (t) => {
  const page = markup(
    html({ totals: { ...ofNewYork.totals, cancelled: null }, worstDays: [{ ...nemo, cancelled: null }] }),
  );
  t.true(page.includes('<dt>cancelled</dt><dd>not in this file</dd>'));
  t.true(page.includes('<td class="number">–</td>'));
  t.notRegex(page, /null|NaN|undefined/);
});

test('a bad day has its numbers, its mark and its links', (t) => {
  const page = markup(html({ worstDays: [nemo, { ...nemo, airport: 'LGA', name: undefined, isOutlier: false }] }));
  const [first, second] = [...page.matchAll(/<tr>\s*<td>[\s\S]*?<\/tr>/g)].map(([row]) => row);
  t.true(first.includes('<a href="#JFK"><time datetime="2013-02-09">Sat 9 Feb</time></a>'));
  t.true(first.includes('John F Kennedy Intl'));
  t.deepEqual(
    [...first.matchAll(/<td class="number">(.*?)<\/td>/g)].map(([, value]) => value),
    ['1,274', '142', '41.3', '3.4'],
  );
  t.true(first.includes('href="../plots/2013/JFK.png"'));
  t.true(first.includes('title="outlier"'));
  t.false(second.includes('title="outlier"'));
  t.true(second.includes('<b>LGA</b>'));
});

test('a year without a delay has no table, but says why', (t) => {
  const page = markup(html({ worstDays: [] }));
  t.false(page.includes('<table'));
  t.regex(page, /No day of the year has a mean departure delay/);
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
    worstDays: [{ ...nemo, airport: nasty, name: nasty, chartLink: nasty }],
  });
  t.true(markup(page).includes(`<option value="${escaped}">${escaped} · ${escaped}</option>`));
  t.true(markup(page).includes(`href="#${escaped}"`));
  t.true(markup(page).includes(`href="${escaped}"`));
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

test('the first airport is drawn, or the one that the address names', async (t) => {
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
    [...markup(html()).matchAll(/<option value="(.*?)">(.*?)<\/option>/g)].map(([, value, text]) => [value, text]),
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
