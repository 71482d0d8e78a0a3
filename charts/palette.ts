/**
 * Colours that stay apart for people who see fewer of them: Okabe & Ito, "Color Universal Design" (2008). On top of
 * that everything that is coloured differs by shape, too.
 */
export const palette = {
  flights: '#8fb3cf',
  flightsOutline: '#6d94b3',
  /** Under a line and its band. */
  flightsFaint: '#c9d9e6',
  delay: '#0072b2',
  anomaly: '#d55e00',
  outlier: '#8a4f7d',
  /** A fill that both grounds shine through. */
  expected: 'rgba(86, 180, 233, 0.28)',
} as const;

/** From ordinary to worst: one hue, each darker than the one before, so that it also works in grey. */
export const worse = ['#f2f5f8', '#fbe3cf', '#f5b98a', '#e88a4a', '#d55e00', '#8f3b00'] as const;

/** Kinds of anomalies: apart in hue and in lightness. */
export const kinds = { delays: '#0072b2', cancellations: '#d55e00', both: '#8a4f7d' } as const;

/** Things laid side by side: as far apart as six colours can be for everybody. */
export const apart = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'] as const;

/** What is not known, or does not matter. */
export const unknown = '#9aa5b1';

/** What surrounds the data, on a light and on a dark ground. */
export const themes = {
  light: { ground: '#ffffff', text: '#1f2933', faintText: '#5c6773', grid: '#e4e8ec' },
  dark: { ground: '#14191f', text: '#e6eaee', faintText: '#9aa5b1', grid: '#2b333c' },
} as const;

export type Theme = (typeof themes)['light' | 'dark'];

/** The font of charts and report; it is embedded in both. */
export const fontFamily = 'Inter, Arial, sans-serif';
