import test from 'ava';
import fc from 'fast-check';
import { type AirportYear, airportYearFigure, type Figure } from '../../charts/airport-year.ts';
import { dayAndMonth } from '../../charts/dates.ts';

interface Trace {
  name: string;
  mode: string;
  x0?: string;
  dx?: number;
  x?: string[];
  y: (number | null)[];
  yaxis?: string;
  text?: string[];
  textposition?: string[];
  customdata?: number[];
}

const traces = (figure: Figure) => figure.data as unknown as Trace[];
/** The one trace of this name and mode. */
function trace(figure: Figure, name: string, mode = ''): Trace {
  const found = traces(figure).filter((trace) => trace.name.startsWith(name) && trace.mode.includes(mode));
  if (found.length !== 1) throw new Error(`${found.length} traces are called ${name}`);
  return found[0];
}
const labels = (figure: Figure) => trace(figure, 'date', 'text');
const heading = ({ layout }: Figure) => (layout as { title: { text: string; subtitle: { text: string } } }).title;

interface Day {
  day: number;
  flights?: number;
  departures?: number;
  cancelled?: number;
  mean?: number;
  z?: number;
}

function yearOf(days: Day[], values: Partial<AirportYear> = {}): AirportYear {
  return {
    airport: 'JFK',
    name: 'John F Kennedy Intl',
    city: 'New York',
    year: 2013,
    dayOfYear: Uint16Array.from(days, ({ day }) => day),
    flights: Uint32Array.from(days, ({ flights = 300 }) => flights),
    departures: Uint32Array.from(days, ({ departures = 290 }) => departures),
    cancelled: Uint32Array.from(days, ({ cancelled = 0 }) => cancelled),
    meanDepartureDelay: Float64Array.from(days, ({ mean = 10 }) => mean),
    zScore: Float64Array.from(days, ({ z = 0 }) => z),
    isOutlier: Uint8Array.from(days, ({ z = 0 }) => Number(Math.abs(z) >= 3)),
    ...values,
  };
}

const everyDay = (length: number, of: (day: number) => Omit<Day, 'day'> = () => ({})): Day[] =>
  Array.from({ length }, (_, day) => ({ day, ...of(day) }));

/** Outliers on the given days, each with its z. */
const withOutliers = (z: Record<number, number>, length = 365) =>
  airportYearFigure(yearOf(everyDay(length, (day) => ({ z: z[day] ?? 0 }))));

test('each day stands at its date', (t) => {
  const figure = airportYearFigure(yearOf(everyDay(365, (day) => ({ flights: 100 + day, mean: day / 10 }))));
  for (const name of ['flights cancelled', 'flights flown', 'mean departure delay']) {
    const { x0, dx, y } = trace(figure, name);
    t.is(x0, '2012-12-31', name);
    t.is(dx, 86_400_000);
    t.is(y.length, 367);
  }
  t.is(trace(figure, 'flights cancelled').y[1], 100);
  t.is(trace(figure, 'flights cancelled').y[365], 464);
  t.deepEqual(trace(figure, 'mean departure delay').y.slice(0, 3), [null, 0, 0.1]);
});

test('the last day of a leap year is in it', (t) => {
  const figure = airportYearFigure(
    yearOf(
      everyDay(366, (day) => ({ flights: day })),
      { year: 2012 },
    ),
  );
  for (const name of ['flights cancelled', 'flights flown']) {
    t.deepEqual(trace(figure, name).y.slice(365), [364, 365, 0], name);
  }
  t.deepEqual(trace(figure, 'mean departure delay').y.slice(365), [10, 10, null]);
  t.deepEqual((figure.layout as any).xaxis.range, ['2011-12-31', '2013-01-01']);
});

test('days without flights are gaps', (t) => {
  const figure = airportYearFigure(yearOf([{ day: 3 }, { day: 5 }]));
  t.deepEqual(trace(figure, 'flights flown').y.slice(0, 8), [0, 0, 0, 0, 300, 0, 300, 0]);
  t.deepEqual(trace(figure, 'mean departure delay').y.slice(3, 8), [null, 10, null, 10, null]);
});

test('the cancelled flights are the part that was not flown', (t) => {
  const days = [{ day: 0, flights: 300, departures: 10, cancelled: 290, mean: NaN }, { day: 1 }];
  const figure = airportYearFigure(yearOf(days));
  t.is(trace(figure, 'flights cancelled').y[1], 300);
  t.is(trace(figure, 'flights flown').y[1], 10);
  t.is(trace(figure, 'mean departure delay').y[1], null);
  t.regex(heading(figure).subtitle.text, / · 290 cancelled · /);
});

