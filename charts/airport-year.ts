import { dayAndMonth, isoDate, yearLength } from './dates.ts';
import { palette } from './palette.ts';
import { wholeNumber } from './whole-number.ts';
import { yearInWords } from './year-so-far.ts';

/** One airport's year, a value per day that has flights, in the order of the days. */
export interface AirportYear {
  airport: string;
  /** Name of the airport; undefined where it is not known. */
  name?: string | undefined;
  city?: string | undefined;
  year: number;
  /** How many months the year has so far, from January on. */
  months: number;
  /** Zero-based days of the year. */
  dayOfYear: ArrayLike<number>;
  flights: ArrayLike<number>;
  departures: ArrayLike<number>;
  /** Number of cancelled flights; null where the files do not say. */
  cancelled: ArrayLike<number> | null;
  /** Mean departure delay in minutes; NaN on a day without departures. */
  meanDepartureDelay: ArrayLike<number>;
  /** Minutes between which the mean delay of an ordinary day lies; NaN where that is not known. */
  expectedLow: ArrayLike<number>;
  expectedHigh: ArrayLike<number>;
  /** Anomaly score; NaN where nothing is known of the flights. */
  anomalyScore: ArrayLike<number>;
  isAnomaly: ArrayLike<number>;
  /** Why a day is an anomaly, in a word; null on other days. */
  reason: ArrayLike<string | null>;
  /** The share of flights that is out of line on an anomalous day: `57 % an hour late`; null on other days. */
  outOfLine: ArrayLike<string | null>;
  /** z-score of the mean delay; NaN where there is no mean. */
  zScore: ArrayLike<number>;
  isOutlier: ArrayLike<number>;
  /** Information that the year's files lack, such as `causes of delays`. */
  notInFile: string[];
}

/** A figure as Plotly takes it: plain data, without the colours of a theme. */
export interface Figure {
  data: object[];
  layout: Record<string, unknown>;
}

/** The size that a chart is drawn in, in pixels. */
export interface ChartSize {
  width: number;
  height: number;
  /** Size of the letters of labels and ticks; the heading is larger. */
  text: number;
}

/** Size of a chart that is not scaled down. */
const onScreen: ChartSize = { width: 1200, height: 500, text: 12 };

const dayMilliseconds = 86_400_000;
const labelledDays = 6;
/** Labels nearer than this would seem to belong together. */
const daysBetweenLabels = 24;
/** Distances that differ by less than this many days count as the same. */
const rounding = 1e-6;
/** Horizontal distance of a label from its line, in pixels. */
const fromLine = { left: 4, center: 0, right: -4 };
/** A label that is nearer to an edge than this stands beside its line instead of above it. */
const daysFromEdge = 10;
/** A reason with more letters is broken into several lines. */
const lettersOfLine = 20;
/** Plotly need not measure the tick labels again, since they lie within the chart. */
const ticklabeloverflow = 'allow';
/** Below this many days with flights, a line alone would hide single days. */
const sparseDays = 60;

/** Lengths in units of the text's size. */
const em = {
  letter: 0.51,
  line: 1.3,
  heading: 1.45,
  /** From the top to the foot of the heading; Plotly puts the line below it a fixed way below. */
  headingLine: 1.65,
  legend: 0.86,
  note: 0.75,
  margin: { l: 4.5, r: 1.4, t: 4.35, b: 4.4 },
  /** Between the labels and what is below them, and between the panels. */
  gap: 0.9,
  /** Half of what marks an outlier. */
  ring: 0.75,
  /** Between ticks, at least. */
  tick: 2.3,
};
/** Share of the height that the flights take of what the labels leave. */
const flightsShare = 0.38;

/**
 * The chart of an airport's year: above, the mean departure delay of each day over the range in which ordinary days lie;
 * below, its flights, of which the cancelled ones are the empty part. Anomalous days stand out by colour and by a mark,
 * the worst of them by their date, their cause and what was out of line.
 */
