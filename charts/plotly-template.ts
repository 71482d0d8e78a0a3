import { fontFamily, type Theme } from './palette.ts';

/** Plotly's `layout.template` for a theme: font and colours of all that surrounds the data. */
export function plotlyTemplate({ ground, text, faintText, grid }: Theme): object {
  const axis = { gridcolor: grid, zerolinecolor: faintText, zerolinewidth: 1, linecolor: faintText };
  return {
    layout: {
      font: { family: fontFamily, size: 12, color: text },
      title: { subtitle: { font: { color: faintText } } },
      paper_bgcolor: ground,
      plot_bgcolor: ground,
      xaxis: axis,
      yaxis: axis,
      hoverlabel: { bgcolor: ground, bordercolor: grid, font: { color: text } },
    },
  };
}
