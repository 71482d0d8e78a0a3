import test from 'ava';
import { type PlanRequest, planYear } from '../../../tasks/acquire/plan.ts';
import type { Source } from '../../../tasks/acquire/source.ts';
import { InputError, YearMissingError } from '../../../tasks/errors.ts';
import type { OriginFile } from '../../../tasks/io/origin.ts';

/** A source of 2025 that has published some months. */
const sourceWith = (published: number[]): Source => ({
  name: 'bts',
  origin: {
    look: async (url): Promise<OriginFile | undefined> =>
      published.includes(Number(url.pathname.slice(1, -4))) ? { url, name: url.pathname.slice(1) } : undefined,
    read: async function* () {},
  },
  files: Array.from({ length: 12 }, (_, index) => ({
    url: new URL(`http://p.example/${index + 1}.zip`),
    months: [index + 1],
  })),
  place: 'http://p.example/',
  atOnce: 2,
  whenMissing: (missing) => `after ${missing.at(-1)}`,
  whenAbsent: 'check the address',
});
const plan = async (published: number[], more: Partial<PlanRequest> = {}) =>
  (
    await planYear(sourceWith(published), {
      year: 2025,
      soFar: false,
      keptMonths: [],
      signal: new AbortController().signal,
      today: new Date('2025-12-24'),
      ...more,
    })
  ).map(({ months }) => months[0]);
const all = Array.from({ length: 12 }, (_, index) => index + 1);

test('a year is planned when all of its months are there', async (t) => {
  t.deepEqual(await plan(all), all);
  await t.throwsAsync(plan([1, 2, 3, 5]), {
    instanceOf: YearMissingError,
    message: 'bts has not published 2025-04, 2025-06 to 2025-12 yet; after 12',
  });
  await t.throwsAsync(plan([]), {
    instanceOf: YearMissingError,
    message: 'bts has not published the whole year 2025 yet; after 12',
  });
});

test('a year so far is planned from January to the last month that is there', async (t) => {
  t.deepEqual(await plan([1, 2, 3], { soFar: true }), [1, 2, 3]);
  t.deepEqual(await plan(all, { soFar: true }), all);
  await t.throwsAsync(plan([], { soFar: true }), {
    instanceOf: YearMissingError,
    message: 'bts has not published the whole year 2025 yet; after 12',
  });
});

test('a hole in the year so far is waited for, and named', async (t) => {
  await t.throwsAsync(plan([1, 2, 4, 5], { soFar: true }), {
    instanceOf: YearMissingError,
    message:
      'bts has not published 2025-03 yet, although 2025-05 is published, and the year so far needs each month up to its last ' +
      'one; after 3',
  });
  await t.throwsAsync(plan([2], { soFar: true }), {
    message: /has not published 2025-01 yet, although 2025-02 is published/,
  });
});

test('a month that is asked for is waited for, and later ones are taken', async (t) => {
  t.deepEqual(await plan([1, 2, 3, 4], { soFar: true, through: 3 }), [1, 2, 3, 4]);
  t.deepEqual(await plan([], { soFar: true, through: 2, keptMonths: [1, 2] }), []);
  await t.throwsAsync(plan([], { soFar: true, through: 1 }), {
    instanceOf: YearMissingError,
    message: 'bts has not published 2025-01 yet; after 1',
  });
  await t.throwsAsync(plan([1, 2], { soFar: true, through: 4 }), {
    instanceOf: YearMissingError,
    message: 'bts has not published 2025-03 to 2025-04 yet; after 4',
  });
  await t.throwsAsync(plan([1, 3], { soFar: true, through: 4 }), {
    message: /^bts has not published 2025-02, 2025-04 yet, although 2025-03 is published, /,
  });
});

test('a month in the folder is not a hole', async (t) => {
  t.deepEqual(await plan([1, 2, 4], { soFar: true, keptMonths: [1, 2, 3] }), [1, 2, 4]);
  t.deepEqual(await plan([], { soFar: true, keptMonths: [1, 2, 3] }), []);
  t.deepEqual(await plan(all.slice(1), { keptMonths: [1] }), all.slice(1));
});

test("missing months are awaited until six months after the year's end", async (t) => {
  await t.throwsAsync(plan([], { today: new Date('2026-06-30T23:59:59Z') }), { instanceOf: YearMissingError });
  await t.throwsAsync(plan([], { today: new Date('2026-07-01T00:00:00Z') }), {
    instanceOf: InputError,
    message:
      'there is nothing at http://p.example/ for the whole year 2025, and waiting would not help, since 2025 ended more ' +
      'than 6 months ago; check the address',
  });
  await t.throwsAsync(plan([1, 3], { today: new Date('2026-07-01'), soFar: true }), {
    instanceOf: InputError,
    message: /^there is nothing at http:\/\/p\.example\/ for 2025-02, /,
  });
});

test('files that would overwrite one another are refused', async (t) => {
  const source = sourceWith(all);
  const files = source.files.map(({ url, months }) => ({ url, months, name: 'flights.csv' }));
  await t.throwsAsync(
    planYear(
      { ...source, files },
      { year: 2025, soFar: false, keptMonths: [], signal: new AbortController().signal, today: new Date('2026-03-24') },
    ),
    {
      instanceOf: InputError,
      message: /leads to several files of the name flights\.csv; expected a name for each month/,
    },
  );
});