test('where the file does not say what was cancelled, it is what did not depart', (t) => {
  const figure = airportYearFigure(
    yearOf([{ day: 0, flights: 300, departures: 250 }, { day: 1 }], { cancelled: null }),
  );
  t.is(trace(figure, 'flights without departure').y[1], 300);
  t.is(trace(figure, 'flights flown').y[1], 250);
  t.false(traces(figure).some(({ name }) => name.includes('cancelled')));
  t.notRegex(heading(figure).subtitle.text, /cancelled/);
});

test('outliers are marked in both panels, and nothing else is', (t) => {
  const figure = withOutliers({ 38: 5.25, 100: -3.1, 200: 2.9 });
  for (const name of ['outlier day', 'outlier (|z| ≥ 3)']) {
    t.deepEqual(trace(figure, name, 'markers').x, ['2013-02-08', '2013-04-11'], name);
  }
  t.deepEqual(trace(figure, 'outlier (|z|').customdata, [5.3, -3.1]);
  t.deepEqual(trace(figure, 'outlier (|z|').y, [10, 10]);
  const coloured = trace(figure, 'outlier day', 'lines').y;
  t.deepEqual(
    coloured.flatMap((value, slot) => (value ? [slot - 1] : [])),
    [38, 100],
  );
});

test('the worst days have their date, the worst first', (t) => {
  const figure = withOutliers({ 38: 5, 100: -6, 200: 4 });
  t.deepEqual(labels(figure).text, ['11 Apr', '8 Feb', '20 Jul']);
  t.deepEqual(labels(figure).x, ['2013-04-11', '2013-02-08', '2013-07-20']);
  t.true(labels(figure).textposition!.every((position) => position === 'top center'));
});

test('of days that are near to each other only the worst has its date', (t) => {
  t.deepEqual(labels(withOutliers({ 100: 4, 119: 5, 120: 3 })).text, [dayAndMonth(2013, 119)]);
  t.deepEqual(labels(withOutliers({ 100: 4, 120: 5 })).text, [dayAndMonth(2013, 120), dayAndMonth(2013, 100)]);
});

test('labels are few, apart from each other, and those of the worst days', (t) => {
  const outliers = fc.uniqueArray(fc.record({ day: fc.nat(364), z: fc.double({ min: 3, max: 20, noNaN: true }) }), {
    selector: ({ day }) => day,
    maxLength: 40,
  });
  fc.assert(
    fc.property(outliers, fc.boolean(), (outliers, low) => {
      const z = Object.fromEntries(outliers.map(({ day, z }) => [day, low && day % 2 ? -z : z]));
      const { x } = labels(withOutliers(z));
      const days = x!.map((date) => (Date.parse(date) - Date.UTC(2013, 0, 1)) / 86_400_000);
      t.true(days.length <= 6);
      const worst = (day: number) => Math.abs(z[day]);
      days.forEach((day, index) => {
        t.true(day in z);
        t.true(days.slice(index + 1).every((other) => Math.abs(other - day) >= 20 && worst(other) <= worst(day)));
      });
      // A day without a label is near to a worse one that has it, or there was no more room.
      for (const { day } of outliers) {
        t.true(
          days.includes(day) ||
            days.some((other) => Math.abs(other - day) < 20 && worst(other) >= worst(day)) ||
            (days.length === 6 && days.every((other) => worst(other) >= worst(day))),
        );
      }
    }),
  );
});

test('labels at the edges stand beside their mark', (t) => {
  const positions = (...days: number[]) => {
    const { textposition } = labels(withOutliers(Object.fromEntries(days.map((day, index) => [day, 20 - index]))));
    return textposition;
  };
  t.deepEqual(positions(0, 50, 364), ['middle right', 'top center', 'middle left']);
  t.deepEqual(positions(9, 356), ['middle right', 'middle left']);
  t.deepEqual(positions(10, 355), ['top center', 'top center']);
});

test('an airport we do not know goes by its code', (t) => {
  const figure = airportYearFigure(yearOf(everyDay(365), { airport: '10397', name: undefined, city: undefined }));
  t.is(heading(figure).text, '<b>10397</b> · 2013');
});

