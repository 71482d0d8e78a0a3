import test from 'ava';
import { airportPageHtml } from '../../../charts/pages/airport-page.ts';

const assets = { style: 'assets/s.css', script: 'assets/p.js', plotly: 'assets/plotly.js' };

test('a page of an airport offers its years, newest first', async (t) => {
  const entry = { airport: 'JFK', name: 'Kennedy', city: 'New York', years: [2012, 2013] };
  const html = await airportPageHtml(entry, { monthsOf: new Map(), assets });
  t.regex(html, /<h1>JFK · Kennedy<\/h1>/);
  t.regex(html, /New York · 2 years of departures, 2012 to 2013/);
  t.regex(html, /<select id="year"><option value="2013">2013<\/option><option value="2012">2012<\/option>/);
  t.regex(html, /href="\.\.\/\.\.\/plots\/2013\/JFK\.png"/);
  t.regex(html, /href="\.\.\/compare\.html#JFK"/);
  t.regex(html, /<script defer src="\.\.\/assets\/p\.js">/);
});

test('an airport without a known name is named by its code', async (t) => {
  const html = await airportPageHtml(
    { airport: '10397', name: null, city: null, years: [2013] },
    { monthsOf: new Map(), assets },
  );
  t.regex(html, /<h1>10397<\/h1>/);
  t.regex(html, /1 year of departures, 2013/);
});

test('an incomplete year says so in the list of years', async (t) => {
  const entry = { airport: 'JFK', name: 'Kennedy', city: 'New York', years: [2012, 2013] };
  const monthsOf = new Map([
    [2012, 12],
    [2013, 1],
  ]);
  const html = await airportPageHtml(entry, { monthsOf, assets });
  t.regex(html, /<option value="2013">2013 so far, January<\/option><option value="2012">2012<\/option>/);
  t.regex(html, /<p class="note">2013 so far, January: provisional until the year is complete\.<\/p>/);
  t.is(html.match(/provisional/g)?.length, 1);
});
