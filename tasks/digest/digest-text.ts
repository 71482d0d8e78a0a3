import type { Digest } from './digest.ts';
import type { DigestLinks } from './digest-links.ts';
import { digestWords } from './digest-words.ts';

/** Amazon SNS: subjects are shorter than 100 characters, in one line. */
const longestSubject = 99;

/** A digest as plain text, for e-mail by way of SNS. */
export function digestText(digest: Digest, links: DigestLinks): { subject: string; message: string } {
  const { headline, items, remarks } = digestWords(digest);
  const told = items.map(({ label, text, note }) => `${label}: ${text}.${note === null ? '' : `\n  ${note}.`}`);
  return {
    subject: `flight delays ${headline}`.replaceAll(/[^ -~]/g, '?').slice(0, longestSubject),
    message: `${[headline, ...told, ...remarks, links.year(digest.year)].join('\n\n')}\n`,
  };
}
