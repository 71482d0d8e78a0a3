/** What a flight is known by besides its day, airport and carrier: its number, or where files have none, its delay. */
export type KnownBy = 'number' | 'delay';

/** Which flights to find keys for. */
export interface KeyRequest {
  by: KnownBy;
  /** About one of so many flights is taken, the same one in each file. */
  every: number;
}

/** Keys are whole numbers below this. 200 of ten million flights have one in common by chance. */
export const keyLimit = 2 ** 37;
const lowBits = 5;

/** Numbers by which the flights of a file are recognised in another file. */
export class FlightKeys {
  readonly by: KnownBy;
  readonly #every: number;
  #keys = new Float64Array(1 << 12);
  #count = 0;

  constructor({ by, every }: KeyRequest) {
    this.by = by;
    this.#every = every;
  }

  /** Add a flight by its day and the hashes of what else it is known by. */
  add(day: number, airport: number, carrier: number, number: number): void {
    const high = mixed(mixed(mixed(mixed(0x2018, day), airport), carrier), number);
    if (high % this.#every !== 0) return;
    const low = mixed(mixed(mixed(mixed(0x1987, number), carrier), airport), day);
    if (this.#count === this.#keys.length) {
      const larger = new Float64Array(2 * this.#count);
      larger.set(this.#keys);
      this.#keys = larger;
    }
    this.#keys[this.#count++] = high * 2 ** lowBits + (low >>> (32 - lowBits));
  }

  /** All keys so far, in the order of the flights. */
  get all(): Float64Array<ArrayBuffer> {
    return this.#keys.slice(0, this.#count);
  }
}

/** A 32-bit hash of a text. */
export function hashOf(text: string): number {
  let hash = text.length;
  for (let at = 0; at < text.length; at++) hash = mixed(hash, text.charCodeAt(at));
  return hash;
}

/** Source: a round and the finalizer of MurmurHash3 by Austin Appleby. */
function mixed(hash: number, value: number): number {
  let next = Math.imul(value, 0xcc9e2d51);
  next = Math.imul((next << 15) | (next >>> 17), 0x1b873593) ^ hash;
  next = Math.imul(next ^ (next >>> 16), 0x85ebca6b);
  next = Math.imul(next ^ (next >>> 13), 0xc2b2ae35);
  return (next ^ (next >>> 16)) >>> 0;
}
