const airportsNamed = 3;

/** `JFK and LGA`; of many airports the first are named: `JFK, EWR, LGA and 5 more`. @param more what the others are called */
export function fewAirports(airports: readonly string[], more = 'more'): string {
  if (airports.length > airportsNamed + 1) {
    return `${airports.slice(0, airportsNamed).join(', ')} and ${airports.length - airportsNamed} ${more}`;
  }
  return airports.length < 2 ? (airports[0] ?? '') : `${airports.slice(0, -1).join(', ')} and ${airports.at(-1)}`;
}
