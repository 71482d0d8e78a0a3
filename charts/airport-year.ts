import { dayAndMonth, isoDate, yearLength } from './dates.ts';
import { palette } from './palette.ts';

/** One airport's year, a value per day that has flights, in the order of the days. */
export interface AirportYear {
  airport: string;
  /** Undefined for an airport we do not know by name. */
  name?: string | undefined;
  city?: string | undefined;
  year: number;
  /** Zero-based days of the year. */
  dayOfYear: ArrayLike<number>;
  flights: ArrayLike<number>;
  departures: ArrayLike<number>;
  /** Null where the source does not say. */
  cancelled: ArrayLike<number> | null;
  /** Minutes, NaN on a day without departures. */
  meanDepartureDelay: ArrayLike<number>;
  /** Minutes between which the mean delay of an ordinary day lies; NaN where that is not known. */
  expectedLow: ArrayLike<number>;
  expectedHigh: ArrayLike<number>;
  /** NaN where nothing is known of the flights. */
  anomalyScore: ArrayLike<number>;
  isAnomaly: ArrayLike<number>;
  /** Why a day is an anomaly, in a word; null on other days. */
  reason: ArrayLike<string | null>;
  /** NaN where there is no mean. */
  zScore: ArrayLike<number>;
  isOutlier: ArrayLike<number>;
  /** What the source does not tell: `causes of delays`, … */
  notInFile: string[];
}

/** A figure as Plotly takes it: plain data, without the colours of a theme. */
export interface Figure {
  data: object[];
  layout: Record<string, unknown>;
}

const dayMilliseconds = 86_400_000;
const labelledDays = 6;
/** Labels nearer than this would run into each other at the chart's width. */
const daysBetweenLabels = 24;
/** Nearer to an edge than this, a label stands beside its line instead of above. */
const daysFromEdge = 10;
/** About the width of a letter on a chart of 1,200 pixels. */
const daysPerCharacter = 1.9;
/** Share of the height that is kept free above the highest mark, for two lines of label. */
const roomForLabels = 0.24;
/** Share of the chart's height at which the lines from labels to their days begin: below two lines of label. */
const stemTop = 0.9;
/** Below this many days with flights, a line alone would hide single days. */
const sparseDays = 60;

/**
 * The chart of an airport's year: above, the mean departure delay of each day over the range in which ordinary days lie;
 * below, its flights, of which the cancelled ones are the empty part. Anomalous days stand out by colour and by a mark,
 * the worst of them by their date and cause.
 */