export function airportYearFigure(airportYear: AirportYear, size: ChartSize = onScreen): Figure {
  const { year } = airportYear;
  const days = yearLength(year);
  const scheduled: number[] = Array(days + 2).fill(0);
  const flown: number[] = Array(days + 2).fill(0);
  const delay: (number | null)[] = Array(days + 2).fill(null);
  const expectedLow: (number | null)[] = Array(days + 2).fill(null);
  const expectedHigh: (number | null)[] = Array(days + 2).fill(null);
  const anomalies: number[] = [];
  const outliers: number[] = [];
  const minutes = (value: number) => (Number.isNaN(value) ? null : Math.round(value * 100) / 100);
  for (let row = 0; row < airportYear.dayOfYear.length; row++) {
    // Slot 0 is the day before the year: the steps of the first and the last day need something to come down to.
    const slot = airportYear.dayOfYear[row] + 1;
    scheduled[slot] = airportYear.flights[row];
    const cancelled = airportYear.cancelled?.[row] ?? NaN;
    flown[slot] = Number.isNaN(cancelled)
      ? Math.min(airportYear.flights[row], airportYear.departures[row])
      : Math.max(0, airportYear.flights[row] - cancelled);
    delay[slot] = minutes(airportYear.meanDepartureDelay[row]);
    expectedLow[slot] = minutes(airportYear.expectedLow[row]);
    expectedHigh[slot] = minutes(airportYear.expectedHigh[row]);
    if (airportYear.isAnomaly[row]) anomalies.push(row);
    if (airportYear.isOutlier[row]) outliers.push(row);
  }
  const dateOf = (row: number) => isoDate(year, airportYear.dayOfYear[row]);
  const delayOf = (row: number) => delay[airportYear.dayOfYear[row] + 1];
  const eachDay = { x0: isoDate(year, -1), dx: dayMilliseconds };
  const anomalySlots = new Set(anomalies.map((row) => airportYear.dayOfYear[row] + 1));
  const most = Math.max(...scheduled);
  const delays = [...delay, ...expectedLow, ...expectedHigh].filter((value) => value !== null);
  const [low, high] = [Math.min(0, ...delays), Math.max(1, ...delays)];
  const px = (ems: number) => ems * size.text;
  const margin = { l: px(em.margin.l), r: px(em.margin.r), t: px(em.margin.t), b: px(em.margin.b) };
  const plot = { width: size.width - margin.l - margin.r, height: size.height - margin.t - margin.b };
  const dayWidth = plot.width / (days + 2);
  const labels = labelsOf(airportYear, anomalies, { days, daysPerLetter: px(em.letter) / dayWidth });
  const lines = Math.max(0, ...labels.map((label) => label.lines.length));
  // Positions are shares of the plot's height.
  const gap = px(em.gap) / plot.height;
  const top = lines === 0 ? 1 : 1 - (lines * px(em.line)) / plot.height - gap;
  const flightsTop = flightsShare * top;
  const ticks = (share: number) => Math.max(2, Math.floor((share * plot.height) / px(em.tick)) + 1);
  const roomForRing = px(em.ring) / (plot.height * (top - flightsTop - gap) - px(em.ring));
  const scale = size.text / onScreen.text;
  const heading = headingOf(airportYear);
  const sparse = airportYear.dayOfYear.length < sparseDays || isolatedDays(airportYear.dayOfYear) > 0;
  const notFlown = airportYear.cancelled ? 'cancelled' : 'without departure';
  const oneDecimal = (value: number) => Math.round(value * 10) / 10;

  return {
    data: [
      {
        name: `flights ${notFlown}`,
        type: 'scatter',
        mode: 'lines',
        ...eachDay,
        y: scheduled,
        line: { shape: 'hvh', width: scale, color: palette.flightsOutline },
        hovertemplate: '%{y} flights<extra></extra>',
      },
      {
        name: 'flights flown',
        type: 'scatter',
        mode: 'lines',
        ...eachDay,
        y: flown,
        line: { shape: 'hvh', width: 0, color: palette.flights },
        fill: 'tozeroy',
        fillcolor: palette.flights,
        hovertemplate: '%{y} flown<extra></extra>',
      },
      {
        name: 'anomalous day',
        type: 'scatter',
        mode: 'lines',
        ...eachDay,
        y: flown.map((value, slot) => (anomalySlots.has(slot) ? value : 0)),
        line: { shape: 'hvh', width: 0, color: palette.anomaly },
        fill: 'tozeroy',
        fillcolor: palette.anomaly,
        hoverinfo: 'skip',
        showlegend: false,
      },
      {
        name: 'anomalous day',
        type: 'scatter',
        mode: 'markers',
        x: anomalies.map(dateOf),
        y: anomalies.map((row) => airportYear.flights[row] + 0.09 * most),
        marker: { symbol: 'triangle-down', size: 7 * scale, color: palette.anomaly },
        hoverinfo: 'skip',
        showlegend: false,
      },
      {
        name: 'expected range, its lower end',
        type: 'scatter',
        mode: 'lines',
        ...eachDay,
        y: expectedLow,
        yaxis: 'y2',
        connectgaps: true,
        line: { width: 0, color: palette.expected },
        hoverinfo: 'skip',
        showlegend: false,
      },
      {
        name: 'expected range',
        type: 'scatter',
        mode: 'lines',
        ...eachDay,
        y: expectedHigh,
        yaxis: 'y2',
        connectgaps: true,
        line: { width: 0, color: palette.expected },
        fill: 'tonexty',
        fillcolor: palette.expected,
        hoverinfo: 'skip',
      },
      {
        name: 'mean departure delay',
        type: 'scatter',
        mode: sparse ? 'lines+markers' : 'lines',
        ...eachDay,
        y: delay,
        yaxis: 'y2',
        connectgaps: false,
        line: { width: 1.5 * Math.sqrt(scale), color: palette.delay },
        marker: { size: 4 * scale },
        hovertemplate: 'mean delay %{y:.1f} min<extra></extra>',
      },
      {
        name: 'anomalous day',
        type: 'scatter',
        mode: 'markers',
        x: anomalies.map(dateOf),
        y: anomalies.map(delayOf),
        yaxis: 'y2',
        marker: { symbol: 'diamond', size: 9 * scale, color: palette.anomaly },
        text: anomalies.map((row) => wordsOf(airportYear, row).join(', ')),
        customdata: anomalies.map((row) => oneDecimal(airportYear.anomalyScore[row])),
        hovertemplate: 'anomaly: %{text}, score %{customdata}<extra></extra>',
        showlegend: true,
      },
      {
        name: 'outlier of the mean',
        type: 'scatter',
        mode: 'markers',
        x: outliers.map(dateOf),
        y: outliers.map(delayOf),
        yaxis: 'y2',
        marker: { symbol: 'circle-open', size: 13 * scale, color: palette.outlier, line: { width: 1.2 * scale } },
        customdata: outliers.map((row) => oneDecimal(airportYear.zScore[row])),
        hovertemplate: 'outlier, z %{customdata}<extra></extra>',
        showlegend: true,
      },
    ],
    layout: {
      font: { size: size.text },
      title: {
        text: heading,
        // A long heading gets smaller letters.
        font: { size: Math.min(px(em.heading), plot.width / (em.letter * lettersIn(heading))) },
        subtitle: { text: summaryOf(airportYear), font: { size: size.text } },
        x: 0,
        xref: 'paper',
        xanchor: 'left',
        y: 1 - px(em.headingLine) / size.height,
        yanchor: 'bottom',
      },
      margin,
      hovermode: 'x unified',
      legend: {
        orientation: 'h',
        font: { size: px(em.legend) },
        x: 0,
        xanchor: 'left',
        y: -px(1.55) / plot.height,
        yanchor: 'top',
        traceorder: 'normal',
      },
      // A line leads from the label down to the day in both panels.
      shapes: labels.map(({ row }) => ({
        type: 'line',
        layer: 'below',
        x0: dateOf(row),
        x1: dateOf(row),
        y0: 0,
        y1: top + gap,
        yref: 'paper',
        line: { width: scale, dash: 'dot', color: palette.anomaly },
      })),
      annotations: [
        ...labels.map(({ row, lines, anchor, shift, halfWidth }) => ({
          x: dateOf(row),
          y: 1,
          yref: 'paper',
          xanchor: anchor,
          xshift: dayWidth * (shift - { left: halfWidth, center: 0, right: -halfWidth }[anchor]) + fromLine[anchor],
          yanchor: 'top',
          borderpad: 0,
          align: anchor,
          text: lines.join('<br>'),
          showarrow: false,
        })),
        ...(airportYear.notInFile.length > 0
          ? [
              {
                x: 1,
                y: 0,
                xref: 'paper',
                yref: 'paper',
                xanchor: 'right',
                yanchor: 'bottom',
                yshift: 2 - margin.b,
                text: `<i>not in this file: ${airportYear.notInFile.join(', ')}</i>`,
                font: { size: px(em.note) },
                opacity: 0.75,
                showarrow: false,
              },
            ]
          : []),
      ],
      xaxis: {
        type: 'date',
        range: [isoDate(year, -1), isoDate(year, days)],
        dtick: 'M1',
        tickformat: '%b',
        ticklabelmode: 'period',
        anchor: 'y',
        ticklabeloverflow,
        hoverformat: '%a %e %b %Y',
      },
      yaxis: {
        domain: [0, flightsTop],
        title: { text: 'flights', font: { size: size.text }, standoff: px(0.5) },
        range: [0, 1.2 * Math.max(1, most)],
        separatethousands: true,
        zeroline: false,
        // Ticks stand at whole numbers of flights.
        ...(most < 3 ? { dtick: 1 } : { nticks: ticks(flightsTop) }),
        fixedrange: true,
        ticklabeloverflow,
      },
      yaxis2: {
        domain: [flightsTop + gap, top],
        title: { text: 'delay (min)', font: { size: size.text }, standoff: px(0.5) },
        range: [low - 0.05 * (high - low), high + roomForRing * (high - low)],
        nticks: ticks(top - flightsTop - gap),
        fixedrange: true,
        ticklabeloverflow,
      },
    },
  };
}