test('the heading has the name, and the city where the name does not tell it', (t) => {
  const headingOf = (values: Partial<AirportYear>) => heading(airportYearFigure(yearOf([{ day: 0 }], values))).text;
  t.is(headingOf({}), '<b>JFK</b> · John F Kennedy Intl, New York · 2013');
  t.is(headingOf({ city: undefined }), '<b>JFK</b> · John F Kennedy Intl · 2013');
  t.is(headingOf({ airport: 'ATL', name: 'Atlanta Intl', city: 'Atlanta' }), '<b>ATL</b> · Atlanta Intl · 2013');
});

test('below the heading the year is summed up', (t) => {
  const days = [
    { day: 0, flights: 1000, departures: 900, cancelled: 100, mean: 10, z: 3.5 },
    { day: 1, flights: 500, departures: 100, cancelled: 400, mean: 110 },
    { day: 2, flights: 1, departures: 0, cancelled: 1, mean: NaN, z: NaN },
  ];
  t.is(
    heading(airportYearFigure(yearOf(days))).subtitle.text,
    '1,501 flights on 3 days · 501 cancelled · mean delay 20.0 min · 1 outlier day',
  );
  t.is(
    heading(airportYearFigure(yearOf([{ day: 0, flights: 1, departures: 0, mean: NaN, z: NaN }]))).subtitle.text,
    '1 flight on 1 day · 0 cancelled · 0 outlier days',
  );
});

test('where days are few or stand alone, each has its mark', (t) => {
  const modeOf = (days: Day[]) => trace(airportYearFigure(yearOf(days)), 'mean departure delay').mode;
  t.is(modeOf(everyDay(365)), 'lines');
  t.is(modeOf(everyDay(30)), 'lines+markers');
  t.is(modeOf([...everyDay(100), { day: 200 }]), 'lines+markers');
  t.is(modeOf([...everyDay(100), { day: 200 }, { day: 201 }]), 'lines');
});

/** Whether a value survives being sent as JSON. */
function isPlain(value: unknown): boolean {
  if (value === null || ['string', 'boolean'].includes(typeof value)) return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isPlain);
  return (
    typeof value === 'object' &&
    Object.getPrototypeOf(value) === Object.prototype &&
    Object.values(value).every((each) => isPlain(each))
  );
}

test('a figure is plain data with ranges that hold it, whatever the year was like', (t) => {
  const day = fc.record({
    day: fc.nat(364),
    flights: fc.nat(1000),
    departures: fc.nat(1000),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    mean: fc.oneof(fc.constant(NaN), fc.double({ min: -100, max: 2000, noNaN: true })),
    z: fc.double({ min: -5, max: 20, noNaN: true }),
  });
  const days = fc.uniqueArray(day, { selector: ({ day }) => day, minLength: 1, maxLength: 120 });
  fc.assert(
    fc.property(days, fc.boolean(), (days, saysCancelled) => {
      const rows = days
        .toSorted((a, b) => a.day - b.day)
        .map((row) => ({
          ...row,
          cancelled: Math.floor(row.share * row.flights),
          z: Number.isNaN(row.mean) ? NaN : row.z,
        }));
      const figure = airportYearFigure(yearOf(rows, saysCancelled ? {} : { cancelled: null }));
      t.true(isPlain(figure.data));
      t.true(isPlain(figure.layout));

      const scheduled = trace(figure, saysCancelled ? 'flights cancelled' : 'flights without departure').y;
      trace(figure, 'flights flown').y.forEach((flown, slot) => {
        t.true(flown! >= 0 && flown! <= scheduled[slot]!);
      });
      const { yaxis, yaxis2, xaxis } = figure.layout as Record<string, { range: [number, number] }>;
      const within = (value: number, [low, high]: [number, number]) => value >= low && value <= high;
      for (const { x = [], y, yaxis: axis } of traces(figure)) {
        for (const value of y) if (value !== null) t.true(within(value, (axis === 'y2' ? yaxis2 : yaxis).range));
        for (const date of x) t.true(date > String(xaxis.range[0]) && date < String(xaxis.range[1]));
      }
      t.deepEqual(
        labels(figure).x!.filter((date) => !trace(figure, 'outlier (|z|').x!.includes(date)),
        [],
      );
    }),
  );
});

test('a year of one day is drawn', (t) => {
  const figure = airportYearFigure(yearOf([{ day: 364, flights: 1, departures: 0, cancelled: 1, mean: NaN, z: NaN }]));
  t.true(isPlain(figure.layout));
  t.is(trace(figure, 'flights cancelled').y.indexOf(1), 365);
  t.deepEqual(labels(figure).text, []);
});
