import type { Contributor } from '../summary/contributors.ts';

/** The state or territory of an airport, or undefined where it is not known. */
export type StateOf = (airport: string) => string | undefined;

/**
 * Tell destinations as their state, when the state has several on that day and the flights to each were in trouble.
 * @param contributors destinations of one airport-day
 * @param destinations all that flights of the day were scheduled to
 * @returns the contributors with the same sums
 */
export function joinStates(
  contributors: Contributor[],
  {
    destinations,
    stateOf,
    isInTrouble,
  }: {
    destinations: readonly string[];
    stateOf: StateOf;
    isInTrouble: (contributor: Contributor) => boolean;
  },
): Contributor[] {
  const all = Map.groupBy(destinations, stateOf);
  return [...Map.groupBy(contributors, ({ value }) => stateOf(value))].flatMap(([state, members]) => {
    const isWhole = members.length > 1 && members.length === all.get(state)!.length;
    if (state === undefined || !isWhole || !members.every(isInTrouble)) return members;
    const sum = (column: 'flights' | 'cancelled' | 'lostMinutes' | 'excessMinutes' | 'share') =>
      members.reduce((total, member) => total + member[column], 0);
    return {
      ...members[0],
      value: state,
      flights: sum('flights'),
      cancelled: sum('cancelled'),
      lostMinutes: sum('lostMinutes'),
      excessMinutes: sum('excessMinutes'),
      share: sum('share'),
    };
  });
}
