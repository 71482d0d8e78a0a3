/** WebAssembly measures memory in units of so many bytes. */
const unit = 1 << 16;
/** Larger pieces are left to the collector. */
const largestKept = 1 << 23;

/** Pieces that nobody uses at the moment, by the logarithm of their size. */
const spare: Buffer[][] = [];

/**
 * Borrow memory that others have used before. It is WebAssembly's, which comes from the system and goes back to it as a
 * whole. Pieces of this size that came and went by `malloc` would leave holes that stay with the process, and glibc would
 * then take still larger ones from there too, where memory costs even if it is never touched.
 * @returns at least so many bytes, with anything in them
 */
export function borrow(size: number): Buffer {
  const log = 32 - Math.clz32(Math.max(size, unit) - 1);
  const found = spare[log]?.pop();
  if (found) return found;
  const units = 2 ** log / unit;
  return Buffer.from(new WebAssembly.Memory({ initial: units, maximum: units }).buffer);
}

/** Give borrowed memory back, which may be used by others from now on. */
export function giveBack(memory: Buffer): void {
  if (memory.length > largestKept) return;
  const log = 31 - Math.clz32(memory.length);
  spare[log] ??= [];
  spare[log].push(memory);
}
