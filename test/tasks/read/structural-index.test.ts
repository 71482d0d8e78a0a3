import { readFileSync } from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import { compile, modules } from '../../../local/build-wasm.ts';
import { StructuralIndex } from '../../../tasks/read/structural-index.ts';

const capacity = 4096;

function fieldsOf(text: string): string[][] {
  const index = new StructuralIndex(capacity);
  const length = index.block.write(text);
  const lines = index.index(length);
  const rows: string[][] = [];
  let start = 0;
  let first = 0;
  for (let line = 0; line < lines; line++) {
    const fields: string[] = [];
    for (; first <= index.ends[line]; first++) {
      fields.push(index.block.toString('utf8', start, index.positions[first]));
      start = index.positions[first] + 1;
    }
    rows.push(fields);
  }
  return rows;
}

/** The same by looking at one character after the other. */
function fieldsSlowly(text: string): string[][] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const fields = [''];
      let inside = false;
      for (const character of line) {
        if (character === '"') inside = !inside;
        if (character === ',' && !inside) fields.push('');
        else fields[fields.length - 1] += character;
      }
      return inside ? [line] : fields;
    });
}

test('finds the fields of every line, also beside quotes that are left open', (t) => {
  const line = fc.stringMatching(/^[a,"é ]{0,90}$/);
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      const text = lines.map((each) => `${each}\n`).join('');
      t.deepEqual(fieldsOf(text), fieldsSlowly(text));
    }),
    { numRuns: 1000 },
  );
});

test('forgets the block before', (t) => {
  const index = new StructuralIndex(capacity);
  index.index(index.block.write(',,,,\n'.repeat(100)));
  t.is(index.index(index.block.write('a,b\n')), 1);
  t.deepEqual([...index.positions.subarray(0, index.ends[0] + 1)], [1, 3]);
});

test('the committed modules are what their sources compile to', (t) => {
  for (const module of modules) {
    const committed = readFileSync(new URL(`../../../tasks/read/${module}.wasm.ts`, import.meta.url), 'utf8');
    t.is(committed, compile(module), module);
  }
});
