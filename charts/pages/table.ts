import { html } from 'hono/html';
import type { Html } from './page.ts';

export interface TableColumn<Row> {
  title: string;
  /** Numbers stand to the right. */
  isNumber?: boolean;
  /** What the column is sorted by; text columns are sorted by their text without it. */
  value?: (row: Row) => number | string | null;
  cell: (row: Row) => Html | string;
}

export interface Table<Row> {
  /** A caption for people who listen to the page. */
  caption: string;
  rows: readonly Row[];
  columns: readonly TableColumn<Row>[];
  /** The sentence that stands in place of a table without rows. */
  empty: string;
  /** Number of rows that are shown at first; a click shows the others. */
  shown?: number;
  /** Attributes of a row's element: its id. */
  id?: (row: Row) => string | null;
}

/** A table that the reader can sort. */
export function sortableTable<Row>({ caption, rows, columns, empty, shown = 10, id }: Table<Row>): Html {
  if (rows.length === 0) return html`<p class="note">${empty}</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="sortable" data-shown="${shown}">
<caption>${caption}</caption>
<thead><tr>${columns.map(
    ({ title, isNumber }) =>
      html`<th scope="col" class="${isNumber ? 'number' : ''}"><button type="button" class="sort">${title}</button></th>`,
  )}</tr></thead>
<tbody>${rows.map(
    (row, index) => html`
<tr id="${id?.(row) ?? `${slug(caption)}-${index + 1}`}">${columns.map(({ isNumber, value, cell }) => {
      const sorted = value?.(row);
      return html`<td class="${isNumber ? 'number' : ''}" ${sorted === undefined ? '' : html`data-value="${sorted ?? ''}"`}>${cell(row)}</td>`;
    })}</tr>`,
  )}
</tbody></table></div>
${rows.length > shown ? html`<p><button type="button" class="more" aria-expanded="false">Show all ${rows.length}</button></p>` : ''}`;
}

const slug = (text: string) => text.toLowerCase().replaceAll(/[^a-z]+/g, '-');
