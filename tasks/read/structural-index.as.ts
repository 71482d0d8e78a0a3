// AssemblyScript, not TypeScript: `npm run build:wasm` compiles it into structural-index.wasm.ts.
//
// Finds every comma and line end of a block of CSV, 64 bytes at a time, so that a row reader jumps straight to the
// columns it needs and still knows each row's number of fields. The method is that of Langdale & Lemire, "Parsing
// Gigabytes of JSON per Second" (VLDB Journal 28, 2019), section 3.1: one bit mask per character class, the quoted
// regions by a running exclusive-or.

/** Separators (commas outside quotes, and line ends) found by the last call. */
export let separators: u32 = 0;
/** Lines found by the last call. */
export let lines: u32 = 0;
/** 1 when a line end stood inside quotes: the caller must then index line by line. */
export let unbalanced: u32 = 0;

/**
 * @param input address of the block; 64 zero bytes must follow it
 * @param length bytes; the block starts at a line's start and ends with a line end
 * @param positions address for one u32 per separator: its offset in the block
 * @param ends address for one u32 per line: the index, in positions, of its line end
 */
export function index(input: usize, length: u32, positions: usize, ends: usize): void {
  let position = positions;
  let end = ends;
  let inside: u64 = 0;
  let broken: u64 = 0;
  for (let offset: u32 = 0; offset < length; offset += 64) {
    const block = input + offset;
    const newlines = matches(block, 10);
    const quotes = matches(block, 34);
    let commas = matches(block, 44);
    if ((quotes | inside) != 0) {
      let quoted = quotes;
      quoted ^= quoted << 1;
      quoted ^= quoted << 2;
      quoted ^= quoted << 4;
      quoted ^= quoted << 8;
      quoted ^= quoted << 16;
      quoted ^= quoted << 32;
      quoted ^= inside;
      inside = <u64>(<i64>quoted >> 63);
      broken |= quoted & newlines;
      commas &= ~quoted;
    }
    const found = commas | newlines;
    const before = <u32>((position - positions) >> 2);
    for (let rest = found, at = position; rest != 0; rest &= rest - 1, at += 4) {
      store<u32>(at, offset + <u32>ctz(rest));
    }
    for (let rest = newlines; rest != 0; rest &= rest - 1, end += 4) {
      const below = (rest & (0 - rest)) - 1;
      store<u32>(end, before + <u32>popcnt(found & below));
    }
    position += <usize>popcnt(found) << 2;
  }
  separators = <u32>((position - positions) >> 2);
  lines = <u32>((end - ends) >> 2);
  unbalanced = broken != 0 ? 1 : 0;
}

/** A bit for each of the 64 bytes at `block` that equals `byte`. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function matches(block: usize, byte: i8): u64 {
  const wanted = i8x16.splat(byte);
  return (
    <u64>i8x16.bitmask(i8x16.eq(v128.load(block), wanted)) |
    (<u64>i8x16.bitmask(i8x16.eq(v128.load(block, 16), wanted)) << 16) |
    (<u64>i8x16.bitmask(i8x16.eq(v128.load(block, 32), wanted)) << 32) |
    (<u64>i8x16.bitmask(i8x16.eq(v128.load(block, 48), wanted)) << 48)
  );
}
