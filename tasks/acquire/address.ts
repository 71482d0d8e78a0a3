import { UsageError } from '../errors.ts';
import { csvEndings, kindOf } from '../io/archive.ts';
import { lastSegment, shown } from '../io/origin.ts';
import { btsFiles } from './bts.ts';
import { monthName, monthsOf } from './months.ts';
import { politeAtOnce, type Source, type SourceRequest, type WantedFile } from './source.ts';

/** Replaced by the month, as 1 to 12 and as 01 to 12. */
const monthPlaceholder = /\{month\}|\{MM\}/;

/**
 * Any address with http, https or file: a folder with BTS's names in it, a file a month, or a file of the year.
 * @param template `{year}`, `{month}` (1 to 12) and `{MM}` (01 to 12) are replaced
 * @throws UsageError when its files' names do not say how to read them
 */
export function addressSource(template: string, { year, openOrigin }: SourceRequest): Source {
  const { base, authorization } = withoutCredentials(template.replaceAll('{year}', String(year)));
  const files = filesBehind(base, year);
  for (const { url } of files) {
    const kind = kindOf(lastSegment(url));
    if (kind !== undefined && kind !== 'parquet') continue;
    throw new UsageError(`--from ${shown(url)}: expected a name ending in ${csvEndings}, or a folder ending in /`);
  }
  return {
    name: decodeURI(shown(new URL(base))),
    origin: openOrigin(files[0].url, authorization),
    files,
    place: shown(files[0].url) + (files.length > 1 ? ` and ${files.length - 1} addresses like it` : ''),
    atOnce: politeAtOnce,
    whenMissing: () => 'try again when the files are there',
    whenAbsent: 'check the year and the address',
  };
}

function filesBehind(base: string, year: number): WantedFile[] {
  if (base.endsWith('/')) return btsFiles(new URL(base), year);
  if (!monthPlaceholder.test(base)) return [{ url: new URL(base), months: monthsOf(year) }];
  const sameNames = !monthPlaceholder.test(lastSegment(new URL(base)));
  return monthsOf(year).map((month) => {
    const url = new URL(base.replaceAll('{month}', String(month)).replaceAll('{MM}', String(month).padStart(2, '0')));
    return {
      url,
      months: [month],
      ...(sameNames && { name: `${monthName(year, month)}-${lastSegment(url)}` }),
    };
  });
}

/** Name and password go into a header, not into logs and manifests. */
function withoutCredentials(address: string): { base: string; authorization?: string } {
  const { username, password } = new URL(address);
  if (!username) return { base: address };
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return {
    base: address.replace(/\/\/[^/]*@/, '//'),
    authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
  };
}