export function airportYearFigure(airportYear: AirportYear): Figure {
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
  const labels = labelsOf(airportYear, anomalies);
  const sparse = airportYear.dayOfYear.length < sparseDays || isolatedDays(airportYear.dayOfYear) > 0;
  const notFlown = airportYear.cancelled ? 'cancelled' : 'without departure';
  const oneDecimal = (value: number) => Math.round(value * 10) / 10;

  return {
    data: [
      {
        name: `flights ${notFlown} (the empty part)`,
        type: 'scatter',
        mode: 'lines',
        ...eachDay,
        y: scheduled,
        line: { shape: 'hvh', width: 1, color: palette.flightsOutline },
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
        y: anomalies.map((row) => airportYear.flights[row] + 0.07 * most),
        marker: { symbol: 'triangle-down', size: 7, color: palette.anomaly },
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
        line: { width: 1.5, color: palette.delay },
        marker: { size: 4 },
        hovertemplate: 'mean delay %{y:.1f} min<extra></extra>',
      },
      {
        name: 'anomalous day',
        type: 'scatter',
        mode: 'markers',
        x: anomalies.map(dateOf),
        y: anomalies.map(delayOf),
        yaxis: 'y2',
        marker: { symbol: 'diamond', size: 9, color: palette.anomaly },
        text: anomalies.map((row) => airportYear.reason[row] ?? ''),
        customdata: anomalies.map((row) => oneDecimal(airportYear.anomalyScore[row])),
        hovertemplate: 'anomaly: %{text}, score %{customdata}<extra></extra>',
        showlegend: true,
      },
      {
        name: 'outlier of the mean (|z| 3 or more)',
        type: 'scatter',
        mode: 'markers',
        x: outliers.map(dateOf),
        y: outliers.map(delayOf),
        yaxis: 'y2',
        marker: { symbol: 'circle-open', size: 13, color: palette.outlier, line: { width: 1.2 } },
        customdata: outliers.map((row) => oneDecimal(airportYear.zScore[row])),
        hovertemplate: 'outlier, z %{customdata}<extra></extra>',
        showlegend: true,
      },
    ],
    layout: {
      title: {
        text: `<b>${airportYear.airport}</b>${heading(airportYear)} · ${year}`,
        subtitle: { text: summaryOf(airportYear), font: { size: 13 } },
        font: { size: 18 },
        x: 0,
        xref: 'paper',
        xanchor: 'left',
        y: 0.96,
        yanchor: 'top',
      },
      margin: { l: 64, r: 24, t: 76, b: 64 },
      bargap: 0,
      hovermode: 'x unified',
      legend: { orientation: 'h', x: 0, xanchor: 'left', y: -0.1, yanchor: 'top', traceorder: 'normal' },
      // From the label down to the day in both halves.
      shapes: labels.map(({ row }) => ({
        type: 'line',
        layer: 'below',
        x0: dateOf(row),
        x1: dateOf(row),
        y0: 0,
        y1: stemTop,
        yref: 'paper',
        line: { width: 1, dash: 'dot', color: palette.anomaly },
      })),
      annotations: [
        ...labels.map(({ row, text, anchor }) => ({
          x: dateOf(row),
          y: 1,
          yref: 'paper',
          xanchor: anchor,
          xshift: anchor === 'left' ? 4 : anchor === 'right' ? -4 : 0,
          yanchor: 'top',
          align: anchor,
          text,
          showarrow: false,
        })),
        ...(airportYear.notInFile.length > 0
          ? [
              {
                x: 1,
                y: 1,
                xref: 'paper',
                yref: 'paper',
                xanchor: 'right',
                yanchor: 'bottom',
                yshift: 6,
                text: `<i>not in this file: ${airportYear.notInFile.join(', ')}</i>`,
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
        hoverformat: '%a %e %b %Y',
      },
      yaxis: {
        domain: [0, 0.36],
        title: { text: 'flights per day', standoff: 8 },
        range: [0, 1.15 * Math.max(1, most)],
        zeroline: false,
        // A part of a flight does not fly.
        ...(most < 4 ? { dtick: 1 } : { nticks: 4 }),
        fixedrange: true,
      },
      yaxis2: {
        domain: [0.44, 1],
        title: { text: 'mean delay (min)', standoff: 8 },
        range: [low - 0.05 * (high - low), high + (labels.length > 0 ? roomForLabels : 0.05) * (high - low)],
        nticks: 6,
        fixedrange: true,
      },
    },
  };
}

function heading({ name, city }: AirportYear): string {
  if (!name) return '';
  return city && !name.includes(city) ? ` · ${name}, ${city}` : ` · ${name}`;
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
  const count = (value: number, one: string) => `${value.toLocaleString('en-US')} ${value === 1 ? one : `${one}s`}`;
  return [
    `${count(all, 'flight')} on ${count(flights.length, 'day')}`,
    ...(cancelled ? [`${sum(cancelled).toLocaleString('en-US')} cancelled`] : []),
    ...(left > 0 ? [`mean delay ${(minutes / left).toFixed(1)} min`] : []),
    `<b>${count(sum(isAnomaly), 'anomalous day')}</b>`,
    count(sum(isOutlier), 'outlier'),
  ].join(' · ');
}

interface Label {
  row: number;
  text: string;
  anchor: 'left' | 'center' | 'right';
  /** Where its text is, in days. */
  middle: number;
  halfWidth: number;
}

/** The days that get their date and cause above their mark: the worst, as long as their labels stay apart. */
function labelsOf({ dayOfYear, year, anomalyScore, reason }: AirportYear, rows: number[]): Label[] {
  const labels: Label[] = [];
  for (const row of rows.toSorted((a, b) => anomalyScore[b] - anomalyScore[a])) {
    if (labels.length === labelledDays) break;
    const day = dayOfYear[row];
    const words = reason[row] ?? '';
    const halfWidth = (words.length * daysPerCharacter) / 2;
    const fromEdge = Math.max(daysFromEdge, halfWidth);
    const anchor = day < fromEdge ? 'left' : day > 365 - fromEdge ? 'right' : 'center';
    const middle = day + { left: halfWidth, center: 0, right: -halfWidth }[anchor];
    const isNear = (other: Label) =>
      Math.abs(dayOfYear[other.row] - day) < daysBetweenLabels ||
      Math.abs(other.middle - middle) < other.halfWidth + halfWidth + daysPerCharacter;
    if (labels.some(isNear)) continue;
    labels.push({ row, text: `<b>${dayAndMonth(year, day)}</b><br>${words}`, anchor, middle, halfWidth });
  }
  return labels;
}

function isolatedDays(dayOfYear: ArrayLike<number>): number {
  let isolated = 0;
  for (let row = 0; row < dayOfYear.length; row++) {
    if (dayOfYear[row - 1] !== dayOfYear[row] - 1 && dayOfYear[row + 1] !== dayOfYear[row] + 1) isolated++;
  }
  return isolated;
}
