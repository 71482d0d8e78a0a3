import test from 'ava';
import { markdownTable } from '../../evaluation/markdown-table.ts';

test('columns of text stand left, numbers right', (t) => {
  t.is(markdownTable(['what', 'days'], [['storm', '3']]), '| what | days |\n| --- | --: |\n| storm | 3 |');
  t.is(markdownTable(['what', 'where'], [['storm', 'JFK']], 2).split('\n')[1], '| --- | --- |');
});
