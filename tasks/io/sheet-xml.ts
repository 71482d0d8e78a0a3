import type { Table, TableColumn } from './table.ts';
import { encodedNumbers, encodedOnce, TextBytes } from './text-bytes.ts';
import { xmlText } from './xml-text.ts';

/** The rows of a table from `start` up to, not including, `end`. */
export interface Sheet {
  /** Name of the sheet, at most 31 characters. */
  name: string;
  table: Table;
  start: number;
  end: number;
}

/** Number of bytes that are put together before they are passed on. */
const chunkBytes = 1 << 22;
/** Excel counts days from 30 December 1899, so that its days from March 1900 on are right. */
const excelEpochDay = -25_569;
/** Indexes of the workbook's cell formats. */
const cellStyle = { date: 1, header: 2 };
/** Width of a filter's arrow, in widths of a digit. */
const filterWidth = 3;
const widest = 100;
const narrowest = 10;

const rowStart = Buffer.from('<row>');
const rowEnd = Buffer.from('</row>');
const emptyCell = Buffer.from('<c/>');
const valueStart = Buffer.from('<c><v>');
const valueEnd = Buffer.from('</v></c>');
const yes = Buffer.from('<c t="b"><v>1</v></c>');
const no = Buffer.from('<c t="b"><v>0</v></c>');

/**
 * The XML of a sheet, in chunks: a header that stays in view and filters, dates as dates, columns as wide as they need.
 * Cells have no address: they follow each other, and an empty one stands for null. That saves a third of the XML.
 */
export function* sheetXml(sheet: Sheet): Iterable<Buffer> {
  const { table, start, end } = sheet;
  const { columns } = table;
  const range = `A1:${lastCell(sheet)}`;
  const widths = columns.map(
    (column, index) =>
      `<col min="${index + 1}" max="${index + 1}" width="${widthOf(column, start, end)}" customWidth="1"/>`,
  );
  const header = columns.map(({ name }) => textCell(name, cellStyle.header));
  // A row may be longer than what is left of a chunk.
  const xml = new TextBytes(chunkBytes + (1 << 16));
  xml.text(
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' +
      `<dimension ref="${range}"/><sheetViews><sheetView workbookViewId="0">` +
      '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>' +
      `<cols>${widths.join('')}</cols><sheetData><row>${header.join('')}</row>`,
  );
  const cells = columns.map(cellOf);
  for (let row = start; row < end; ) {
    row = appendRows(xml, cells, { start: row, end });
    if (row < end) yield xml.take();
  }
  xml.text(`</sheetData><autoFilter ref="${range}"/></worksheet>`);
  yield xml.take();
}

/** Append rows until the chunk is full; returns the row after the last. A loop in a generator itself would run slower. */
function appendRows(
  xml: TextBytes,
  cells: readonly WriteCell[],
  { start, end }: { start: number; end: number },
): number {
  let row = start;
  for (; row < end && xml.length < chunkBytes; row++) {
    xml.encoded(rowStart);
    for (let column = 0; column < cells.length; column++) cells[column](xml, row);
    xml.encoded(rowEnd);
  }
  return row;
}

/**
 * The address of the last cell, such as AF366.
 * @param mark stands before the column and before the row: `$` in an address that does not move
 */
export function lastCell({ table, start, end }: Sheet, mark = ''): string {
  return `${mark}${columnLetters(table.columns.length)}${mark}${end - start + 1}`;
}

/** Appends the cell of a row. */
type WriteCell = (xml: TextBytes, row: number) => void;

function cellOf(column: TableColumn): WriteCell {
  switch (column.type) {
    case 'text': {
      const encode = encodedOnce((text: string | null) => (text === null ? '<c/>' : textCell(text)));
      return (xml, row) => xml.encoded(encode(column.values[row]));
    }
    case 'texts':
      return (xml, row) => xml.text(textCell(column.values[row].join(' ')));
    case 'flag':
      return (xml, row) => xml.encoded(column.values[row] ? yes : no);
    case 'date': {
      const encode = encodedOnce((day: number) => `<c s="${cellStyle.date}"><v>${day - excelEpochDay}</v></c>`);
      return (xml, row) => xml.encoded(encode(column.values[row]));
    }
    case 'number': {
      const { bytes, ends } = encodedNumbers(column.values);
      return (xml, row) => {
        const start = row === 0 ? 0 : ends[row - 1];
        if (start === ends[row]) {
          xml.encoded(emptyCell);
          return;
        }
        xml.encoded(valueStart);
        xml.encoded(bytes, start, ends[row]);
        xml.encoded(valueEnd);
      };
    }
    case 'integer': {
      const encode = encodedOnce((value: number) => (Number.isNaN(value) ? '<c/>' : `<c><v>${value}</v></c>`));
      return (xml, row) => xml.encoded(encode(column.values[row]));
    }
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
