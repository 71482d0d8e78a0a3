import { html } from 'hono/html';
import { siteDataFile } from './data-file.ts';
import { type PageAssets, pageHtml } from './page.ts';

/** Two to six airports, or years, side by side. What is compared stands in the address behind `#`. */
export function comparePageHtml(assets: PageAssets): Promise<string> {
  return pageHtml(
    {
      title: 'Compare airports and years',
      description: 'Departure delays of two to six airports or years, side by side.',
      root: '',
      current: 'compare',
      data: [siteDataFile],
      summary: null,
      body: html`<main id="main">
<header><h1>Compare airports and years</h1>
<p class="lead">Choose two to six airports, or two to six years. The address of this page contains your choice, so you can share it.</p></header>
<form class="choose" id="compare-form"><label>Airport or year <input id="compare-input" list="airports" autocomplete="off" placeholder="JFK, 2013, …"></label>
<button type="submit">Add</button> <label>Year of the airports <select id="compare-year"></select></label>
<output id="compare-message" aria-live="polite"></output></form>
<div class="choose" id="compared" role="group" aria-label="Compared airports and years"></div>
<div id="comparison" aria-live="polite"></div>
</main>`,
    },
    assets,
  );
}
