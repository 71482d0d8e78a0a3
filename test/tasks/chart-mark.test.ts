import { crc32, deflateSync } from 'node:zlib';
import test from 'ava';
import fc from 'fast-check';
import { faultOfChart, markChart } from '../../tasks/chart-mark.ts';

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), content]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

/** One grey pixel. */
const png = Buffer.concat([
  Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
  chunk('IHDR', Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0])),
  chunk('IDAT', deflateSync(Buffer.from([0, 128]))),
  chunk('IEND', Buffer.alloc(0)),
]);
const origin = { airport: 'JFK', year: 2013, summary: 'a'.repeat(64) };
const marked = markChart(png, origin);

test('a chart that carries its origin is right, and still a PNG', (t) => {
  t.is(faultOfChart(marked, origin), undefined);
  t.deepEqual([marked.subarray(0, 33), marked.subarray(-12)], [png.subarray(0, 33), png.subarray(-12)]);
});

test('another origin is reported', (t) => {
  t.is(faultOfChart(marked, { ...origin, airport: 'LGA' }), 'the chart of JFK in 2013');
  t.is(faultOfChart(marked, { ...origin, year: 2012 }), 'the chart of JFK in 2013');
  t.is(faultOfChart(marked, { ...origin, summary: 'b'.repeat(64) }), 'drawn from another summary');
  t.is(faultOfChart(png, origin), 'not a chart of this version');
});

test('any byte that has changed, and any that is missing, is found', (t) => {
  fc.assert(
    fc.property(fc.nat(marked.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const bytes = Buffer.from(marked);
      bytes[at] ^= change;
      // The checksum of the text's own chunk is the one place that says nothing of the chart.
      if (Buffer.compare(bytes.subarray(0, at), marked.subarray(0, at)) === 0 && isTextChecksum(at)) return;
      t.not(faultOfChart(bytes, origin), undefined);
    }),
  );
  for (let length = 0; length < marked.length; length++) t.truthy(faultOfChart(marked.subarray(0, length), origin));
});

function isTextChecksum(at: number): boolean {
  const end = marked.length - (png.length - 33);
  return at >= end - 4 && at < end;
}
