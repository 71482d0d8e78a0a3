/** The first month of which flights were published. */
const first = { year: 1987, month: 10 };
/** A month comes out about two months after its end. */
const publishedAfterMonths = 3;

/** The months, from 1 to 12, that make a whole year of flights: all of them but in 1987. */
export function monthsOf(year: number): number[] {
  const months = Array.from({ length: 12 }, (_, index) => index + 1);
  return year === first.year ? months.filter((month) => month >= first.month) : months;
}

/** `2013-01` */
export const monthName = (year: number, month: number): string => `${year}-${String(month).padStart(2, '0')}`;

/**
 * Months of a year in words: `2013-03`, `2013-01 to 2013-03, 2013-07`, `the whole year 2013`.
 * @param months in order
 */
export function monthSpans(year: number, months: number[]): string {
  if (months.length > 1 && months.length === monthsOf(year).length) return `the whole year ${year}`;
  const spans: [number, number][] = [];
  for (const month of months) {
    const span = spans.at(-1);
    if (span?.[1] === month - 1) span[1] = month;
    else spans.push([month, month]);
  }
  const name = (month: number) => monthName(year, month);
  return spans.map(([from, to]) => (from === to ? name(from) : `${name(from)} to ${name(to)}`)).join(', ');
}

/** The day by which a month should be out, as `2013-04-01`. */
export function expectedOn(year: number, month: number): string {
  return new Date(Date.UTC(year, month - 1 + publishedAfterMonths, 1)).toISOString().slice(0, 10);
}
