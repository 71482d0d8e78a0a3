import { dateText, type Table, type TableColumn } from './table.ts';
import { encodedNumbers, encodedOnce, TextBytes } from './text-bytes.ts';

/** Number of bytes that are put together before they are passed on. */
const chunkBytes = 1 << 18;
/** A field that begins so is a formula to a spreadsheet; the last four are the wide forms of the first four. */
const formula = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
const special = /[",\r\n]/;
const comma = 44;
const lineEnd = 10;
const yes = Buffer.from('true');
const no = Buffer.from('false');

/**
 * A table as CSV (RFC 4180) in UTF-8, in chunks: a header, flags as `true` and `false`, an empty field for null, and a list
 * of texts with spaces between them. Numbers have as many digits as it takes to read the same number again. A text that a
 * spreadsheet would take for a formula stands behind an apostrophe.
 *
 * It takes a quarter of the time of a general library, which looks at each number as if it were a text.
 */
export function* csvFile({ columns, rows }: Table): Iterable<Buffer> {
  // A row may be longer than what is left of a chunk.
  const csv = new TextBytes(chunkBytes + (1 << 14));
  csv.text(`${columns.map(({ name }) => quoted(name)).join(',')}\n`);
  const fields = columns.map(fieldOf);
  let row = 0;
  do {
    row = appendRows(csv, fields, { start: row, end: rows });
    yield csv.take();
  } while (row < rows);
}

/** Append rows until the chunk is full; returns the row after the last. A loop in a generator itself would run slower. */
function appendRows(
  csv: TextBytes,
  fields: readonly WriteField[],
  { start, end }: { start: number; end: number },
): number {
  let row = start;
  for (; row < end && csv.length < chunkBytes; row++) {
    fields[0](csv, row);
    for (let column = 1; column < fields.length; column++) {
      csv.byte(comma);
      fields[column](csv, row);
    }
    csv.byte(lineEnd);
  }
  return row;
}

/** Appends the field of a row. */
type WriteField = (csv: TextBytes, row: number) => void;

function fieldOf(column: TableColumn): WriteField {
  switch (column.type) {
    case 'text': {
      const encode = encodedOnce((text: string | null) => quoted(text ?? ''));
      return (csv, row) => csv.encoded(encode(column.values[row]));
    }
    case 'texts':
      return (csv, row) => csv.text(quoted(column.values[row].join(' ')));
    case 'flag':
      return (csv, row) => csv.encoded(column.values[row] ? yes : no);
    case 'date': {
      const encode = encodedOnce(dateText);
      return (csv, row) => csv.encoded(encode(column.values[row]));
    }
    case 'number': {
      const { bytes, ends } = encodedNumbers(column.values);
      return (csv, row) => csv.encoded(bytes, row === 0 ? 0 : ends[row - 1], ends[row]);
    }
    case 'integer': {
      const { values } = column;
      return (csv, row) => {
        const value = values[row];
        if (!Number.isNaN(value)) csv.number(value);
      };
    }
  }
}

function quoted(text: string): string {
  const harmless = formula.test(text) ? `'${text}` : text;
  return special.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
