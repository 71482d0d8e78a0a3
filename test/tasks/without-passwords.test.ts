import test from 'ava';
import { withoutPasswords } from '../../tasks/without-passwords.ts';

test('an address loses its password and keeps the rest', (t) => {
  for (const [text, expected] of [
    ['postgres://viewer:secret@db:5432/flights', 'postgres://viewer@db:5432/flights'],
    [
      'no answer from https://u:p%40ss@host/a.csv, nor https://:x@host',
      'no answer from https://u@host/a.csv, nor https://@host',
    ],
    ["argument 'ftp://me:se/cr:et@host/x' is invalid", "argument 'ftp://me@host/x' is invalid"],
    [
      'postgres://db/flights?user=me&password=secret&sslmode=require',
      'postgres://db/flights?user=me&password=…&sslmode=require',
    ],
  ]) {
    t.is(withoutPasswords(text), expected);
  }
});

test('a text without passwords stays as it is', (t) => {
  for (const text of [
    'postgres://viewer@db:5432/flights?sslmode=require',
    's3://lake/flights/2013/ and http://127.0.0.1:9000/',
    'file:///a b/c:d.csv, me@example.com: hello',
  ]) {
    t.is(withoutPasswords(text), text);
  }
});
