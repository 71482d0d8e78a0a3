import { createHash } from 'node:crypto';
import { takePngText, withPngText } from './io/png-text.ts';

/** What a chart is made of. */
export interface ChartOrigin {
  airport: string;
  year: number;
  /** SHA-256 of the summary it was drawn from. */
  summary: string;
}

const keyword = 'delaywatch';

/** A chart that carries what it is made of and a hash of itself. */
export function markChart(png: Uint8Array, { airport, year, summary }: ChartOrigin): Uint8Array {
  return withPngText(png, keyword, JSON.stringify({ airport, year, summary, sha256: hashOf(png) }));
}

/** What is wrong with a chart, in words that follow "is"; undefined for one that is whole and made of this. */
export function faultOfChart(bytes: Uint8Array, { airport, year, summary }: ChartOrigin): string | undefined {
  const found = takePngText(bytes, keyword);
  if (!found) return 'not a chart of this version';
  const mark = parse(found.text);
  if (mark?.sha256 !== hashOf(found.png)) return 'damaged';
  if (mark.airport !== airport || mark.year !== year) return `the chart of ${mark.airport} in ${mark.year}`;
  return mark.summary === summary ? undefined : 'drawn from another summary';
}

function parse(text: string): (ChartOrigin & { sha256: string }) | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