function headingOf({ airport, name, city, year, months }: AirportYear): string {
  const place = city && name && !name.includes(city) ? `${name}, ${city}` : name;
  return [`<b>${airport}</b>`, ...(place ? [place] : []), yearInWords(year, months)].join(' · ');
}

/** The number of letters of a text, without its markup. */
function lettersIn(text: string): number {
  return text.replaceAll(/<[^>]*>/g, '').length;
}

function summaryOf(airportYear: AirportYear): string {
  const { flights, departures, cancelled, meanDepartureDelay, isAnomaly, isOutlier } = airportYear;
  const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + (value || 0), 0);
  const all = sum(flights);
  const left = sum(departures);
  const minutes = Array.from(meanDepartureDelay).reduce(
    (total, mean, row) => total + (departures[row] > 0 ? mean * departures[row] : 0),
    0,
  );
  const count = (value: number, one: string) => `${wholeNumber(value)} ${value === 1 ? one : `${one}s`}`;
  return [
    `${count(all, 'flight')} on ${count(flights.length, 'day')}`,
    ...(cancelled ? [`${wholeNumber(sum(cancelled))} cancelled`] : []),
    ...(left > 0 ? [`mean delay ${(minutes / left).toFixed(1)} min`] : []),
    `<b>${count(sum(isAnomaly), 'anomalous day')}</b>`,
    count(sum(isOutlier), 'outlier'),
  ].join(' · ');
}

