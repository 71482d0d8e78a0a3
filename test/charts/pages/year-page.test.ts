import test from 'ava';
import type { PageAssets } from '../../../charts/pages/page.ts';
import type { YearFacts } from '../../../charts/pages/year-facts.ts';
import { type YearLinks, yearPageHtml } from '../../../charts/pages/year-page.ts';
import { yearFactsOf } from '../../support/year-facts.ts';

const assets: PageAssets = { style: 'assets/s.css', script: 'assets/p.js', plotly: 'assets/plotly.js' };
const links: YearLinks = {
  chart: (airport) => `../plots/2013/${airport}.png`,
  exports: [{ name: 'events', formats: [{ format: 'csv', address: '../exports/2013/events.csv' }] }],
};
const page = (changes: Partial<YearFacts> = {}, before: YearFacts | null = null) =>
  yearPageHtml(yearFactsOf(changes), { before, links, assets });
const nasty = `<b>&"'</b></script>`;

test('the first words name the year and its worst event', async (t) => {
  const html = await page();
  t.regex(html, /<h1>2013: 3 anomalous airport-days in 2 events<\/h1>/);
  t.regex(html, /Worst: <a href="#event-1">blizzard Nemo, 8–9 Feb<\/a>/);
  t.regex(html, /<dt>cancelled<\/dt><dd>2\.5 %<\/dd>/);
});

test('numbers show the change since the year before', async (t) => {
  const last = yearFactsOf();
  const before = yearFactsOf({ year: 2012, totals: { ...last.totals, flights: 300_000, meanDepartureDelay: 10 } });
  const html = await page({}, before);
  t.regex(html, /<dd>336,776<\/dd><dd class="change">\+12\.3 % on 2012<\/dd>/);
  t.regex(html, /<dd>12\.6 min<\/dd><dd class="change">\+2\.6 min on 2012<\/dd>/);
  t.regex(html, /<dd>2\.5 %<\/dd><dd class="change">−0\.3 points on 2012<\/dd>/);
  t.regex(html, /<dd>0\.4 %<\/dd><dd class="change">as in 2012<\/dd>/);
  t.notRegex(await page(), /class="change"/);
});

test("an event's card says when, where, what happened and whose flights", async (t) => {
  const html = await page();
  const [, first] = /<article class="card" id="card-1">([\s\S]*?)<\/article>/.exec(html)!;
  t.regex(first, /blizzard Nemo/);
  t.regex(first, /8–9 Feb · JFK and LGA/);
  t.regex(first, /865 of 1,614 flights cancelled; weather\./);
  t.regex(first, /Also affected: EWR\./);
  const [, second] = /<article class="card" id="card-2">([\s\S]*?)<\/article>/.exec(html)!;
  t.regex(second, /298 flights, 200 hours lost beyond the usual\. Mostly American and Envoy\./);
});

test('tables link to airports, their days and charts', async (t) => {
  const html = await page();
  t.regex(html, /href="airports\/JFK\.html#2013-02-09"/);
  t.regex(html, /href="\.\.\/plots\/2013\/10397\.png"/);
  t.regex(html, /href="\.\.\/exports\/2013\/events\.csv"/);
});

test('costly days say whether they are anomalous', async (t) => {
  const html = await page();
  const [, table] = /aria-label="The costliest days">([\s\S]*?)<\/table>/.exec(html)!;
  t.deepEqual(
    [...table.matchAll(/>(yes|no)<\/td><\/tr>/g)].map(([, word]) => word),
    ['yes', 'no'],
  );
});

test('the page carries the identity of its summary', async (t) => {
  t.true((await page()).includes(`<meta name="delaywatch-summary" content="${'a'.repeat(64)}">`));
});

test('a year without an anomaly says so', async (t) => {
  const { totals } = yearFactsOf();
  const html = await page({
    totals: { ...totals, anomalies: 0, events: 0 },
    events: [],
    worstDays: [],
    anomalies: [],
    segments: [],
  });
  t.regex(html, /2013: no anomalous day/);
  t.regex(html, /No day was far out of line/);
  t.regex(html, /No carrier and no destination was in trouble while its airport was not/);
});

test('the page says what is not in the files', async (t) => {
  const { totals } = yearFactsOf();
  const html = await page({ totals: { ...totals, cancelled: null, meanDepartureDelay: null } });
  t.regex(html, /<dt>cancelled<\/dt><dd>not in this file<\/dd>/);
  t.regex(html, /Cancelled flights: the causes are not in this year’s files/);
  t.regex(html, /Causes of cancellations are not in this year’s file\./);
});

test('names from files are escaped', async (t) => {
  const [airport] = yearFactsOf().airports;
  const [event] = yearFactsOf().events;
  const html = await page({
    airports: [{ ...airport, name: nasty }],
    events: [{ ...event, name: nasty, whose: nasty }],
    notes: [nasty],
  });
  t.false(html.includes(nasty));
  t.true(html.includes('&lt;b&gt;&amp;&quot;&#39;&lt;/b&gt;&lt;/script&gt;'));
});

test('an incomplete year says so, and its days end with its months', async (t) => {
  const html = await page({ months: 3 });
  t.regex(html, /<title>2013 so far, January to March: 3 anomalous/);
  t.regex(html, /<h1>2013 so far, January to March: 3 anomalous/);
  t.regex(html, /<p class="note">2013 so far, January to March: provisional until the year is complete\.<\/p>/);
  t.regex(html, /min="2013-01-01" max="2013-03-31"/);
  t.regex(await page(), /min="2013-01-01" max="2013-12-31"/);
});

test('an incomplete year is compared with the same months of the year before', async (t) => {
  const last = yearFactsOf();
  const totals = { ...last.totals, flights: 81_900, cancelled: 1_000 };
  const html = await page({ months: 3, totals }, yearFactsOf({ year: 2012, days: { ...last.days, cancelled: null } }));
  // 31 + 29 + 31 days of 900 flights.
  t.regex(html, /<dd>81,900<\/dd><dd class="change">as in January to March 2012<\/dd>/);
  t.is(html.match(/class="change"/g)?.length, 1, 'nothing else is known of these months');
  const both = await page({ months: 3, totals }, yearFactsOf({ year: 2012, months: 3 }));
  t.regex(both, /class="change">−75\.7 % on 2012 so far, January to March</);
  t.notRegex(await page({}, yearFactsOf({ year: 2012, months: 3 })), /class="change"/);
});

test('the checks stand under the data, warnings first', async (t) => {
  const usual = { unit: 'flights' as const, value: 336_776, before: null, names: [], warning: null };
  const html = await page({
    quality: [
      { ...usual, fact: 'flights' },
      { ...usual, fact: 'blank: carrier', unit: 'share', value: 0.0123, before: 0.5 },
      { ...usual, fact: 'airports that vanished', unit: 'airports', value: 1, names: ['JFK'], warning: nasty },
    ],
  });
  const [, table] = /aria-label="What was checked">([\s\S]*?)<\/table>/.exec(html)!;
  t.deepEqual(
    [...table.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, cell]) => cell),
    [
      ...['airports that vanished', '1', '–', '<b>&lt;b&gt;&amp;&quot;&#39;&lt;/b&gt;&lt;/script&gt;</b>: JFK'],
      ...['flights', '336,776', '–', ''],
      ...['blank: carrier', '1.23 %', '50.00 %', ''],
    ],
  );
});
