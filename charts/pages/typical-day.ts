import { html } from 'hono/html';
import { wholeNumber } from '../whole-number.ts';
import type { AirportFacts, TypicalCell } from './airport-facts.ts';
import type { Html } from './page.ts';
import { counted } from './words.ts';

export type TypicalMeasure = 'onTime' | 'late60' | 'late180';

/** Cells of fewer flights say too little to show a share. */
const fewFlights = 30;
const carriersShown = 8;
/** Share from which on a cell has the full colour. */
const fullColour: Record<TypicalMeasure, number> = { onTime: 0.5, late60: 0.25, late180: 0.08 };
const allDay = 'all day';
const allCarriers = 'all carriers';

interface Cell {
  flights: number;
  late15: number;
  late60: number;
  late180: number;
}

/** The cells of several years, summed up by hour and carrier, with sums over both. */
function sumUp(facts: readonly Pick<AirportFacts, 'typicalDay'>[]): Map<string, Map<string, Cell>> {
  const table = new Map<string, Map<string, Cell>>();
  const add = (row: string, column: string, [, , flights, late15, late60, late180]: TypicalCell) => {
    const cells = table.get(row) ?? new Map<string, Cell>();
    const cell = cells.get(column) ?? { flights: 0, late15: 0, late60: 0, late180: 0 };
    cell.flights += flights;
    cell.late15 += late15;
    cell.late60 += late60;
    cell.late180 += late180;
    table.set(row, cells.set(column, cell));
  };
  for (const { typicalDay } of facts) {
    for (const cell of typicalDay) {
      const [hour, carrier] = cell;
      const rows = hour === null ? [allDay] : [allDay, hourName(hour)];
      const columns = carrier === null ? [allCarriers] : [allCarriers, carrier];
      for (const row of rows) for (const column of columns) add(row, column, cell);
    }
  }
  return table;
}

/** What flights may expect by hour and carrier, over one or several years. */
export function typicalDayTable(facts: readonly Pick<AirportFacts, 'typicalDay'>[], measure: TypicalMeasure): Html {
  const table = sumUp(facts);
  const total = table.get(allDay);
  if (!total)
    return html`<p class="note">The files of these years do not say when flights were scheduled, or by whom.</p>`;
  const columns = [...total]
    .sort(
      ([a, one], [b, other]) => Number(b === allCarriers) - Number(a === allCarriers) || other.flights - one.flights,
    )
    .slice(0, carriersShown + 1)
    .map(([name]) => name);
  const rows = [allDay, ...[...table.keys()].filter((name) => name !== allDay).sort()];
  return html`<table class="heat"><caption>A typical day by hour and carrier</caption>
<thead><tr><th scope="col">Hour</th>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr><th scope="row">${row}</th>${columns.map((column) => cellHtml(table.get(row)!.get(column), measure))}</tr>`)}</tbody></table>
${total.size - 1 > carriersShown ? html`<p class="faint">The ${carriersShown} carriers with the most flights, of ${total.size - 1}.</p>` : ''}`;
}

/** The share of a measure among the flights; null where there are too few of them to say. */
export function shareOf(cell: Cell, measure: TypicalMeasure): number | null {
  if (cell.flights < fewFlights) return null;
  return measure === 'onTime' ? 1 - cell.late15 / cell.flights : cell[measure] / cell.flights;
}

/** The share on time by hour, over one or several years. */
export function onTimeByHour(facts: readonly Pick<AirportFacts, 'typicalDay'>[]): { hour: number; share: number }[] {
  return [...sumUp(facts)].flatMap(([row, cells]) => {
    const cell = cells.get(allCarriers);
    const share = row === allDay || !cell ? null : shareOf(cell, 'onTime');
    return share === null ? [] : [{ hour: Number(row.slice(0, 2)), share }];
  });
}

function cellHtml(cell: Cell | undefined, measure: TypicalMeasure): Html {
  if (!cell) return html`<td></td>`;
  const { flights, late15 } = cell;
  const share = measure === 'onTime' ? 1 - late15 / flights : cell[measure] / flights;
  const text = `${(100 * share).toFixed(measure === 'late180' ? 1 : 0)} %`;
  if (flights < fewFlights) return html`<td class="few" title="Only ${counted(flights, 'flight')}">${text}</td>`;
  const bad = measure === 'onTime' ? 1 - share : share;
  const colour = Math.round(Math.min(1, bad / fullColour[measure]) * 55);
  return html`<td title="${wholeNumber(flights)} flights" style="background: color-mix(in srgb, var(--worse-4) ${colour}%, transparent)">${text}</td>`;
}

function hourName(hour: number): string {
  return `${String(hour).padStart(2, '0')}:00`;
}
