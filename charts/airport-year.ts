import { dayAndMonth, isoDate } from './dates.ts';
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
  /** NaN where there is no mean. */
  zScore: ArrayLike<number>;
  isOutlier: ArrayLike<number>;
}

/** A figure as Plotly takes it: plain data, without the colours of a theme. */
export interface Figure {
  data: object[];
  layout: Record<string, unknown>;
}

const dayMilliseconds = 86_400_000;
const labelledDays = 6;
/** Labels nearer than this would run into each other at the chart's width. */
const daysBetweenLabels = 20;
/** Nearer to an edge than this, a label stands beside its mark instead of above. */
const daysFromEdge = 10;
/** Share of the height that is kept free above the highest mark. */
const roomForLabels = 0.16;
/** Share of the height by which a label stands above its mark. */
const liftOfLabels = 0.035;
/** Below this many days with flights, a line alone would hide single days. */
const sparseDays = 60;

/**
 * The chart of an airport's year: above, the mean departure delay of each day; below, its flights, of which the
 * cancelled ones are the empty part. Anomalous days stand out by colour and by a mark.
 */
export function airportYearFigure(airportYear: AirportYear): Figure {
  const { year } = airportYear;
  const days = (Date.UTC(year + 1, 0, 1) - Date.UTC(year, 0, 1)) / dayMilliseconds;
  const scheduled: number[] = Array(days + 2).fill(0);
  const flown: number[] = Array(days + 2).fill(0);
  const delay: (number | null)[] = Array(days + 2).fill(null);
  const outliers: number[] = [];
  for (let row = 0; row < airportYear.dayOfYear.length; row++) {
    // Slot 0 is the day before the year: the steps of the first and the last day need something to come down to.
    const slot = airportYear.dayOfYear[row] + 1;
    scheduled[slot] = airportYear.flights[row];
    flown[slot] = airportYear.cancelled
      ? Math.max(0, airportYear.flights[row] - airportYear.cancelled[row])
      : Math.min(airportYear.flights[row], airportYear.departures[row]);
    const mean = airportYear.meanDepartureDelay[row];
    delay[slot] = Number.isNaN(mean) ? null : Math.round(mean * 100) / 100;
    if (airportYear.isOutlier[row]) outliers.push(row);
  }
  const dateOf = (row: number) => isoDate(year, airportYear.dayOfYear[row]);
  const delayOf = (row: number) => delay[airportYear.dayOfYear[row] + 1];
  const eachDay = { x0: isoDate(year, -1), dx: dayMilliseconds };
  const outlierSlots = new Set(outliers.map((row) => airportYear.dayOfYear[row] + 1));
  const most = Math.max(...scheduled);
  const delays = delay.filter((minutes) => minutes !== null);
  const [low, high] = [Math.min(0, ...delays), Math.max(1, ...delays)];
  const labels = labelsOf(airportYear, outliers);
  const sparse = airportYear.dayOfYear.length < sparseDays || isolatedDays(airportYear.dayOfYear) > 0;
  const notFlown = airportYear.cancelled ? 'cancelled' : 'without departure';

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
        name: 'outlier day',
        type: 'scatter',
        mode: 'lines',
        ...eachDay,
        y: flown.map((value, slot) => (outlierSlots.has(slot) ? value : 0)),
        line: { shape: 'hvh', width: 0, color: palette.anomaly },
        fill: 'tozeroy',
        fillcolor: palette.anomaly,
        hoverinfo: 'skip',
        showlegend: false,
      },
      {
        name: 'outlier day',
        type: 'scatter',
        mode: 'markers',
        x: outliers.map(dateOf),
        y: outliers.map((row) => airportYear.flights[row] + 0.07 * most),
        marker: { symbol: 'triangle-down', size: 7, color: palette.anomaly },
        hoverinfo: 'skip',
        showlegend: false,
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
        name: 'outlier (|z| ≥ 3)',
        type: 'scatter',
        mode: 'markers',
        x: outliers.map(dateOf),
        y: outliers.map(delayOf),
        yaxis: 'y2',
        marker: { symbol: 'diamond', size: 9, color: palette.anomaly },
        customdata: outliers.map((row) => Math.round(airportYear.zScore[row] * 10) / 10),
        hovertemplate: 'outlier, z %{customdata}<extra></extra>',
        showlegend: true,
      },
      {
        name: 'date',
        type: 'scatter',
        mode: 'text',
        x: labels.map(({ row }) => dateOf(row)),
        y: labels.map(
          ({ row, position }) => delayOf(row)! + (position === 'top center' ? liftOfLabels * (high - low) : 0),
        ),
        yaxis: 'y2',
        text: labels.map(({ text }) => text),
        textposition: labels.map(({ position }) => position),
        cliponaxis: false,
        hoverinfo: 'skip',
        showlegend: false,
      },
    ],
    layout: {
      title: {
        text: `<b>${airportYear.airport}</b>${heading(airportYear)} · ${year}`,
        subtitle: { text: summaryOf(airportYear, outliers.length), font: { size: 13 } },
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
        range: [low - 0.05 * (high - low), high + roomForLabels * (high - low)],
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

function summaryOf({ flights, departures, cancelled, meanDepartureDelay }: AirportYear, outliers: number): string {
  const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0);
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
    count(outliers, 'outlier day'),
  ].join(' · ');
}

interface Label {
  row: number;
  text: string;
  position: string;
}

/** The days that get their date beside their mark: the worst, as long as their labels stay apart. */
function labelsOf({ dayOfYear, year, zScore }: AirportYear, rows: number[]): Label[] {
  const labels: Label[] = [];
  for (const row of rows.toSorted((a, b) => Math.abs(zScore[b]) - Math.abs(zScore[a]))) {
    if (labels.length === labelledDays) break;
    const day = dayOfYear[row];
    if (labels.some((other) => Math.abs(dayOfYear[other.row] - day) < daysBetweenLabels)) continue;
    const position = day < daysFromEdge ? 'middle right' : day > 365 - daysFromEdge ? 'middle left' : 'top center';
    labels.push({ row, text: dayAndMonth(year, day), position });
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
