import type { Dialect } from './dialect.ts';

/**
 * What is wrong with a line of an unexpected number of fields or with odd bytes.
 * @param line without its line end
 * @param fields how many it has
 * @returns the end of a sentence; `blank` for a line that holds nothing; undefined for one that can be read
 */
export function faultOfLine(
  line: Buffer,
  fields: number,
  { fieldCount, endsInComma, names }: Pick<Dialect, 'fieldCount' | 'endsInComma' | 'names'>,
): string | undefined {
  if (line.includes(0)) return 'holds a NUL byte; expected text';
  const text = line.toString();
  if (text.trim() === '') return 'blank';
  if ([...text].filter((character) => character === '"').length % 2 === 1) {
    return 'opens a quote that is not closed on the same line';
  }
  if (fields === fieldCount) {
    if (!endsInComma || /,(?:"")?\s*$/.test(text)) return undefined;
    return 'has something behind its last comma; expected nothing, since the header ends in a comma';
  }
  const source = fieldCount === names.length ? 'the header' : 'the first row';
  return `has ${fields} ${fields === 1 ? 'field' : 'fields'}; expected ${fieldCount} as in ${source}`;
}
