import test from 'ava';
import fc from 'fast-check';
import { isCorrection } from '../../../tasks/digest/is-correction.ts';
import { type Item, newsOf } from '../../../tasks/digest/news.ts';
import type { CurrentEvent, NotedEvent, ToldEvent } from '../../../tasks/digest/noted-event.ts';
import { anyYear, currentEvent, written } from '../../support/told-events.ts';

const all = () => true;
const nemo = currentEvent(['EWR 2013-02-08', 'JFK 2013-02-08', 'JFK 2013-02-09'], { minutesLost: 5_000 });
const fog = currentEvent(['LGA 2013-03-01'], { minutesLost: 800 });
const shown = (items: Item[]) => items.map(({ kind, event }) => `${kind} ${event.title}`);

/** Look at years one after the other, as runs do. */
function look(years: CurrentEvent[][], isWanted: (event: ToldEvent) => boolean = all) {
  let noted: NotedEvent[] = [];
  const told = years.map((year) => {
    const { items, notes } = newsOf(noted, year, isWanted);
    noted = written(noted, notes);
    return items;
  });
  return { noted, told };
}

test('at first all events are new, the worst first', (t) => {
  const { told } = look([[fog, nemo]]);
  t.deepEqual(shown(told[0]), [`new ${nemo.title}`, `new ${fog.title}`]);
  t.deepEqual(told[0][0].at, { airport: 'EWR', date: '2013-02-08' });
});

test('a correction tells what was told before, and a withdrawal where the days are now', (t) => {
  const larger = { ...nemo, minutesLost: 5_600 };
  const joined = currentEvent([...nemo.airportDays, ...fog.airportDays], { minutesLost: 6_400, title: 'both' });
  const { told } = look([[nemo, fog], [larger, fog], [joined]]);
  t.deepEqual(shown(told[1]), [`corrected ${nemo.title}`]);
  t.is(told[1][0].before?.minutesLost, 5_000);
  t.deepEqual(shown(told[2]), ['corrected both', `withdrawn ${fog.title}`]);
  t.is(told[2][1].nowIn, 'both');
  t.is(look([[nemo], []]).told[1][0].nowIn, undefined);
});

test('small changes add up: an event is compared with what was told of it', (t) => {
  const grows = [5_000, 5_300, 5_600, 5_900].map((minutesLost) => [{ ...nemo, minutesLost }]);
  t.deepEqual(
    look(grows).told.map((items) => items.map(({ kind }) => kind)),
    [['new'], [], ['corrected'], []],
  );
});

test('an event that comes back after it was withdrawn is new', (t) => {
  t.deepEqual(
    look([[fog], [], [fog]]).told.map((items) => items.map(({ kind }) => kind)),
    [['new'], ['withdrawn'], ['new']],
  );
});

test('what the settings leave out is neither told nor corrected nor withdrawn', (t) => {
  const quiet = ({ minutesLost }: ToldEvent) => minutesLost >= 1_000;
  t.deepEqual(look([[fog], [{ ...fog, minutesLost: 950 }], []], quiet).told.flat(), []);
});

test('an event that grows to what the settings ask for is told as new', (t) => {
  const quiet = ({ minutesLost }: ToldEvent) => minutesLost >= 1_000;
  const grows = [950, 990, 1_010, 1_020].map((minutesLost) => [{ ...fog, minutesLost }]);
  t.deepEqual(
    look(grows, quiet).told.map((items) => items.map(({ kind }) => kind)),
    [[], [], ['new'], []],
  );
});

test('looser settings tell no old events, and stricter ones still correct what was told', (t) => {
  const noted = look([[fog, nemo]], ({ minutesLost }) => minutesLost >= 1_000).noted;
  t.deepEqual(newsOf(noted, [fog, nemo], all).items, []);
  t.deepEqual(shown(newsOf(noted, [{ ...fog, minutesLost: 1_600 }, nemo], all).items), [`new ${fog.title}`]);
  t.deepEqual(shown(newsOf(noted, [fog], () => false).items), [`withdrawn ${nemo.title}`]);
});

test('a correction is another day, airport or name, or more than a tenth of the minutes', (t) => {
  const others: [boolean, Partial<ToldEvent>][] = [
    [false, { airports: ['JFK', 'EWR'], title: 'other words', minutesLost: 5_500 }],
    [true, { minutesLost: 5_501 }],
    [true, { minutesLost: 4_499 }],
    [true, { lastDate: '2013-02-10' }],
    [true, { firstDate: '2013-02-07' }],
    [true, { airports: ['EWR', 'JFK', 'LGA'] }],
    [true, { name: 'Nemo' }],
  ];
  for (const [expected, change] of others)
    t.is(isCorrection(nemo, { ...nemo, ...change }), expected, JSON.stringify(change));
});

test('told twice, nothing is told the second time, whatever came before', (t) => {
  fc.assert(
    fc.property(
      fc.array(anyYear, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 900, max: 1_200 }),
      (years, least) => {
        const wanted = ({ minutesLost }: ToldEvent) => minutesLost >= least;
        const { told } = look([...years, years.at(-1)!, years.at(-1)!], wanted);
        return told.slice(-2).every((items) => items.length === 0);
      },
    ),
  );
  t.pass();
});

test('whoever reads everything knows each event of the last run once, and no other', (t) => {
  fc.assert(
    fc.property(fc.array(anyYear, { minLength: 1, maxLength: 5 }), (years) => {
      const { told } = look(years);
      const reader: ToldEvent[] = [];
      for (const { kind, event, before } of told.flat()) {
        const gone = kind === 'withdrawn' ? event : before;
        if (gone) {
          const at = reader.findIndex((one) => JSON.stringify(one) === JSON.stringify(gone));
          if (at < 0) return false;
          reader.splice(at, 1);
        }
        if (kind !== 'withdrawn') reader.push(event);
      }
      const last = years.at(-1)!;
      return reader.length === last.length && last.every((event) => reader.some((read) => !isCorrection(read, event)));
    }),
  );
  t.pass();
});

test('whatever runs came before, the same events are noted in the end', (t) => {
  fc.assert(
    fc.property(fc.array(anyYear, { maxLength: 4 }), anyYear, (before, last) => {
      const days = (noted: NotedEvent[]) => noted.map(({ airportDays }) => airportDays.join()).sort();
      t.deepEqual(days(look([...before, last]).noted), days(look([last]).noted));
    }),
  );
});
