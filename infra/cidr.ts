/** A range of IPv4 addresses, as numbers. */
interface Range {
  first: number;
  prefix: number;
}

/** Whether a text is a range of IPv4 addresses, such as 10.20.0.0/16, that begins where it says. */
export function isCidr(text: string): boolean {
  return parse(text) !== undefined;
}

export function prefixOf(cidr: string): number {
  return mustParse(cidr).prefix;
}

export function overlap(one: string, other: string): boolean {
  const [a, b] = [mustParse(one), mustParse(other)];
  return a.first < b.first + size(b.prefix) && b.first < a.first + size(a.prefix);
}

export function isPrivate(cidr: string): boolean {
  const { first, prefix } = mustParse(cidr);
  return ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'].some((range) => {
    const outer = mustParse(range);
    return prefix >= outer.prefix && first >= outer.first && first < outer.first + size(outer.prefix);
  });
}

/**
 * The `index`-th (from 0) of the equal parts into which `bits` more bits divide a range: part 1 of 10.20.0.0/16 by 2 bits
 * is 10.20.64.0/18.
 */
export function part(cidr: string, bits: number, index: number): string {
  const { first, prefix } = mustParse(cidr);
  return format({ first: first + index * size(prefix + bits), prefix: prefix + bits });
}

/** The `index`-th address of a range, as a range of one. */
export function address(cidr: string, index: number): string {
  return part(cidr, 32 - prefixOf(cidr), index);
}

function size(prefix: number): number {
  return 2 ** (32 - prefix);
}

function parse(text: string): Range | undefined {
  const [, ...digits] = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text) ?? [];
  if (digits.length !== 5) return undefined;
  const [a, b, c, d, prefix] = digits.map(Number);
  if ([a, b, c, d].some((byte) => byte > 255) || prefix > 32) return undefined;
  const first = ((a * 256 + b) * 256 + c) * 256 + d;
  return first % size(prefix) === 0 ? { first, prefix } : undefined;
}

function mustParse(cidr: string): Range {
  const range = parse(cidr);
  if (range) return range;
  throw new Error(`"${cidr}" is no range of addresses; expected one like 10.20.0.0/16, without bits behind the prefix`);
}

function format({ first, prefix }: Range): string {
  const bytes = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
  return `${bytes.join('.')}/${prefix}`;
}
