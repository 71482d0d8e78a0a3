import test from 'ava';
import { xmlText } from '../../../tasks/io/xml-text.ts';

test('markup characters are written as entities', (t) => {
  t.is(xmlText('a < b & "c" > d'), 'a &lt; b &amp; &quot;c&quot; &gt; d');
});

test('characters that XML cannot hold, and texts that look like their escapes, are escaped by number', (t) => {
  t.is(xmlText('bell\u0007\r'), 'bell_x0007__x000D_');
  t.is(xmlText('_x0007_'), '_x005F_x0007_');
  t.is(xmlText('\ufffe'), '_xFFFE_');
  t.is(xmlText('tab\tline\n–'), 'tab\tline\n–');
});
