import { dateText, type Table, type TableColumn } from './table.ts';

/** Number of characters that are put together before they are passed on. */
const chunkCharacters = 1 << 18;
/** A field that begins so is a formula to a spreadsheet; the last four are the wide forms of the first four. */
const formula = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
const special = /[",\r\n]/;

/**
 * A table as CSV (RFC 4180) in UTF-8, in chunks: a header, flags as `true` and `false`, an empty field for null, and a list
 * of texts with spaces between them. Numbers have as many digits as it takes to read the same number again. A text that a
 * spreadsheet would take for a formula stands behind an apostrophe.
 *
 * It takes a third of the time of a general library, which looks at each number as if it were a text.
 */
export function* csvFile({ columns, rows }: Table): Iterable<Buffer> {
  const fields = columns.map(fieldOf);
  let text = `${columns.map(({ name }) => quoted(name)).join(',')}\n`;
  for (let row = 0; row < rows; row++) {
    text += fields[0](row);
    for (let column = 1; column < fields.length; column++) text += `,${fields[column](row)}`;
    text += '\n';
    if (text.length < chunkCharacters) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(text);
}

function fieldOf(column: TableColumn): (row: number) => string {
  switch (column.type) {
    case 'text':
      return (row) => quoted(column.values[row] ?? '');
    case 'texts':
      return (row) => quoted(column.values[row].join(' '));
    case 'flag':
      return (row) => (column.values[row] ? 'true' : 'false');
    case 'date': {
      // The texts of dates are kept, since the same days come again and again.
      const texts = new Map<number, string>();
      return (row) => {
        const day = column.values[row];
        const text = texts.get(day) ?? dateText(day);
        texts.set(day, text);
        return text;
      };
    }
    default:
      return (row) => {
        const value = column.values[row];
        return Number.isNaN(value) ? '' : `${value}`;
      };
  }
}

function quoted(text: string): string {
  const harmless = formula.test(text) ? `'${text}` : text;
  return special.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