interface Label {
  row: number;
  lines: string[];
  anchor: 'left' | 'center' | 'right';
  /** How far the label is from the place above its day, where its middle is, and how wide it is; all in days. */
  shift: number;
  middle: number;
  halfWidth: number;
}

/** The lines that say why a day is an anomaly and what was out of line, or one line if both are the same. */
function wordsOf({ reason, outOfLine }: AirportYear, row: number): string[] {
  return [...new Set([reason[row], outOfLine[row]])].filter((words) => words !== null);
}

/** The days that get their date and cause above their mark: the worst, as long as their labels stay apart. */
function labelsOf(
  airportYear: AirportYear,
  rows: number[],
  { days, daysPerLetter }: { days: number; daysPerLetter: number },
): Label[] {
  const { dayOfYear, year, anomalyScore } = airportYear;
  const labels: Label[] = [];
  for (const row of rows.toSorted((a, b) => anomalyScore[b] - anomalyScore[a])) {
    if (labels.length === labelledDays) break;
    const day = dayOfYear[row];
    if (labels.some((other) => Math.abs(dayOfYear[other.row] - day) < daysBetweenLabels)) continue;
    const lines = [`<b>${dayAndMonth(year, day)}</b>`, ...wordsOf(airportYear, row).flatMap(wrap)];
    const halfWidth = (Math.max(...lines.map(lettersIn)) * daysPerLetter) / 2;
    const between = 2 * daysPerLetter;
    const apart = (other: Label) => other.halfWidth + halfWidth + between;
    const edge = Math.max(daysFromEdge, halfWidth);
    const least = day < edge ? halfWidth : -Infinity;
    const most = day > days - edge ? -halfWidth : Infinity;
    // The label stands above its day, a little aside, or beside its line.
    const shift = [
      0,
      halfWidth,
      -halfWidth,
      ...labels.flatMap((other) => [other.middle - apart(other) - day, other.middle + apart(other) - day]),
    ]
      .sort((one, other) => Math.abs(one) - Math.abs(other))
      .filter((each) => Math.abs(each) <= halfWidth / 2 || Math.abs(each) >= halfWidth)
      .filter((each) => Math.abs(each) <= halfWidth + between && each >= least && each <= most)
      .find(
        (each) =>
          day + each >= halfWidth &&
          day + each <= days - halfWidth &&
          !labels.some((other) => Math.abs(other.middle - day - each) < apart(other) - rounding),
      );
    if (shift === undefined) continue;
    const anchor = shift >= halfWidth ? 'left' : shift <= -halfWidth ? 'right' : 'center';
    labels.push({ row, lines, anchor, shift, halfWidth, middle: day + shift });
  }
  return labels;
}

/** Break words into lines of about the same length. */
function wrap(words: string): string[] {
  const count = Math.ceil(words.length / lettersOfLine);
  const lines: string[] = [];
  let rest = words;
  for (let left = count; left > 1; left--) {
    const goal = rest.length / left;
    const spaces = [...rest.matchAll(/ /g)].map(({ index }) => index);
    if (spaces.length === 0) break;
    const space = spaces.reduce((best, index) => (Math.abs(index - goal) < Math.abs(best - goal) ? index : best));
    lines.push(rest.slice(0, space));
    rest = rest.slice(space + 1);
  }
  return [...lines, rest];
}

function isolatedDays(dayOfYear: ArrayLike<number>): number {
  let isolated = 0;
  for (let row = 0; row < dayOfYear.length; row++) {
    if (dayOfYear[row - 1] !== dayOfYear[row] - 1 && dayOfYear[row + 1] !== dayOfYear[row] + 1) isolated++;
  }
  return isolated;
}
