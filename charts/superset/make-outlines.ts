// Makes the outlines below the map from the US Census Bureau's, as npm package us-atlas has them: `npm run make:outlines`.
import { readFileSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';

new Command('npm run make:outlines --')
  .description("Draws the outlines below the dashboard's map again, from the npm package us-atlas.")
  .addHelpText('after', '\nExample:\n  npm run make:outlines')
  .parse();

interface Topology {
  arcs: [number, number][][];
  transform: { scale: [number, number]; translate: [number, number] };
  objects: { nation: { geometries: { arcs: number[][][] }[] } };
}

/** The side of the world in Web Mercator. outlines.py uses the same number. */
const world = 262_144;
const degree = Math.PI / 180;

const file = new URL(import.meta.resolve('us-atlas/states-10m.json'));
const { arcs, transform, objects } = JSON.parse(readFileSync(file, 'utf8')) as Topology;

/** Each border once, as points of whole units. */
const lines = arcs.map((arc) => {
  let [x, y] = [0, 0];
  return arc.map(([dx, dy]): [number, number] => {
    x += dx;
    y += dy;
    return mercator(x * transform.scale[0] + transform.translate[0], y * transform.scale[1] + transform.translate[1]);
  });
});
const rings = objects.nation.geometries.flatMap(({ arcs: polygons }) => polygons.flat()).map(ring);

const folder = new URL('outlines/', import.meta.url);
writeFileSync(new URL('borders.path', folder), `${lines.map(path).join('')}\n`);
writeFileSync(new URL('land.path', folder), `${rings.map((points) => `${path(points)}z`).join('')}\n`);

function mercator(longitude: number, latitude: number): [number, number] {
  const y = Math.log(Math.tan(Math.PI / 4 + (latitude * degree) / 2));
  return [Math.round((0.5 + longitude / 360) * world), Math.round((0.5 - y / (2 * Math.PI)) * world)];
}

/** A negative index is the arc from its end; arcs of a ring share their ends. Source: TopoJSON Specification, 2.1.4. */
function ring(indexes: number[] | number[][]): [number, number][] {
  return indexes.flat().flatMap((index) => (index < 0 ? lines[~index].toReversed() : lines[index]));
}

/** Relative steps, without those of length 0: half the size. */
function path(points: [number, number][]): string {
  let text = '';
  let [x, y] = [0, 0];
  for (const [index, [toX, toY]] of points.entries()) {
    if (index === 0) text += `M${toX} ${toY}`;
    else if (toX !== x || toY !== y) text += `l${toX - x} ${toY - y}`;
    [x, y] = [toX, toY];
  }
  return text;
}
