import test from 'ava';
import fc from 'fast-check';
import type { ByteRange } from '../../../tasks/io/storage.ts';
import { linesStartingIn } from '../../../tasks/read/line-range.ts';

/** Reads ranges of a text in chunks of the given sizes, over and over; as a storage may, in the same memory. */
function readerOf(content: Buffer, chunkSizes: number[]) {
  const requests: ByteRange[] = [];
  const read = async function* ({ start, end }: ByteRange) {
    requests.push({ start, end });
    const memory = Buffer.alloc(Math.max(...chunkSizes));
    for (let at = start, i = 0; at < end; i++) {
      const size = content.copy(memory, 0, at, Math.min(end, at + chunkSizes[i % chunkSizes.length]));
      yield memory.subarray(0, size);
      at += size;
      memory.fill('?');
    }
  };
  return { read, requests };
}

async function linesIn(content: Buffer, range: ByteRange, firstLineStart: number, chunkSizes: number[]) {
  const { read, requests } = readerOf(content, chunkSizes);
  let text = '';
  for await (const chunk of linesStartingIn(range, { firstLineStart, size: content.length, read })) {
    text += Buffer.from(chunk).toString('latin1');
  }
  return { text, requests };
}

const line = fc.oneof(fc.stringMatching(/^[ab,"]{0,12}$/), fc.constant(''), fc.constant('x'.repeat(5000)));
const text = fc
  .record({
    lines: fc.array(line, { maxLength: 12 }),
    lineEnd: fc.constantFrom('\n', '\r\n'),
    lastLineEnd: fc.boolean(),
  })
  .map(({ lines, lineEnd, lastLineEnd }) => lines.join(lineEnd) + (lastLineEnd ? lineEnd : ''));

test('the parts of a file give every line once, whole and in order', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      text,
      fc.array(fc.nat({ max: 200 }), { maxLength: 6 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 }),
      fc.array(fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 9000 })), {
        minLength: 1,
        maxLength: 5,
      }),
      async (body, offsets, shares, chunkSizes) => {
        const header = 'FL_DATE,ORIGIN\n';
        const content = Buffer.from(header + body);
        // Cuts near the beginning, where lines are short, and anywhere.
        const cuts = [...offsets, ...shares.map((share) => Math.floor(share * body.length))]
          .filter((cut) => cut > 0 && cut < body.length)
          .map((cut) => header.length + cut);
        const bounds = [...new Set([header.length, ...cuts, content.length])].sort((a, b) => a - b);
        let all = '';
        for (let part = 1; part < bounds.length; part++) {
          const range = { start: bounds[part - 1], end: bounds[part] };
          const { text } = await linesIn(content, range, header.length, chunkSizes);
          // It is one line at least that starts in the range, and none that starts elsewhere.
          if (text !== '') {
            const start = header.length + all.length;
            t.true(start >= range.start && start < range.end);
            t.true(start === header.length || content[start - 1] === 10);
          }
          all += text;
        }
        t.is(all, body);
      },
    ),
    { numRuns: 500 },
  );
});

test('a small file gives every line once, however it is cut in three', async (t) => {
  const header = 'h\n';
  for (const body of ['a\nb\n', 'ab\n\ncd', 'abcd\nef\n', '\n\n', 'abcd', 'a\r\nbc\r\n', '\na']) {
    const content = Buffer.from(header + body);
    for (let first = header.length + 1; first < content.length - 1; first++) {
      for (let second = first + 1; second < content.length; second++) {
        const bounds = [header.length, first, second, content.length];
        for (const size of [1, 3, 100]) {
          let all = '';
          for (let part = 1; part < bounds.length; part++) {
            const range = { start: bounds[part - 1], end: bounds[part] };
            all += (await linesIn(content, range, header.length, [size])).text;
          }
          t.is(all, body, `${JSON.stringify(body)} cut at ${first} and ${second}`);
        }
      }
    }
  }
});

test('a file with nothing but a header has no lines', async (t) => {
  const content = Buffer.from('header\n');
  t.is((await linesIn(content, { start: 7, end: 7 }, 7, [10])).text, '');
});

test('a part reads what it gives and little more', async (t) => {
  const content = Buffer.from('0123456789\n'.repeat(10_000));
  const { requests } = await linesIn(content, { start: 22_000, end: 44_000 }, 0, [1 << 16]);
  t.is(requests.length, 1);
  t.true(requests[0].start >= 21_999 && requests[0].end <= 44_000 + 8192);
});
