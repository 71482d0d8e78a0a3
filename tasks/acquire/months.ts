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

/** The day by which a month should be out, as `2013-04-01`. */
export function expectedOn(year: number, month: number): string {
  return new Date(Date.UTC(year, month - 1 + publishedAfterMonths, 1)).toISOString().slice(0, 10);
}
