const hourMilliseconds = 3_600_000;

/** The last complete year, as the DAG counts: the intervals of its runs end on 3 January at six, UTC. */
export function lastCompleteYear(now = Date.now()): number {
  return new Date(now - 54 * hourMilliseconds).getUTCFullYear() - 1;
}
