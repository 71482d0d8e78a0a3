import { runInNewContext } from 'node:vm';
import test from 'ava';
import { decodeDataFile, encodeDataFile } from '../../../charts/pages/data-file.ts';
import { yearFactsOf } from '../../support/year-facts.ts';

const facts = yearFactsOf({ notes: ['</script> "quoted" \u2028'] });

test('a page runs a data file and gets what was written', (t) => {
  const got: unknown[] = [];
  runInNewContext(encodeDataFile(facts), { delaywatch: { add: (data: unknown) => got.push(data) } });
  t.deepEqual(JSON.parse(JSON.stringify(got)), [JSON.parse(JSON.stringify(facts))]);
});

test('the publisher reads it back', (t) => {
  t.deepEqual(decodeDataFile(encodeDataFile(facts)), facts);
});

test('other files are not data files', (t) => {
  t.is(decodeDataFile('<!doctype html>'), null);
  t.is(decodeDataFile('delaywatch.add({'), null);
});
