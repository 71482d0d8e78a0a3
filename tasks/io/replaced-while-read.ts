import { UnreachableError } from '../errors.ts';

/** Another process replaces what is being read. A new run finds it whole, but the rest of this reading is lost. */
export class ReplacedError extends UnreachableError {}

export function changedWhileRead(uri: string): ReplacedError {
  return new ReplacedError(`${uri} changed while it was read; run again once the process that writes it has ended`);
}

export function removedWhileRead(uri: string): ReplacedError {
  return new ReplacedError(`${uri} was removed while it was read; run again once it is there`);
}
