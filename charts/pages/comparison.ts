/** What is compared: two to six airports in a year, or two to six years. */
export interface Comparison {
  airports: string[];
  years: number[];
  /** The year in which airports are compared; null stands for the last year that all of them have. */
  year: number | null;
}

export const mostCompared = 6;

/** Decode what the address of the page says: `#JFK,LGA`, `#JFK,LGA/2013` or `#2012,2013`. */
export function decodeComparison(hash: string): Comparison {
  const [list, year] = decodeURIComponent(hash.replace(/^#/, '')).split('/');
  const names = [...new Set(list.split(',').filter(Boolean))].slice(0, mostCompared);
  const isYear = (name: string) => /^\d{4}$/.test(name);
  const years = names.filter(isYear).map(Number);
  // Years and airports do not compare with each other: the first name decides.
  const areYears = names.length > 0 && isYear(names[0]);
  return {
    airports: areYears ? [] : names.filter((name) => !isYear(name)),
    years: areYears ? years : [],
    year: year !== undefined && isYear(year) ? Number(year) : null,
  };
}

/** The address that {@link decodeComparison} reads. */
export function encodeComparison({ airports, years, year }: Comparison): string {
  if (years.length > 0) return `#${years.join(',')}`;
  return `#${airports.map(encodeURIComponent).join(',')}${year === null ? '' : `/${year}`}`;
}
