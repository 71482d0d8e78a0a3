/** What {@link integerAt} answers for a field that holds no whole number. */
export const notAnInteger = Infinity;

const minus = 45;
const point = 46;
const zero = 48;

const missing = /^(?:|NA|\\N)$/;
const integer = /^[+-]?\d+(?:\.0*)?$/;
const date =
  /^(?:(\d{4})-(\d\d?)-(\d\d?)|(\d\d?)\/(\d\d?)\/(\d{4}))(?:[ T]\d\d?:\d\d(?::\d\d(?:\.\d+)?)?(?: ?[AP]M)?)?$/;

/** A field's text without quotes and surrounding blanks; '' where nothing, `NA` or `\N` says that it is missing. */
export function textAt(bytes: Buffer, start: number, end: number): string {
  let text = bytes.toString('utf8', start, end).trim();
  if (text.length > 1 && text.startsWith('"') && text.endsWith('"')) {
    text = text.slice(1, -1).replaceAll('""', '"').trim();
  }
  return missing.test(text) ? '' : text;
}

/**
 * A whole number as publishers write it: `12`, `-3`, `12.0`, `"12.00"`.
 * @returns NaN where it is missing, {@link notAnInteger} where there is something else
 */
export function integerAt(bytes: Buffer, start: number, end: number): number {
  if (start === end) return NaN;
  const negative = bytes[start] === minus;
  const first = negative ? start + 1 : start;
  let at = first;
  let value = 0;
  for (; at < end; at++) {
    const digit = bytes[at] - zero;
    if (digit >>> 0 > 9) break;
    value = value * 10 + digit;
  }
  if (at > first) {
    if (at < end && bytes[at] === point) for (at++; at < end && bytes[at] === zero; at++);
    if (at === end) return negative ? -value : value;
  }
  const text = textAt(bytes, start, end);
  if (text === '') return NaN;
  return integer.test(text) ? Number(text) : notAnInteger;
}

/** Year, month and day of `2013-01-31`, `1/31/2013` or `1/31/2013 12:00:00 AM`; they need not be a real date. */
export function dateIn(text: string): [number, number, number] | undefined {
  const match = date.exec(text);
  if (!match) return undefined;
  const [, y, m, d, usMonth, usDay, usYear] = match;
  return [Number(y ?? usYear), Number(m ?? usMonth), Number(d ?? usDay)];
}
