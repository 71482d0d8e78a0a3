import test from 'ava';
import { indexPageHtml } from '../../../charts/pages/index-page.ts';
import type { PageAssets } from '../../../charts/pages/page.ts';
import { yearFactsOf } from '../../support/year-facts.ts';

const assets: PageAssets = { style: 'assets/s.css', script: 'assets/p.js', plotly: 'assets/plotly.js' };
const jfk = { airport: 'JFK', name: 'John F. Kennedy', city: 'New York', years: [2012, 2013] };
const [day] = yearFactsOf().worstDays;
const [event] = yearFactsOf().events;
const years = [
  yearFactsOf({
    year: 2012,
    worstDays: [{ ...day, score: 9 }],
    events: [{ ...event, name: 'Sandy', excessMinutes: 1e6 }],
  }),
  yearFactsOf(),
];
const page = (unreadable: number[] = []) => indexPageHtml({ years, unreadable, entries: [jfk] }, assets);

test('all years are listed, newest first', async (t) => {
  const html = await page();
  t.regex(html, /673,552 flights at 1 airport from 2012 to 2013: 6 anomalous airport-days/);
  t.deepEqual(
    [...html.matchAll(/<a href="(\d{4})\.html"><b>/g)].map(([, year]) => year),
    ['2013', '2012'],
  );
});

test('the worst days and events of all years stand in one order', async (t) => {
  const html = await page();
  const [, events] = /aria-label="The worst events of all years">([\s\S]*?)<\/table>/.exec(html)!;
  t.regex(events, /Sandy[\s\S]*blizzard Nemo/);
  t.regex(events, /href="2012\.html#event-1"/);
  const [, days] = /aria-label="The worst airport-days of all years">([\s\S]*?)<\/table>/.exec(html)!;
  t.regex(days, /airports\/JFK\.html#2012-02-09[\s\S]*airports\/JFK\.html#2013-02-09/);
});

test('a year of another version is named', async (t) => {
  t.regex(await page([2011]), /<a href="2011\.html">2011<\/a> was published by another version/);
});

test('a site without a year says so', async (t) => {
  t.regex(await indexPageHtml({ years: [], unreadable: [], entries: [] }, assets), /No year has been published yet/);
});

test('the line of an incomplete year says so', async (t) => {
  const entries = [jfk];
  const html = await indexPageHtml({ years: [years[0], yearFactsOf({ months: 3 })], unreadable: [], entries }, assets);
  t.regex(html, /<b>2013<\/b><\/a><br><span class="faint">January to March; provisional until the year is complete</);
  t.notRegex(await page(), /provisional/);
});
