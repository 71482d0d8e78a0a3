const namesShown = 3;

/** `JFK and LGA`; of many names the first are shown: `JFK, EWR, LGA and 5 more`. @param more what the others are called */
export function fewNames(names: readonly string[], more = 'more'): string {
  if (names.length > namesShown + 1) {
    return `${names.slice(0, namesShown).join(', ')} and ${names.length - namesShown} ${more}`;
  }
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
