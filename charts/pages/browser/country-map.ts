import * as Plot from '@observablehq/plot';
import { geoAlbersUsa } from 'd3-geo';
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import outlines from 'us-atlas/states-albers-10m.json' with { type: 'json' };
import { wholeNumber } from '../../whole-number.ts';
import { percent } from '../words.ts';
import type { AirportLine } from '../year-facts.ts';

const topology = outlines as unknown as Topology<{ nation: GeometryCollection; states: GeometryCollection }>;
const land = feature(topology, topology.objects.nation);
const borders = mesh(topology, topology.objects.states, (a, b) => a !== b);
/** The projection and the size in which us-atlas has drawn its outlines. */
const project = geoAlbersUsa().scale(1300).translate([487.5, 305]);
const [drawnWidth, drawnHeight] = [975, 610];
const labelled = 12;
/** The smallest part of the country's width that is shown, and the part from which on all of it is shown. */
const leastPart = 0.12;
const wholePart = 0.6;

/** Draws the airports of a year on a map of the country. Islands that the projection does not show are left out. */
export function countryMap(airports: readonly AirportLine[], days: number, width: number, maxHeight: number): Element {
  const height = Math.min(maxHeight, (width * drawnHeight) / drawnWidth);
  const scale = height / drawnHeight;
  const dots = airports
    .flatMap((line) => {
      const at = line.latitude === null || line.longitude === null ? null : project([line.longitude, line.latitude]);
      return at ? [{ ...line, x: at[0], y: at[1], share: line.anomalies / days }] : [];
    })
    .sort((a, b) => b.flights - a.flights);
  const most = Math.max(1, ...dots.map(({ flights }) => flights));
  return Plot.plot({
    width: drawnWidth * scale,
    height,
    margin: 0,
    ariaLabel: 'Map of the airports',
    projection: { type: 'identity', domain: { type: 'MultiPoint', coordinates: cornersOf(dots) } },
    r: { domain: [0, most], range: [1.5, 15] },
    color: {
      type: 'threshold',
      domain: [0.005, 0.01, 0.02, 0.04, 0.06],
      range: [0, 1, 2, 3, 4, 5].map((step) => `var(--worse-${step})`),
    },
    marks: [
      Plot.geo(land, { fill: 'var(--grid)', fillOpacity: 0.5, clip: 'frame' }),
      Plot.geo(borders, { stroke: 'var(--ground)', strokeWidth: 1, clip: 'frame' }),
      Plot.dot(dots, {
        x: 'x',
        y: 'y',
        r: 'flights',
        fill: 'share',
        stroke: 'var(--faint)',
        strokeWidth: 0.8,
        href: ({ airport }: AirportLine) => `airports/${airport}.html`,
        ariaLabel: ({ airport, anomalies }: AirportLine) => `${airport}: ${anomalies} anomalous days`,
      }),
      Plot.text(dots.slice(0, labelled), {
        x: 'x',
        y: 'y',
        text: 'airport',
        dy: -14,
        fill: 'var(--text)',
        stroke: 'var(--ground)',
        strokeWidth: 3,
        fontSize: 10,
      }),
      Plot.tip(
        dots,
        Plot.pointer({
          x: 'x',
          y: 'y',
          fill: 'var(--ground)',
          title: (line: AirportLine) =>
            `${line.airport}${line.name ? ` · ${line.name}` : ''}\n${wholeNumber(line.flights)} flights, ${line.anomalies} anomalous days (${percent(line.anomalies, days)})`,
        }),
      ),
    ],
  });
}

/** The window of the map: the country, or the part of it in which all airports lie. */
function cornersOf(dots: readonly { x: number; y: number }[]): [number, number][] {
  const [left, right] = [Math.min(...dots.map(({ x }) => x)), Math.max(...dots.map(({ x }) => x))];
  const [top, bottom] = [Math.min(...dots.map(({ y }) => y)), Math.max(...dots.map(({ y }) => y))];
  const scale = Math.max((right - left) / drawnWidth, (bottom - top) / drawnHeight, leastPart) * 1.3;
  if (dots.length === 0 || scale >= wholePart) {
    return [
      [0, 0],
      [drawnWidth, drawnHeight],
    ];
  }
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  const [halfWidth, halfHeight] = [(scale * drawnWidth) / 2, (scale * drawnHeight) / 2];
  return [
    [x - halfWidth, y - halfHeight],
    [x + halfWidth, y + halfHeight],
  ];
}
