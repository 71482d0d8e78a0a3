import type { Table, TableColumn } from './table.ts';
import { xmlText } from './xml-text.ts';

/** The rows of a table from `start` up to, not including, `end`. */
export interface Sheet {
  /** Name of the sheet, at most 31 characters. */
  name: string;
  table: Table;
  start: number;
  end: number;
}

/** Number of characters that are put together before they are passed on. */
const chunkCharacters = 1 << 18;
/** Excel counts days from 30 December 1899, so that its days from March 1900 on are right. */
const excelEpochDay = -25_569;
/** Indexes of the workbook's cell formats. */
const cellStyle = { date: 1, header: 2 };
/** Width of a filter's arrow, in widths of a digit. */
const filterWidth = 3;
const widest = 100;
const narrowest = 10;

/**
 * The XML of a sheet, in chunks: a header that stays in view and filters, dates as dates, columns as wide as they need.
 * Cells have no address: they follow each other, and an empty one stands for null. That saves a third of the XML.
 */
export function* sheetXml(sheet: Sheet): Iterable<string> {
  const { table, start, end } = sheet;
  const { columns } = table;
  const range = `A1:${lastCell(sheet)}`;
  const widths = columns.map(
    (column, index) =>
      `<col min="${index + 1}" max="${index + 1}" width="${widthOf(column, start, end)}" customWidth="1"/>`,
  );
  const header = columns.map(({ name }) => textCell(name, cellStyle.header));
  let xml =
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' +
    `<dimension ref="${range}"/><sheetViews><sheetView workbookViewId="0">` +
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>' +
    `<cols>${widths.join('')}</cols><sheetData><row>${header.join('')}</row>`;
  const cells = columns.map(cellOf);
  for (let row = start; row < end; row++) {
    xml += '<row>';
    for (const cell of cells) xml += cell(row);
    xml += '</row>';
    if (xml.length < chunkCharacters) continue;
    yield xml;
    xml = '';
  }
  yield `${xml}</sheetData><autoFilter ref="${range}"/></worksheet>`;
}

/**
 * The address of the last cell, such as AF366.
 * @param mark stands before the column and before the row: `$` in an address that does not move
 */
export function lastCell({ table, start, end }: Sheet, mark = ''): string {
  return `${mark}${columnLetters(table.columns.length)}${mark}${end - start + 1}`;
}

function cellOf(column: TableColumn): (row: number) => string {
  switch (column.type) {
    case 'text':
      return (row) => {
        const value = column.values[row];
        return value === null ? '<c/>' : textCell(value);
      };
    case 'texts':
      return (row) => textCell(column.values[row].join(' '));
    case 'flag':
      return (row) => (column.values[row] ? '<c t="b"><v>1</v></c>' : '<c t="b"><v>0</v></c>');
    case 'date':
      return (row) => `<c s="${cellStyle.date}"><v>${column.values[row] - excelEpochDay}</v></c>`;
    default:
      return (row) => {
        const value = column.values[row];
        return Number.isNaN(value) ? '<c/>' : `<c><v>${value}</v></c>`;
      };
  }
}

function textCell(text: string, style = 0): string {
  const format = style === 0 ? '' : ` s="${style}"`;
  const space = /^\s|\s$/.test(text) ? ' xml:space="preserve"' : '';
  return `<c t="inlineStr"${format}><is><t${space}>${xmlText(text)}</t></is></c>`;
}

function widthOf(column: TableColumn, start: number, end: number): number {
  let width = Math.max(narrowest, column.name.length + filterWidth);
  if (column.type === 'text') {
    for (let row = start; row < end; row++) width = Math.max(width, column.values[row]?.length ?? 0);
  } else if (column.type === 'texts') {
    for (let row = start; row < end; row++) width = Math.max(width, column.values[row].join(' ').length);
  }
  return Math.min(width, widest);
}

/** The letters of a column by its number: A for 1, AA for 27. */
function columnLetters(number: number): string {
  const rest = (number - 1) % 26;
  const before = (number - 1 - rest) / 26;
  return (before > 0 ? columnLetters(before) : '') + String.fromCharCode(65 + rest);
}
