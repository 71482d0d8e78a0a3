import test from 'ava';
import fc from 'fast-check';
import { worstCarriers } from '../../../tasks/detect/worst-carriers.ts';
import { countedYear, type Flight } from '../../support/counted-year.ts';

/** What is said of each day of one airport. */
function said(flights: Flight[], wanted?: number[]): (string | null)[] {
  const { days, flights: counted } = countedYear([flights]);
  return worstCarriers(counted, wanted ? Uint8Array.from(wanted) : new Uint8Array(days.dayOfYear.length).fill(1));
}
const flight = (carrier: string | undefined, delay: number, more: Partial<Flight> = {}): Flight => ({
  day: 0,
  delay,
  ...(carrier && { carrier }),
  ...more,
});
const cancelled = (carrier: string): Flight => ({ day: 0, carrier, cancelled: true });

test('the carriers that lost most minutes come first, three of them', (t) => {
  t.deepEqual(
    said([
      flight('DL', 2_000),
      flight('B6', 1_500),
      flight('B6', 620),
      flight('AA', 3),
      flight('9E', 2),
      cancelled('B6'),
      cancelled('9E'),
    ]),
    ['B6 2,120 min + 1 cancelled, DL 2,000 min, AA 3 min'],
  );
});

test('of carriers that lost as many minutes, more cancelled ones are worse, and then the code decides', (t) => {
  t.deepEqual(said([cancelled('UA'), cancelled('UA'), cancelled('WN'), cancelled('AA'), flight('ZZ', 1)]), [
    'ZZ 1 min, UA 2 cancelled, AA 1 cancelled',
  ]);
});

test('flights that left early or in time lose nothing, and make nothing good', (t) => {
  t.deepEqual(said([flight('DL', -30), flight('DL', 10), flight('AA', 0), flight('UA', -5)]), ['DL 10 min']);
  t.deepEqual(said([flight('DL', -30)]), [null]);
});

test('a flight without a known carrier or delay is nobody’s', (t) => {
  t.deepEqual(said([flight(undefined, 500), flight('DL', NaN), flight('AA', 5)]), ['AA 5 min']);
  t.deepEqual(said([flight(undefined, 500)]), [null]);
});

test('only the days that are asked for are told', (t) => {
  t.deepEqual(said([flight('DL', 5), flight('DL', 6, { day: 1 }), flight('AA', 7, { day: 2 })], [0, 1, 0]), [
    null,
    'DL 6 min',
    null,
  ]);
});

test('files that number carriers differently add up', (t) => {
  const both = (carriers: string[]) => ({ carriers });
  const one = countedYear([[flight('DL', 5), flight('AA', 9)]], both(['DL', 'AA'])).flights[0];
  const other = countedYear([[flight('DL', 50), flight('AA', 90)]], both(['AA', 'DL'])).flights[0];
  t.deepEqual(worstCarriers([one, other], Uint8Array.of(1)), ['AA 99 min, DL 55 min']);
  t.deepEqual(worstCarriers([other, one], Uint8Array.of(1)), ['AA 99 min, DL 55 min']);
});

test('what is told is what a plain count gives', (t) => {
  const any = fc.record({
    day: fc.nat(2),
    delay: fc.integer({ min: -20, max: 2_000 }),
    carrier: fc.constantFrom('AA', 'B6', 'DL', 'UA', 'WN'),
    cancelled: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(any, { minLength: 1, maxLength: 40 }), (flights) => {
      const expected = [...Map.groupBy(flights, ({ day }) => day)]
        .sort(([a], [b]) => a - b)
        .map(([, ofDay]) => {
          const lost = [...Map.groupBy(ofDay, ({ carrier }) => carrier)]
            .map(([carrier, its]) => ({
              carrier,
              minutes: its.reduce((sum, { cancelled, delay }) => sum + (cancelled ? 0 : Math.max(0, delay)), 0),
              cancelled: its.filter(({ cancelled }) => cancelled).length,
            }))
            .filter(({ minutes, cancelled }) => minutes + cancelled > 0)
            .sort((a, b) => b.minutes - a.minutes || b.cancelled - a.cancelled || (a.carrier < b.carrier ? -1 : 1));
          const words = lost.slice(0, 3).map(({ carrier, minutes, cancelled }) => {
            const parts = [minutes && `${minutes.toLocaleString('en-US')} min`, cancelled && `${cancelled} cancelled`];
            return `${carrier} ${parts.filter(Boolean).join(' + ')}`;
          });
          return words.join(', ') || null;
        });
      t.deepEqual(said(flights), expected);
    }),
  );
});
