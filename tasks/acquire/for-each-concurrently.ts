/**
 * Call an action for each item, a limited number at once. After an error it begins no new action, aborts the signal of those
 * under way, and waits for them.
 * @param action gets a signal that aborts when another action has failed, or when `signal` aborts
 */
export async function forEachConcurrently<T>(
  items: Iterable<T>,
  { atOnce, signal }: { atOnce: number; signal: AbortSignal },
  action: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failure = new AbortController();
  const stop = AbortSignal.any([signal, failure.signal]);
  const queue = Iterator.from(items);
  const runners = Array.from({ length: atOnce }, async () => {
    for (const item of queue) {
      stop.throwIfAborted();
      try {
        await action(item, stop);
      } catch (error) {
        failure.abort(error);
        throw error;
      }
    }
  });
  await Promise.allSettled(runners);
  stop.throwIfAborted();
}
