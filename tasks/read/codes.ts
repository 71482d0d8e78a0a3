import { textAt } from './field-values.ts';

/** Codes of airports or carriers, numbered as they are seen. */
export interface Codes {
  /** The codes in the order of their numbers. */
  readonly codes: string[];
  /** Number of the code in a field; {@link noCode} where the field holds none. */
  numberAt(bytes: Buffer, start: number, end: number): number;
}

export const noCode = -1;
/** The answer for an airport that gets no number because there are too many of them. */
export const oneTooMany = -2;

/**
 * More than there are: the largest year has fewer than 500, and all years since 1987 have 2,154 between them. A column of
 * something else than airports is noticed before its counts fill the memory.
 */
export const mostAirports = 3_000;

const quote = 34;
const letterA = 65;
const letterCount = 26;
const airportCode = /^[A-Z0-9]{2,5}$/;
/** The publisher writes an earlier carrier of the code PA as `PA (1)`. */
const carrierCode = /^[A-Z0-9]{2,3}(?: \(\d\))?$/;
/** A carrier's number is a byte, and 255 stands for none. */
export const mostCarriers = 255;

/** Airports. Almost all have codes of three letters, which are found without making a text of the bytes. */
export class AirportCodes implements Codes {
  readonly codes: string[] = [];
  /** Three capital letters read as a number → the airport's number, or −1. */
  readonly #byLetters = new Int16Array(letterCount ** 3).fill(-1);
  readonly #byCode = new Map<string, number>();

  numberAt(bytes: Buffer, start: number, end: number): number {
    const at = end - start === 5 && bytes[start] === quote ? start + 1 : start;
    if (end - start === 3 || (at > start && bytes[end - 1] === quote)) {
      const a = bytes[at] - letterA;
      const b = bytes[at + 1] - letterA;
      const c = bytes[at + 2] - letterA;
      if (a >>> 0 < letterCount && b >>> 0 < letterCount && c >>> 0 < letterCount) {
        const known = this.#byLetters[(a * letterCount + b) * letterCount + c];
        if (known >= 0) return known;
      }
    }
    return this.#numberOf(textAt(bytes, start, end));
  }

  /** @param letters three of them, as a number in base 26 */
  numberOfLetters(letters: number): number {
    const known = this.#byLetters[letters];
    if (known >= 0) return known;
    const digits = [Math.floor(letters / letterCount ** 2), Math.floor(letters / letterCount), letters];
    return this.#numberOf(String.fromCharCode(...digits.map((digit) => letterA + (digit % letterCount))));
  }

  #numberOf(code: string): number {
    const known = this.#byCode.get(code);
    if (known !== undefined) return known;
    if (!airportCode.test(code)) return noCode;
    // Origins and destinations have their numbers from the same list.
    if (this.codes.length === 2 * mostAirports) return oneTooMany;
    const number = this.codes.push(code) - 1;
    this.#byCode.set(code, number);
    if (/^[A-Z]{3}$/.test(code)) {
      const [a, b, c] = [...code].map((letter) => letter.charCodeAt(0) - letterA);
      this.#byLetters[(a * letterCount + b) * letterCount + c] = number;
    }
    return number;
  }
}

/** Carriers. Almost all have codes of two characters. Carriers beyond the 255th have no number. */
export class CarrierCodes implements Codes {
  readonly codes: string[] = [];
  /** Two bytes read as a number → the carrier's number, or −1. */
  readonly #byBytes = new Int16Array(1 << 16).fill(-1);

  numberAt(bytes: Buffer, start: number, end: number): number {
    const at = bytes[start] === quote ? start + 1 : start;
    if (end - start - 2 * (at - start) === 2) {
      const known = this.#byBytes[(bytes[at] << 8) | bytes[at + 1]];
      if (known >= 0) return known;
    }
    return this.#numberOf(textAt(bytes, start, end));
  }

  /** @param characters two of them, letters or digits, as a number of two bytes */
  numberOfCharacters(characters: number): number {
    const known = this.#byBytes[characters];
    return known >= 0 ? known : this.#numberOf(String.fromCharCode(characters >> 8, characters & 0xff));
  }

  #numberOf(code: string): number {
    if (!carrierCode.test(code)) return noCode;
    let number = this.codes.indexOf(code);
    if (number < 0 && this.codes.length < mostCarriers) number = this.codes.push(code) - 1;
    if (number >= 0 && code.length === 2) this.#byBytes[(code.charCodeAt(0) << 8) | code.charCodeAt(1)] = number;
    return number;
  }
}
