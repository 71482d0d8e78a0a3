import * as Plot from '@observablehq/plot';
import type { Amount } from '../year-facts.ts';

/** Draws amounts as bars, the largest first. */
export function bars(amounts: readonly Amount[], width: number, height: number): Element {
  return Plot.plot({
    width,
    height,
    marginLeft: 110,
    marginRight: 16,
    x: { axis: null },
    y: { label: null, domain: amounts.map(({ cause }) => cause), tickSize: 0 },
    marks: [Plot.barX(amounts, { x: 'amount', y: 'cause', fill: 'var(--mark)', rx: 2, insetTop: 2, insetBottom: 2 })],
  });
}
