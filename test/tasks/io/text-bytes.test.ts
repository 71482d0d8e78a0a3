import test from 'ava';
import fc from 'fast-check';
import { encodedNumbers, encodedOnce, TextBytes } from '../../../tasks/io/text-bytes.ts';

/** Any part of a text, and the text that it stands for. */
const part = fc.oneof(
  fc.string({ unit: 'grapheme' }).map((text) => ({ append: (bytes: TextBytes) => bytes.text(text), text })),
  fc
    .string({ unit: 'grapheme' })
    .map((text) => ({ append: (bytes: TextBytes) => bytes.encoded(Buffer.from(text)), text })),
  fc
    .oneof(fc.integer(), fc.maxSafeInteger(), fc.double({ noDefaultInfinity: true, noNaN: true }))
    .map((number) => ({ append: (bytes: TextBytes) => bytes.number(number), text: `${number}` })),
  fc.integer({ min: 0, max: 0x7f }).map((code) => ({
    append: (bytes: TextBytes) => bytes.byte(code),
    text: String.fromCharCode(code),
  })),
);

test('any parts stand one behind the other, whether or not they fit into the expected length', (t) => {
  fc.assert(
    fc.property(fc.array(part), fc.nat(40), (parts, capacity) => {
      const bytes = new TextBytes(capacity);
      for (const { append } of parts) append(bytes);
      const text = parts.map(({ text }) => text).join('');
      t.is(bytes.length, Buffer.byteLength(text));
      t.is(bytes.take().toString(), text);
    }),
  );
});

test('what was taken stays as it is while further text is written', (t) => {
  const bytes = new TextBytes(8);
  bytes.text('first');
  const first = bytes.take();
  t.is(bytes.length, 0);
  bytes.text('second');
  t.is(first.toString(), 'first');
  t.is(bytes.take().toString(), 'second');
});

test('a part of what is encoded is appended', (t) => {
  const bytes = new TextBytes(0);
  bytes.encoded(Buffer.from('before, within, behind'), 8, 14);
  t.is(bytes.take().toString(), 'within');
});

test('integers have their digits, also the largest and smallest of 32 bits', (t) => {
  for (const value of [0, -0, 7, 10, 99, 100, -1, -10, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, 1e21, 5e-324]) {
    const bytes = new TextBytes(0);
    bytes.number(value);
    t.is(bytes.take().toString(), `${value}`);
  }
});

test('a value that comes again is not encoded again', (t) => {
  const asked: (number | null)[] = [];
  const encode = encodedOnce((value: number | null) => {
    asked.push(value);
    return `<${value}>`;
  });
  t.deepEqual(
    [1, null, NaN, 1, null, NaN].map((value) => Buffer.from(encode(value)).toString()),
    ['<1>', '<null>', '<NaN>', '<1>', '<null>', '<NaN>'],
  );
  t.deepEqual(asked, [1, null, NaN]);
});

test('the numbers of a column are encoded once, and a missing one has no digits', (t) => {
  const values = Float64Array.of(1.5, NaN, -3, 1e-7);
  const texts = encodedNumbers(values);
  t.is(Buffer.from(texts.bytes).toString(), '1.5-31e-7');
  t.deepEqual([...texts.ends], [3, 3, 5, 9]);
  t.is(encodedNumbers(values), texts);
});
