const zero = 48;
const minus = 45;
/** A sign and ten digits. */
const longestInteger = 11;
/** UTF-8 takes at most so many bytes for a unit of a string. */
const bytesOfUnit = 3;

/**
 * Text in UTF-8 that grows at its end. Its bytes are written where they belong: a long table that is joined from strings and
 * encoded afterwards takes half as much time again.
 */
export class TextBytes {
  readonly #capacity: number;
  #bytes = Buffer.alloc(0);
  #length = 0;

  /** @param capacity number of bytes that are expected until {@link take}; more is made as needed */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Number of bytes since the last {@link take}. */
  get length(): number {
    return this.#length;
  }

  /** Append a character of ASCII by its code. */
  byte(code: number): void {
    this.#makeRoom(1);
    this.#bytes[this.#length++] = code;
  }

  /** Append some bytes of a text that is encoded already. */
  encoded(text: Uint8Array, start = 0, end = text.length): void {
    this.#makeRoom(end - start);
    const bytes = this.#bytes;
    let length = this.#length;
    // For a few bytes this is faster than to have them copied.
    for (let at = start; at < end; at++) bytes[length++] = text[at];
    this.#length = length;
  }

  text(text: string): void {
    this.#makeRoom(bytesOfUnit * text.length);
    const bytes = this.#bytes;
    const start = this.#length;
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit > 0x7f) {
        this.#length = start + bytes.write(text, start);
        return;
      }
      bytes[start + at] = unit;
    }
    this.#length = start + text.length;
  }

  /** Append as many digits of a finite number as it takes to read the same number again. */
  number(value: number): void {
    // Bitwise operators keep 32 bits, so they change every number but a small integer.
    if ((value | 0) !== value) {
      this.text(`${value}`);
      return;
    }
    this.#makeRoom(longestInteger);
    const bytes = this.#bytes;
    let rest = Math.abs(value);
    if (value < 0) bytes[this.#length++] = minus;
    let end = this.#length + 1;
    for (let power = 10; power <= rest; power *= 10) end++;
    this.#length = end;
    do {
      const tens = (rest / 10) | 0;
      bytes[--end] = zero + rest - 10 * tens;
      rest = tens;
    } while (rest > 0);
  }

  /** The bytes since the last call; further ones are written elsewhere. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#bytes = Buffer.alloc(0);
    this.#length = 0;
    return taken;
  }

  #makeRoom(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const needed = this.#length + bytes;
    const larger = Buffer.allocUnsafeSlow(needed <= this.#capacity ? this.#capacity : 2 * needed);
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

/** The text of a value in UTF-8, kept for when the value comes again. */
export function encodedOnce<Value>(textOf: (value: Value) => string): (value: Value) => Uint8Array {
  const kept = new Map<Value, Uint8Array>();
  return (value) => {
    let text = kept.get(value);
    if (!text) kept.set(value, (text = Buffer.from(textOf(value))));
    return text;
  };
}

/** Texts that stand one behind the other. */
export interface EncodedTexts {
  bytes: Uint8Array;
  /** Where the text of a row ends, and that of the next one begins. */
  ends: Uint32Array;
}

const numberTexts = new WeakMap<ArrayLike<number>, EncodedTexts>();

/** The digits of a column's numbers, nothing for NaN. They are made once for all files of the column. */
export function encodedNumbers(values: ArrayLike<number>): EncodedTexts {
  const known = numberTexts.get(values);
  if (known) return known;
  const text = new TextBytes(longestInteger * values.length);
  const ends = new Uint32Array(values.length);
  for (let row = 0; row < values.length; row++) {
    if (!Number.isNaN(values[row])) text.number(values[row]);
    ends[row] = text.length;
  }
  const texts = { bytes: text.take(), ends };
  numberTexts.set(values, texts);
  return texts;
}
