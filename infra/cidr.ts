import { Address4 } from 'ip-address';

/** RFC 1918. */
const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];
/** Shared addresses (RFC 6598). A VPC may have them, and so may pods of EKS, but not its services. */
const sharedRange = '100.64.0.0/10';
/** Other ranges that no machine on the internet has: unspecified, loopback, link-local, multicast and reserved. */
const otherRanges = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3'];
const addressBits = 32;

/** Whether a text is a range of IPv4 addresses, such as 10.20.0.0/16, that begins where it says. */
export function isCidr(text: string): boolean {
  if (!text.includes('/') || !Address4.isValid(text)) return false;
  const range = new Address4(text);
  return range.bigInt() === range.startAddress().bigInt();
}

export function prefixOf(cidr: string): number {
  return new Address4(cidr).subnetMask;
}

export function overlap(one: string, other: string): boolean {
  const [a, b] = [new Address4(one), new Address4(other)];
  return a.isInSubnet(b) || b.isInSubnet(a);
}

export function isPrivate(cidr: string): boolean {
  return isWithin(cidr, privateRanges);
}

/** Whether a VPC may have these addresses, and they are in nobody's way. */
export function isForVpc(cidr: string): boolean {
  return isWithin(cidr, [...privateRanges, sharedRange]);
}

/** Whether somebody on the internet may have one of these addresses. */
export function isPublic(cidr: string): boolean {
  return !isWithin(cidr, [...privateRanges, sharedRange, ...otherRanges]);
}

function isWithin(cidr: string, ranges: string[]): boolean {
  const inner = new Address4(cidr);
  return ranges.some((outer) => inner.isInSubnet(new Address4(outer)));
}

/**
 * The `index`-th (from 0) of the equal parts into which `bits` more bits divide a range: part 1 of 10.20.0.0/16 by 2 bits
 * is 10.20.64.0/18.
 */
export function part(cidr: string, bits: number, index: number): string {
  const range = new Address4(cidr);
  const prefix = range.subnetMask + bits;
  const first = range.startAddress().bigInt() + BigInt(index) * 2n ** BigInt(addressBits - prefix);
  return `${Address4.fromBigInt(first).correctForm()}/${prefix}`;
}

/** The `index`-th address of a range, as a range of one. */
export function address(cidr: string, index: number): string {
  return part(cidr, addressBits - prefixOf(cidr), index);
}
