import test from 'ava';
import { xmlText } from '../../../tasks/io/xml-text.ts';

test('what XML takes for markup is written as an entity', (t) => {
  t.is(xmlText('a < b & "c" > d'), 'a &lt; b &amp; &quot;c&quot; &gt; d');
});

test('what XML cannot hold is written by its number, and what looks like that, too', (t) => {
  t.is(xmlText('bell\u0007\r'), 'bell_x0007__x000D_');
  t.is(xmlText('_x0007_'), '_x005F_x0007_');
  t.is(xmlText('\ufffe'), '_xFFFE_');
  t.is(xmlText('tab\tline\n–'), 'tab\tline\n–');
});
