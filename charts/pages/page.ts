import { html, raw } from 'hono/html';
import { contentPolicy } from './content-policy.ts';

/** Markup whose values are escaped. */
export type Html = ReturnType<typeof html>;

/** Addresses of what all pages share, below `reports/`. */
export interface PageAssets {
  style: string;
  /** Draws the pictures, sorts the tables. */
  script: string;
  /** plotly.js, which only an airport's chart needs. */
  plotly: string;
}

export interface Page {
  title: string;
  description: string;
  /** From the page to `reports/`: `''` or `'../'`. */
  root: string;
  /** Which part of the site this is. */
  current: 'years' | 'year' | 'airport' | 'compare';
  /** Scripts with data, below `reports/`. */
  data: string[];
  /** SHA-256 of the summary that the page is made of; null for a page over many. */
  summary: string | null;
  /** Address of the page's feed, where it has one. */
  feed?: string;
  body: Html;
}

// A page that is opened as a file has no origin, so the policy also has to allow files.
const policy = contentPolicy("'self' file:");

/** A whole page. The scripts run in order, after the page has been read. */
export async function pageHtml(page: Page, assets: PageAssets): Promise<string> {
  const { title, description, root, data, summary, current, feed } = page;
  return String(
    await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="description" content="${description}">
${summary === null ? '' : html`<meta name="delaywatch-summary" content="${summary}">`}
<title>${title}</title>
<link rel="icon" href="data:,">
${
  feed === undefined
    ? ''
    : html`<link rel="alternate" type="application/atom+xml" title="Events that are new" href="${root}${feed}">
`
}<link rel="stylesheet" href="${root}${assets.style}">
<script defer src="${root}${assets.script}"></script>
${data.map((file) => html`<script defer src="${root}${file}"></script>\n`)}</head>
<body data-root="${root}" data-plotly="${root}${assets.plotly}" data-page="${current}">
<a class="skip" href="#main">Skip to the content</a>
<nav aria-label="Pages">
  <a href="${root}index.html"${raw(current === 'years' ? ' aria-current="page"' : '')}>All years</a>
  <a href="${root}compare.html"${raw(current === 'compare' ? ' aria-current="page"' : '')}>Compare</a>
  <form class="search" role="search"><label for="search">Airport</label>
  <input id="search" type="search" list="airports" placeholder="JFK, Newark, …" autocomplete="off">
  <datalist id="airports"></datalist><output id="search-result" aria-live="polite"></output></form>
</nav>
${page.body}
<footer><p>Source: US DOT Bureau of Transportation Statistics, Reporting Carrier On-Time Performance. Made by
delaywatch. <a href="${root}../exports/README.md">What the columns of the files mean</a>.</p></footer>
<noscript><p class="note">The pictures need JavaScript. The same numbers are in the tables and in the files to download.</p></noscript>
</body>
</html>
`,
  );
}
