import test from 'ava';
import { ListMemory } from '../../../tasks/read/list-memory.ts';

test('arrays are of zeros, and lie beside each other without sharing a byte', (t) => {
  const memory = new ListMemory();
  const bytes = memory.array(Uint8Array<ArrayBuffer>, 3);
  const words = memory.array(Uint32Array<ArrayBuffer>, 2);
  t.deepEqual([...bytes, ...words], [0, 0, 0, 0, 0]);
  bytes.fill(255);
  t.deepEqual([...words], [0, 0]);
  t.is(bytes.buffer, words.buffer);
});

test('an array that is larger than a block has a block by itself', (t) => {
  const memory = new ListMemory();
  const small = memory.array(Uint8Array<ArrayBuffer>, 8);
  const large = memory.array(Float64Array<ArrayBuffer>, 1 << 24);
  t.is(large.length, 1 << 24);
  t.not(large.buffer, small.buffer);
  t.deepEqual(memory.blocks, [small.buffer, large.buffer]);
  const next = memory.array(Uint8Array<ArrayBuffer>, 8);
  t.not(next.buffer, large.buffer);
});
