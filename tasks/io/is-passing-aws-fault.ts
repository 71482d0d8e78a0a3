/** Whether a call of AWS failed for a reason that may pass: no answer, a fault of the service, or too many calls. */
export function isPassingAwsFault(error: unknown): boolean {
  const { name, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  if (status === undefined) return 'code' in (error as Error) || name === 'TimeoutError';
  return status >= 500 || status === 429 || /Throttl/.test(name);
}
