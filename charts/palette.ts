/**
 * Colours that colour-blind people can distinguish: Okabe & Ito, "Color Universal Design" (2008). Everything coloured also
 * differs by shape.
 */
export const palette = {
  flights: '#8fb3cf',
  flightsOutline: '#6d94b3',
  /** Colour of the flights where a line and its band lie above them. */
  flightsFaint: '#c9d9e6',
  delay: '#0072b2',
  anomaly: '#d55e00',
  outlier: '#8a4f7d',
  /** Translucent, so that it fits a light and a dark ground. */
  expected: 'rgba(86, 180, 233, 0.28)',
} as const;

/** Colours from ordinary to worst: one hue, each darker than the one before, so that the order also shows in grey. */
export const worse = ['#f2f5f8', '#fbe3cf', '#f5b98a', '#e88a4a', '#d55e00', '#8f3b00'] as const;

/** Colours of the kinds of anomalies, which differ in hue and in lightness. */
export const kinds = { delays: '#0072b2', cancellations: '#d55e00', both: '#8a4f7d' } as const;

/** Colours of up to six things side by side, as far apart as they can be for everybody. */
export const apart = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'] as const;

/** Colour of unknown or unimportant values. */
export const unknown = '#9aa5b1';

/** Colours of what surrounds the data, on a light and on a dark ground. */
export const themes = {
  light: { ground: '#ffffff', text: '#1f2933', faintText: '#5c6773', grid: '#e4e8ec' },
  dark: { ground: '#14191f', text: '#e6eaee', faintText: '#9aa5b1', grid: '#2b333c' },
} as const;

export type Theme = (typeof themes)['light' | 'dark'];

/** The font of charts and report; it is embedded in both. */
export const fontFamily = 'Inter, Arial, sans-serif';
