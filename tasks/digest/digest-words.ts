import { wholeNumber } from '../../charts/whole-number.ts';
import { isSoFar, provisional, yearInWords } from '../../charts/year-so-far.ts';
import type { Digest } from './digest.ts';
import { type Item, type Kind, kinds } from './news.ts';
import type { ToldEvent } from './noted-event.ts';

const minutesPerHour = 60;

/** What a digest says, for all formats. */
export interface DigestWords {
  /** `2013: 27 new events, 1 corrected`. ASCII. */
  headline: string;
  /** The items in the order of their kinds, each kind worst first. */
  items: ItemWords[];
  /** What else there is to say, in sentences. */
  remarks: string[];
}

export interface ItemWords {
  kind: Kind;
  label: 'New' | 'Corrected' | 'Withdrawn';
  /** The event, with the time that it cost. */
  text: string;
  /** What it was told as, or where it went; null where there is nothing to say. */
  note: string | null;
  /** Where it can be looked up. */
  at: Item['at'];
}

const labels = { new: 'New', corrected: 'Corrected', withdrawn: 'Withdrawn' } as const;

/** Put a digest into words. */
export function digestWords({ year, months, items, counts }: Digest): DigestWords {
  const total = kinds.reduce((sum, kind) => sum + counts[kind], 0);
  const rest = kinds.map((kind) => ({ kind, count: counts[kind] - items.filter((item) => item.kind === kind).length }));
  return {
    headline: `${yearInWords(year, months)}: ${countsInWords(counts)}`,
    items: kinds.flatMap((kind) => items.filter((item) => item.kind === kind).map(itemWords)),
    remarks: [
      ...(total > items.length ? [`And ${total - items.length} more: ${listOf(rest)}.`] : []),
      ...(isSoFar(months) ? [`This is ${provisional}.`] : []),
    ],
  };
}

/** Cut a text to a length; the end says that there was more. */
export function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

function countsInWords(counts: Record<Kind, number>): string {
  const [first, ...others] = kinds.filter((kind) => counts[kind] > 0);
  const events = `${counts[first]} ${first} ${counts[first] === 1 ? 'event' : 'events'}`;
  return [events, ...others.map((kind) => `${counts[kind]} ${kind}`)].join(', ');
}

function listOf(rest: { kind: Kind; count: number }[]): string {
  return rest
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${count} ${kind}`)
    .join(', ');
}

function itemWords({ kind, event, before, nowIn, at }: Item): ItemWords {
  return { kind, label: labels[kind], text: inWords(event), note: noteOf(before, nowIn), at };
}

function noteOf(before: ToldEvent | undefined, nowIn: string | undefined): string | null {
  if (before) return `It was told as: ${inWords(before)}`;
  return nowIn === undefined ? null : `It is now part of: ${nowIn}`;
}

function inWords({ title, minutesLost }: ToldEvent): string {
  const isShort = minutesLost < 2 * minutesPerHour;
  const time = isShort ? `${wholeNumber(minutesLost)} min` : `${wholeNumber(minutesLost / minutesPerHour)} hours`;
  return `${title}; ${time} lost beyond the usual`;
}
