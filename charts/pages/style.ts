import { fontFamily, palette, type Theme, themes, worse } from '../palette.ts';

/** Colours of `worse` on a dark ground: from the ground on, each lighter than the one before. */
const worseOnDark = ['#232b34', '#5a3a22', '#8f5220', '#c4691c', '#ff8f3d', '#ffc48c'] as const;

/**
 * The pages' style sheet: the colours of the palette as variables, the fonts, and what `style.css` holds.
 * @param rules content of style.css
 * @param fonts WOFF2 in base64
 */
export function pageStyle(rules: string, fonts: { regular: string; bold: string }): string {
  const fontFace = (weight: string, data: string) =>
    `@font-face { font-family: Inter; font-weight: ${weight}; font-display: swap; src: url(data:font/woff2;base64,${data}); }`;
  return `${fontFace('400', fonts.regular)}
${fontFace('600 700', fonts.bold)}
:root { font-family: ${fontFamily}; ${variables(themes.light, worse)} --accent: #0067a3; --mark: #b84f00; --flights: ${palette.flights}; --outlier: ${palette.outlier}; }
@media (prefers-color-scheme: dark) { :root { ${variables(themes.dark, worseOnDark)} --accent: #56b4e9; --mark: #ff8f3d; --outlier: #d39cc6; } }
@media print { :root { ${variables(themes.light, worse)} } }
${rules}`;
}

function variables({ ground, text, faintText, grid }: Theme, steps: readonly string[]): string {
  return [
    `--ground: ${ground}; --text: ${text}; --faint: ${faintText}; --grid: ${grid};`,
    ...steps.map((colour, index) => `--worse-${index}: ${colour};`),
  ].join(' ');
}
