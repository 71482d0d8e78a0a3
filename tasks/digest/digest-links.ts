import { type LinkSettings, linkTo } from '../links.ts';
import { reportKey } from '../outputs.ts';
import type { Item } from './news.ts';

/** Addresses of the pages that a digest leads to. */
export interface DigestLinks {
  year(year: number): string;
  day(at: NonNullable<Item['at']>): string;
}

export function digestLinks(settings: LinkSettings): DigestLinks {
  return {
    year: (year) => linkTo(reportKey(year), settings),
    day: ({ airport, date }) => `${linkTo(`reports/airports/${airport}.html`, settings)}#${date}`,
  };
}

/** Whether people elsewhere can open an address: messages lead to such only. */
export function isOnTheWeb(address: string): boolean {
  return /^https?:\/\//.test(address);
}
