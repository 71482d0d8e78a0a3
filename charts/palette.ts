/**
 * Colours that stay apart for people who see fewer of them: Okabe & Ito, "Color Universal Design" (2008). On top of
 * that everything that is coloured differs by shape, too.
 */
export const palette = {
  flights: '#8fb3cf',
  flightsOutline: '#6d94b3',
  delay: '#0072b2',
  anomaly: '#d55e00',
  outlier: '#8a4f7d',
  /** A fill that both grounds shine through. */
  expected: 'rgba(86, 180, 233, 0.28)',
} as const;

/** What surrounds the data, on a light and on a dark ground. */
export const themes = {
  light: { ground: '#ffffff', text: '#1f2933', faintText: '#5c6773', grid: '#e4e8ec' },
  dark: { ground: '#14191f', text: '#e6eaee', faintText: '#9aa5b1', grid: '#2b333c' },
} as const;

export type Theme = (typeof themes)['light' | 'dark'];

/** The font of charts and report; it is embedded in both. */
export const fontFamily = 'Inter, Arial, sans-serif';
