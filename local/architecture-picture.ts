// `npm run make:architecture`: draws docs/images/architecture.svg from the imports of the code.
import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { palette, themes } from '../charts/palette.ts';
import { projectImports, type Room, rooms } from './project-imports.ts';

/** Where the picture lies. */
export const architectureFile = new URL('../docs/images/architecture.svg', import.meta.url);

const charts: readonly Room[] = [
  { name: 'charts/pages', what: 'pages, and their pictures' },
  { name: 'charts', what: 'figures and colours' },
];

const box = { width: 250, height: 46, every: 64, top: 64 };
const left = { x: 16, width: 190 };
const roomsX = 330;
/** How far to the right an arrow swings for each room that it passes. */
const swing = 44;
const { ground, text, faintText } = themes.light;

/**
 * Draw the rooms of `tasks/` from the top down, the charts beside them, and the imports between them as arrows, each with their
 * number.
 * @param imports what each file imports, as {@link projectImports} returns it
 * @returns an SVG, the same for the same imports
 */
export function drawArchitecture(imports: ReadonlyMap<string, readonly string[]>): string {
  const counts = new Map<string, number>();
  for (const [file, imported] of imports) {
    const from = roomOf(file);
    if (from === undefined) continue;
    for (const other of imported) {
      const to = roomOf(other);
      if (to === undefined || to === from) continue;
      const key = `${from} ${to}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  const arrows = [...counts].map(([key, count]) => {
    const [from, to] = key.split(' ');
    return arrow(from, to, count);
  });
  const boxes = [...rooms, ...charts].map(drawBox);
  const width = roomsX + box.width + rooms.length * swing + 24;
  const height = middle(rooms.at(-1)!.name) + box.height / 2 + 24;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" \
font-family="Inter, Arial, sans-serif" font-size="13" fill="${text}">
<title>The rooms of tasks/ from the top down, and how many imports lead from one to another</title>
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" \
orient="auto"><path d="M0 0 8 4 0 8z" fill="${palette.flightsOutline}"/></marker></defs>
<rect width="${width}" height="${height}" fill="${ground}"/>
<text x="${left.x}" y="28" font-size="15" font-weight="600">Who imports whom</text>
<text x="${roomsX}" y="28" fill="${faintText}">tasks/, from the top down; a number says how many imports an arrow stands for</text>
${[...arrows.map(({ line }) => line), ...arrows.map(({ label }) => label), ...boxes].join('\n')}
</svg>
`;
}

/** The room that a file belongs to; undefined for files that are not drawn. */
function roomOf(file: string): string | undefined {
  const [, task] = /^tasks\/([\w-]+)\//.exec(file) ?? [];
  if (task !== undefined) return rooms.some(({ name }) => name === task) ? task : undefined;
  return /^charts\/(?!superset\/)/.test(file)
    ? file.startsWith('charts/pages/')
      ? 'charts/pages'
      : 'charts'
    : undefined;
}

/** The height of a box's middle. The charts stand beside the rooms that use them. */
function middle(name: string): number {
  const beside: Record<string, string> = { 'charts/pages': 'report', charts: 'detect' };
  const row = rooms.findIndex((room) => room.name === (beside[name] ?? name));
  return box.top + row * box.every + box.height / 2;
}

function isChart(name: string): boolean {
  return charts.some((room) => room.name === name);
}

function drawBox({ name, what }: Room): string {
  const chart = isChart(name);
  const [x, width] = chart ? [left.x, left.width] : [roomsX, box.width];
  const y = middle(name) - box.height / 2;
  return `<g transform="translate(${x} ${y})"><rect width="${width}" height="${box.height}" rx="6" fill="${ground}" \
stroke="${chart ? palette.anomaly : palette.delay}" stroke-width="1.5"/><text x="12" y="19" font-weight="600">${name}</text>\
<text x="12" y="37" font-size="12" fill="${faintText}">${what}</text></g>`;
}

/** An arrow and its number; the numbers are drawn above all arrows. */
function arrow(from: string, to: string, count: number): { line: string; label: string } {
  const [y1, y2] = [middle(from), middle(to)];
  const label = (x: number, y: number) =>
    `<text x="${x}" y="${y + 4}" text-anchor="middle" font-size="12" stroke="${ground}" stroke-width="4" \
paint-order="stroke">${count}</text>`;
  const line = (d: string) =>
    `<path d="${d}" fill="none" stroke="${palette.flightsOutline}" stroke-width="${width(count)}" marker-end="url(#tip)"/>`;
  if (isChart(from)) {
    const x = left.x + left.width / 2;
    return { line: line(`M${x} ${y1 + box.height / 2}V${y2 - box.height / 2}`), label: label(x, (y1 + y2) / 2) };
  }
  if (isChart(to)) {
    const [x1, x2] = [roomsX, left.x + left.width];
    return { line: line(`M${x1} ${y1}L${x2} ${y2}`), label: label(x1 + (x2 - x1) / 3, y1 + (y2 - y1) / 3) };
  }
  const x = roomsX + box.width;
  // Arrows that leave a box start above those that come in. Each has its label at a place of its own, since no two
  // arrows have both the same middle and the same length.
  const reach = (Math.abs(y2 - y1) / box.every) * swing;
  const [start, end] = [y1 + 6, y2 - 6];
  const far = Math.round(x + (reach * 4) / 3);
  const curve = `M${x} ${start}C${far} ${start} ${far} ${end} ${x} ${end}`;
  return { line: line(curve), label: label(x + reach, (start + end) / 2) };
}

/** A line's width: half a pixel more each time that the number of imports doubles. */
function width(count: number): number {
  return 1 + Math.round(Math.log2(count)) / 2;
}

if (import.meta.main) {
  new Command('npm run make:architecture --')
    .description(
      'Draws docs/images/architecture.svg again: the folders of the code, and how many imports lead from one to another.',
    )
    .addHelpText('after', '\nExample:\n  npm run make:architecture')
    .parse();
  writeFileSync(architectureFile, drawArchitecture(projectImports()));
}
