import test from 'ava';
import fc from 'fast-check';
import { dateIn, integerAt, notAnInteger, textAt } from '../../../tasks/read/field-values.ts';

const integer = (text: string) => integerAt(Buffer.from(text), 0, Buffer.byteLength(text));
const text = (field: string) => textAt(Buffer.from(field), 0, Buffer.byteLength(field));

test('a whole number is read in every way publishers write it', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: -99_999, max: 99_999 }),
      fc.constantFrom('', '.', '.0', '.00'),
      fc.constantFrom('', ' ', '\r'),
      fc.boolean(),
      (number, fraction, blank, quoted) => {
        const written = `${number}${fraction}`;
        t.is(integer(`${quoted ? `"${written}"` : written}${blank}`), number);
      },
    ),
  );
});

test('nothing, NA and \\N are missing', (t) => {
  for (const missing of ['', 'NA', '\\N', '""', '"NA"', ' ', '\r']) t.is(integer(missing), NaN, missing);
});

test('an invalid number differs from a missing one', (t) => {
  for (const wrong of ['abc', '12.5', '1e3', '-', '--1', '1-', '.', '1 2', 'nan', '0x10']) {
    t.is(integer(wrong), notAnInteger, wrong);
  }
});

test('text comes without quotes and blanks, doubled quotes once', (t) => {
  t.is(text('"New York, NY"'), 'New York, NY');
  t.is(text(' JFK '), 'JFK');
  t.is(text('"a ""b"" c"'), 'a "b" c');
  t.is(text('"'), '"');
});

test('dates come as ISO dates and as American ones, with and without a time', (t) => {
  for (const written of ['2013-01-31', '1/31/2013', '01/31/2013', '1/31/2013 12:00:00 AM', '2013-01-31 00:00:00']) {
    t.deepEqual(dateIn(written), [2013, 1, 31], written);
  }
  for (const wrong of ['', '31.1.2013', '2013', '20130131', '2013-1-31x', '1/31/13', 'yesterday']) {
    t.is(dateIn(wrong), undefined, wrong);
  }
});
