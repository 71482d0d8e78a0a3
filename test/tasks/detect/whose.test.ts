import test from 'ava';
import { whose } from '../../../tasks/detect/whose.ts';
import type { Contributor } from '../../../tasks/summary/contributors.ts';
import { dimensions } from '../../../tasks/summary/counted-year.ts';

const contributor = (more: Partial<Contributor>): Contributor => ({
  row: 0,
  dimension: 'carrier',
  value: 'AA',
  flights: 50,
  cancelled: 0,
  lostMinutes: 0,
  excessMinutes: 0,
  share: 0.4,
  standsOut: true,
  ...more,
});

test('those who stand out are named together, with their flights and their share', (t) => {
  const { inShort, words } = whose(
    [
      contributor({ share: 0.54 }),
      contributor({ value: 'MQ', flights: 47 }),
      contributor({ value: 'DL', standsOut: false }),
    ],
    298,
    dimensions,
  );
  t.is(inShort, 'American and Envoy');
  t.is(words, 'American and Envoy: 97 of 298 flights, 94 % of the excess');
});

test('the words say when none of the flights left', (t) => {
  const { words } = whose(
    [
      contributor({ dimension: 'destination', value: 'MIA', flights: 90, cancelled: 90 }),
      contributor({ dimension: 'destination', value: 'FLL', flights: 60, cancelled: 60 }),
    ],
    400,
    dimensions,
  );
  t.is(words, 'flights to MIA and FLL: none of 150 left');
});

test('adjoining hours are one span', (t) => {
  const hours = ['18–21', '06–09', '15–18'].map((value) => contributor({ dimension: 'hours', value, share: 0.3 }));
  t.is(whose(hours, 300, dimensions).words, 'departures 06–09 and 15–21 h: 150 of 300 flights, 90 % of the excess');
});

test('several dimensions are named one after the other, and the short form names the carrier', (t) => {
  const { inShort, words } = whose(
    [contributor({ dimension: 'hours', value: '15–18' }), contributor({ value: 'WN' })],
    100,
    dimensions,
  );
  t.is(inShort, 'Southwest');
  t.is(
    words,
    'Southwest: 50 of 100 flights, 40 % of the excess; departures 15–18 h: 50 of 100 flights, 40 % of the excess',
  );
});

test('the dimension with the most concentrated excess is named first', (t) => {
  const { inShort } = whose(
    [
      contributor({ value: 'DL', flights: 40, share: 0.8 }),
      contributor({ dimension: 'destination', value: 'ATL', flights: 30, share: 0.9 }),
    ],
    100,
    dimensions,
  );
  t.is(inShort, 'flights to ATL');
});

test('if nobody stands out, it was everybody in the dimensions of the file', (t) => {
  const nobody = [contributor({ standsOut: false })];
  t.deepEqual(whose(nobody, 100, dimensions), { inShort: null, words: 'all day, all carriers, all destinations' });
  t.is(whose(nobody, 100, ['carrier']).words, 'all carriers');
  t.deepEqual(whose([], 100, []), { inShort: null, words: null });
});

test('three of many are named; a carrier without a name is named by its code', (t) => {
  const many = ['ZZ', 'AA', 'DL', 'UA', 'WN'].map((value) => contributor({ value, share: 0.2 }));
  t.is(whose(many, 300, dimensions).inShort, 'ZZ, American, Delta and 2 more');
});
