/**
 * Do something with all items, so many at once; after an error nothing new is begun, and what is under way is stopped
 * and waited for.
 * @param action is given a signal that aborts when another one failed, or when all is to stop
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
