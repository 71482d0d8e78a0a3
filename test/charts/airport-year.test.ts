import test from 'ava';
import fc from 'fast-check';
import { type AirportYear, airportYearFigure, type ChartSize, type Figure } from '../../charts/airport-year.ts';
import { dayAndMonth } from '../../charts/dates.ts';

interface Trace {
  name: string;
  mode: string;
  x0?: string;
  dx?: number;
  x?: string[];
  showlegend?: boolean;
  y: (number | null)[];
  yaxis?: string;
  text?: string[];
  marker?: { symbol: string };
  connectgaps?: boolean;
  customdata?: number[];
}

const traces = (figure: Figure) => figure.data as unknown as Trace[];
/** The one trace of this name and mode. */
function trace(figure: Figure, name: string, mode = ''): Trace {
  const found = traces(figure).filter((trace) => trace.name.startsWith(name) && trace.mode.includes(mode));
  if (found.length !== 1) throw new Error(`${found.length} traces are called ${name}`);
  return found[0];
}

interface Annotation {
  x: string | number;
  text: string;
  xref?: string;
  yref: string;
  xanchor: string;
  xshift: number;
  align: string;
}

const annotations = ({ layout }: Figure) => layout.annotations as Annotation[];
/** Those that stand at a day. */
const labels = (figure: Figure) => annotations(figure).filter(({ xref }) => xref !== 'paper');
const notes = (figure: Figure) => annotations(figure).filter(({ xref }) => xref === 'paper');
const anomalies = (figure: Figure) =>
  traces(figure).filter(({ name, mode }) => name === 'anomalous day' && mode === 'markers');
/** One mark on the line, and one above the flights. */
const diamonds = (figure: Figure) => anomalies(figure).find(({ marker }) => marker!.symbol === 'diamond')!;
const triangles = (figure: Figure) => anomalies(figure).find(({ marker }) => marker!.symbol === 'triangle-down')!;
const rings = (figure: Figure) => trace(figure, 'outlier of the mean', 'markers');
const heading = ({ layout }: Figure) => (layout as { title: { text: string; subtitle: { text: string } } }).title;

interface Day {
  day: number;
  flights?: number;
  departures?: number;
  cancelled?: number;
  mean?: number;
  z?: number;
  /** From 3.5 on, an anomaly. */
  score?: number;
  reason?: string;
  outOfLine?: string | undefined;
  expected?: [number, number];
}

function yearOf(days: Day[], values: Partial<AirportYear> = {}): AirportYear {
  return {
    airport: 'JFK',
    name: 'John F. Kennedy International Airport',
    city: 'New York',
    year: 2013,
    months: 12,
    dayOfYear: Uint16Array.from(days, ({ day }) => day),
    flights: Uint32Array.from(days, ({ flights = 300 }) => flights),
    departures: Uint32Array.from(days, ({ departures = 290 }) => departures),
    cancelled: Uint32Array.from(days, ({ cancelled = 0 }) => cancelled),
    meanDepartureDelay: Float64Array.from(days, ({ mean = 10 }) => mean),
    expectedLow: Float64Array.from(days, ({ expected }) => expected?.[0] ?? NaN),
    expectedHigh: Float64Array.from(days, ({ expected }) => expected?.[1] ?? NaN),
    anomalyScore: Float64Array.from(days, ({ score = 0 }) => score),
    isAnomaly: Uint8Array.from(days, ({ score = 0 }) => Number(score >= 3.5)),
    reason: days.map(({ score = 0, reason = 'weather' }) => (score >= 3.5 ? reason : null)),
    outOfLine: days.map(({ score = 0, outOfLine = null }) => (score >= 3.5 ? outOfLine : null)),
    zScore: Float64Array.from(days, ({ z = 0 }) => z),
    isOutlier: Uint8Array.from(days, ({ z = 0 }) => Number(Math.abs(z) >= 3)),
    notInFile: [],
    ...values,
  };
}

const everyDay = (length: number, of: (day: number) => Omit<Day, 'day'> = () => ({})): Day[] =>
  Array.from({ length }, (_, day) => ({ day, ...of(day) }));

/** A year with these scores on some days. */
const withScores = (scores: Record<number, number>, length = 365) =>
  airportYearFigure(yearOf(everyDay(length, (day) => ({ score: scores[day] ?? 0 }))));

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

test('the heading tells which months of the year there are so far', (t) => {
  const titleOf = (months: number) => heading(airportYearFigure(yearOf([{ day: 3 }], { months }))).text;
  t.true(titleOf(3).endsWith(' · 2013 so far, January to March'));
  t.true(titleOf(12).endsWith(' · 2013'));
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

test('without a column of cancellations, flights that did not depart count as cancelled', (t) => {
  const figure = airportYearFigure(
    yearOf([{ day: 0, flights: 300, departures: 250 }, { day: 1 }], { cancelled: null }),
  );
  t.is(trace(figure, 'flights without departure').y[1], 300);
  t.is(trace(figure, 'flights flown').y[1], 250);
  t.false(traces(figure).some(({ name }) => name.includes('cancelled')));
  t.notRegex(heading(figure).subtitle.text, /cancelled/);
  t.deepEqual(notes(figure), []);
});

test('anomalous days are marked in both panels by colour and by shape, and nothing else is', (t) => {
  const figure = airportYearFigure(
    yearOf(
      everyDay(365, (day) => ({
        flights: day === 38 ? 200 : 300,
        departures: 200,
        cancelled: 100,
        score: { 38: 5.25, 100: 3.5, 200: 3.49 }[day] ?? 0,
      })),
    ),
  );
  t.is(anomalies(figure).length, 2);
  for (const marks of [diamonds(figure), triangles(figure)]) t.deepEqual(marks.x, ['2013-02-08', '2013-04-11']);
  t.is(diamonds(figure).yaxis, 'y2');
  t.deepEqual(diamonds(figure).y, [10, 10]);
  t.deepEqual(diamonds(figure).customdata, [5.3, 3.5]);
  t.deepEqual(diamonds(figure).text, ['weather', 'weather']);
  triangles(figure).y.forEach((height, index) => {
    t.true(height! > [200, 300][index], 'above the flights of the day');
  });
  const coloured = trace(figure, 'anomalous day', 'lines').y;
  t.deepEqual(
    coloured.flatMap((value, slot) => (value ? [[slot - 1, value]] : [])),
    [
      [38, 100],
      [100, 200],
    ],
  );
});

test('one entry of the legend stands for anomalous days, one for outliers', (t) => {
  const names = traces(withScores({ 38: 5 }))
    .filter(({ showlegend }) => showlegend !== false)
    .map(({ name }) => name);
  t.deepEqual(names, [...new Set(names)]);
  t.is(names.filter((name) => name === 'anomalous day').length, 1);
});

test('the reference’s outliers have a ring, whether they are anomalies or not', (t) => {
  const z: Record<number, number> = { 38: 5.25, 100: -3.1, 200: 2.9 };
  const figure = airportYearFigure(yearOf(everyDay(365, (day) => ({ z: z[day] ?? 0, score: day === 38 ? 9 : 0 }))));
  t.deepEqual(rings(figure).x, ['2013-02-08', '2013-04-11']);
  t.deepEqual(rings(figure).customdata, [5.3, -3.1]);
  t.deepEqual(rings(figure).y, [10, 10]);
  t.is(rings(figure).marker!.symbol, 'circle-open');
  t.deepEqual(diamonds(figure).x, ['2013-02-08']);
});

test('a day without departures that is an anomaly has its mark above its flights', (t) => {
  const shut = { flights: 300, departures: 0, cancelled: 300, mean: NaN, score: 20, z: NaN };
  const figure = airportYearFigure(yearOf(everyDay(100, (day) => (day === 40 ? shut : {}))));
  t.deepEqual(diamonds(figure).y, [null], 'there is no line to stand on');
  t.true(triangles(figure).y[0]! > 300);
  t.is(labels(figure).length, 1);
});

test('the expected range is a band from low to high, without a gap on days that have no range', (t) => {
  const figure = airportYearFigure(
    yearOf([{ day: 0, expected: [-2.126, 20] }, { day: 1 }, { day: 3, expected: [0, 22.5] }]),
  );
  const low = trace(figure, 'expected range, its lower end');
  const high = traces(figure).find(({ name }) => name === 'expected range')!;
  t.deepEqual(low.y.slice(0, 6), [null, -2.13, null, null, 0, null]);
  t.deepEqual(high.y.slice(0, 6), [null, 20, null, null, 22.5, null]);
  for (const edge of [low, high]) t.like(edge, { yaxis: 'y2', connectgaps: true, x0: '2012-12-31' });
  t.is(traces(figure).indexOf(high), traces(figure).indexOf(low) + 1, 'it is filled down to the trace before');
});

test('the worst days have their date and their cause, the worst first', (t) => {
  const figure = airportYearFigure(
    yearOf(
      everyDay(365, (day) => ({
        score: { 38: 5, 100: 6, 200: 4 }[day] ?? 0,
        reason: day === 100 ? 'late aircraft' : 'weather',
      })),
    ),
  );
  t.deepEqual(
    labels(figure).map(({ x, text }) => [x, text]),
    [
      ['2013-04-11', '<b>11 Apr</b><br>late aircraft'],
      ['2013-02-08', '<b>8 Feb</b><br>weather'],
      ['2013-07-20', '<b>20 Jul</b><br>weather'],
    ],
  );
  t.true(labels(figure).every(({ xanchor, align }) => xanchor === 'center' && align === 'center'));
});

test('a line leads from each label to its day', (t) => {
  const figure = withScores({ 38: 5, 100: 6, 200: 4 });
  const shapes = figure.layout.shapes as { x0: string; x1: string }[];
  t.deepEqual(
    shapes.map(({ x0, x1 }) => [x0, x1]),
    labels(figure).map(({ x }) => [x, x]),
  );
});

const datesLabelled = (figure: Figure) => labels(figure).map(({ text }) => /<b>(.*)<\/b>/.exec(text)![1]);

test('among days near each other only the worst has a label', (t) => {
  t.deepEqual(datesLabelled(withScores({ 100: 4, 123: 5, 124: 3.6 })), [dayAndMonth(2013, 123)]);
  t.deepEqual(datesLabelled(withScores({ 100: 4, 124: 5 })), [dayAndMonth(2013, 124), dayAndMonth(2013, 100)]);
});

test('labels are few, apart from each other, and those of the worst days', (t) => {
  const anomalies = fc.uniqueArray(
    fc.record({ day: fc.nat(364), score: fc.double({ min: 3.5, max: 20, noNaN: true }) }),
    { selector: ({ day }) => day, maxLength: 40 },
  );
  fc.assert(
    fc.property(anomalies, (anomalies) => {
      const score = Object.fromEntries(anomalies.map(({ day, score }) => [day, score]));
      const days = labels(withScores(score)).map(
        ({ x }) => (Date.parse(String(x)) - Date.UTC(2013, 0, 1)) / 86_400_000,
      );
      t.true(days.length <= 6);
      days.forEach((day, index) => {
        t.true(day in score);
        t.true(days.slice(index + 1).every((other) => Math.abs(other - day) >= 24 && score[other] <= score[day]));
      });
      // A day without a label is near to a worse one that has it, or between two, or there are enough.
      for (const { day } of anomalies) {
        t.true(
          days.includes(day) ||
            days.some((other) => Math.abs(other - day) < 40 && score[other] >= score[day]) ||
            (days.length === 6 && days.every((other) => score[other] >= score[day])),
        );
      }
    }),
  );
});

/** Where the text of a label begins and ends, in pixels, with letters of ordinary width. */
function extent(figure: Figure, { x, text, xanchor, xshift }: Annotation, { width, text: textSize }: ChartSize) {
  const { margin, xaxis } = figure.layout as any;
  const [first, last] = xaxis.range.map(Date.parse);
  const share = (Date.parse(String(x)) - first) / (last - first);
  const middle = margin.l + share * (width - margin.l - margin.r);
  const letters = Math.max(...text.split('<br>').map((line) => line.replaceAll(/<[^>]*>/g, '').length));
  const wide = letters * 0.5 * textSize;
  const begin = middle + xshift - wide * { left: 0, center: 0.5, right: 1 }[xanchor]!;
  return { begin, end: begin + wide };
}

test('labels stay apart, and within the chart, whatever their words and the size of the text', (t) => {
  const words = fc.constantFrom('weather', 'delays', 'American, Delta and Southwest', 'thunderstorms', 'blizzard Nemo');
  const day = fc.record({ day: fc.nat(364), score: fc.double({ min: 3.5, max: 20, noNaN: true }), reason: words });
  const days = fc.uniqueArray(day, { selector: ({ day }) => day, maxLength: 30 });
  const sizes = fc.record({
    width: fc.integer({ min: 700, max: 1600 }),
    height: fc.constant(500),
    text: fc.integer({ min: 10, max: 20 }),
  });
  fc.assert(
    fc.property(days, sizes, (days, size) => {
      const known = new Map(days.map((one) => [one.day, { ...one, outOfLine: '57 % two hours late' }]));
      const figure = airportYearFigure(yearOf(everyDay(365, (day) => known.get(day) ?? {})), size);
      const extents = labels(figure)
        .map((label) => extent(figure, label, size))
        .sort((a, b) => a.begin - b.begin);
      extents.forEach(({ begin, end }, index) => {
        t.true(begin >= 0 && end <= size.width);
        if (index > 0) t.true(begin > extents[index - 1].end);
      });
    }),
  );
});

test('a label that has no room above its day stands a little aside, or beside its line', (t) => {
  const places = (second: number) => {
    const days = everyDay(365, (day) => ({ score: { 100: 6, [second]: 5 }[day] ?? 0, reason: 'American and Envoy' }));
    const [first, other] = labels(airportYearFigure(yearOf(days)));
    t.like(first, { xanchor: 'center', xshift: 0 });
    return [other.xanchor, Math.sign(other.xshift)];
  };
  t.deepEqual(places(160), ['center', 0]);
  t.deepEqual(places(134), ['center', 1]);
  t.deepEqual(places(66), ['center', -1]);
  t.deepEqual(places(126), ['left', 1]);
  t.deepEqual(places(74), ['right', -1]);
});

test('a label has the date, the reason, and the share that is out of line, each once', (t) => {
  const textOf = (day: Partial<Day>) =>
    labels(airportYearFigure(yearOf(everyDay(365, (index) => (index === 99 ? { score: 9, ...day } : {})))))[0].text;
  const outOfLine = '57 % an hour late';
  t.is(textOf({ reason: 'blizzard Nemo', outOfLine }), '<b>10 Apr</b><br>blizzard Nemo<br>57 % an hour late');
  t.is(textOf({ reason: outOfLine, outOfLine }), '<b>10 Apr</b><br>57 % an hour late');
  t.is(
    textOf({ reason: 'American, Delta and Southwest', outOfLine }),
    '<b>10 Apr</b><br>American, Delta<br>and Southwest<br>57 % an hour late',
  );
  t.is(textOf({ reason: 'a-word-that-cannot-be-broken' }), '<b>10 Apr</b><br>a-word-that-cannot-be-broken');
});

test('the larger the text, the larger all that is written and marked', (t) => {
  const days = everyDay(365, (day) => (day === 99 ? { score: 9, outOfLine: '57 % cancelled' } : {}));
  const sizesOf = (text: number) => {
    const figure = airportYearFigure(yearOf(days), { width: 1200, height: 500, text });
    const { font, title, margin, legend, yaxis } = figure.layout as any;
    const { size } = diamonds(figure).marker as any;
    return [
      font.size,
      title.font.size,
      title.subtitle.font.size,
      margin.l,
      legend.font.size,
      yaxis.title.font.size,
      size,
    ];
  };
  const [small, large] = [sizesOf(12), sizesOf(18)];
  t.true(small.every((size, index) => Math.abs(large[index] / size - 1.5) < 1e-9));
});

test('a heading that is too long is written smaller', (t) => {
  const sizeOf = (name: string) =>
    (airportYearFigure(yearOf([{ day: 0 }], { name }), { width: 1200, height: 500, text: 18 }).layout as any).title.font
      .size;
  t.is(sizeOf('Newark Airport'), 1.45 * 18);
  t.true(sizeOf('New Orleans Naval Air Station Joint Reserve Base (Alvin Callender Field) Airport') < 24);
});

test('panels and labels do not overlap', (t) => {
  for (const outOfLine of [undefined, '57 % an hour late']) {
    const figure = airportYearFigure(
      yearOf(
        everyDay(365, (day) => ({ score: day === 99 ? 9 : 0, reason: 'American, Delta and Southwest', outOfLine })),
      ),
      { width: 1200, height: 500, text: 18 },
    );
    const { yaxis, yaxis2, margin } = figure.layout as any;
    const lines = labels(figure)[0].text.split('<br>').length;
    const height = 500 - margin.t - margin.b;
    t.true(yaxis.domain[1] < yaxis2.domain[0]);
    t.true((1 - yaxis2.domain[1]) * height > lines * 1.3 * 18);
    t.true((yaxis2.domain[1] - yaxis2.domain[0]) * height > 80, 'there is room for the delays');
  }
});

test('labels at the edges stand beside their line', (t) => {
  const anchors = (...days: number[]) =>
    labels(withScores(Object.fromEntries(days.map((day, index) => [day, 20 - index])))).map(({ xanchor }) => xanchor);
  t.deepEqual(anchors(0, 50, 364), ['left', 'center', 'right']);
  t.deepEqual(anchors(9, 356), ['left', 'right']);
  t.deepEqual(anchors(10, 355), ['center', 'center']);
});

test('the chart notes what is not in the file', (t) => {
  const figure = airportYearFigure(
    yearOf([{ day: 0 }], { notInFile: ['causes of delays', 'causes of cancellations'] }),
  );
  t.deepEqual(
    notes(figure).map(({ text }) => text),
    ['<i>not in this file: causes of delays, causes of cancellations</i>'],
  );
  t.deepEqual(labels(figure), []);
  t.deepEqual(notes(withScores({ 38: 5 })), []);
});

test('an unknown airport is named by its code', (t) => {
  const figure = airportYearFigure(yearOf(everyDay(365), { airport: '10397', name: undefined, city: undefined }));
  t.is(heading(figure).text, '<b>10397</b> · 2013');
});

test('the heading has the name, and the city where the name does not tell it', (t) => {
  const headingOf = (values: Partial<AirportYear>) => heading(airportYearFigure(yearOf([{ day: 0 }], values))).text;
  t.is(headingOf({}), '<b>JFK</b> · John F. Kennedy International Airport, New York · 2013');
  t.is(headingOf({ city: undefined }), '<b>JFK</b> · John F. Kennedy International Airport · 2013');
  t.is(
    headingOf({ airport: 'ATL', name: 'Atlanta International Airport', city: 'Atlanta' }),
    '<b>ATL</b> · Atlanta International Airport · 2013',
  );
});

test('below the heading the year is summed up', (t) => {
  const days = [
    { day: 0, flights: 1000, departures: 900, cancelled: 100, mean: 10, z: 3.5, score: 4 },
    { day: 1, flights: 500, departures: 100, cancelled: 400, mean: 110, score: 9 },
    { day: 2, flights: 1, departures: 0, cancelled: 1, mean: NaN, z: NaN },
  ];
  t.is(
    heading(airportYearFigure(yearOf(days))).subtitle.text,
    '1,501 flights on 3 days · 501 cancelled · mean delay 20.0 min · <b>2 anomalous days</b> · 1 outlier',
  );
  t.is(
    heading(airportYearFigure(yearOf([{ day: 0, flights: 1, departures: 0, mean: NaN, z: NaN }]))).subtitle.text,
    '1 flight on 1 day · 0 cancelled · <b>0 anomalous days</b> · 0 outliers',
  );
});

test('if days are few or stand alone, each has a marker', (t) => {
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
    score: fc.oneof(fc.constant(NaN), fc.double({ min: -5, max: 20, noNaN: true })),
    expected: fc.option(
      fc.tuple(fc.double({ min: -60, max: 0, noNaN: true }), fc.double({ min: 0, max: 900, noNaN: true })),
      {
        nil: undefined,
      },
    ),
  });
  const days = fc.uniqueArray(day, { selector: ({ day }) => day, minLength: 1, maxLength: 120 });
  fc.assert(
    fc.property(days, fc.boolean(), (days, saysCancelled) => {
      const rows = days
        .toSorted((a, b) => a.day - b.day)
        .map((row) => ({
          ...row,
          cancelled: Math.floor(row.share * row.flights),
          expected: row.expected ?? [NaN, NaN],
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
        labels(figure).filter(({ x }) => !diamonds(figure).x!.includes(String(x))),
        [],
      );
    }),
  );
});

test('a year of one day is drawn', (t) => {
  const figure = airportYearFigure(yearOf([{ day: 364, flights: 1, departures: 0, cancelled: 1, mean: NaN, z: NaN }]));
  t.true(isPlain(figure.layout));
  t.is(trace(figure, 'flights cancelled').y.indexOf(1), 365);
  t.deepEqual(labels(figure), []);
});
