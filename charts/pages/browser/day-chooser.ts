import { dayOfIsoDate, isoDate } from '../../dates.ts';
import { counted, weekday } from '../words.ts';
import type { YearFacts } from '../year-facts.ts';

/** Number of airports that are named; the others are only counted. */
const named = 12;

/** Shows what happened on the day in the date field. @returns a function that chooses a day */
export function setUpDayChooser({ year, anomalies, airports }: YearFacts): (day: number) => void {
  const input = document.querySelector<HTMLInputElement>('#day');
  const result = document.querySelector<HTMLOutputElement>('#day-result');
  if (!input || !result) return () => {};
  const tell = (day: number) => {
    const found = anomalies.filter(([on]) => on === day).sort((a, b) => b[2] - a[2]);
    if (found.length === 0) {
      result.textContent = `${weekday(year, day)}: no airport was far out of line.`;
      return;
    }
    const links = found.slice(0, named).flatMap(([, index, score], place) => {
      const { airport, name } = airports[index];
      const link = document.createElement('a');
      link.href = `airports/${airport}.html#${isoDate(year, day)}`;
      link.textContent = `${airport} (${score.toFixed(1)})`;
      link.title = name ?? '';
      return place === 0 ? [link] : [', ', link];
    });
    const more = found.length > named ? ` and ${found.length - named} more` : '';
    result.replaceChildren(`${weekday(year, day)}: ${counted(found.length, 'airport')}, by score: `, ...links, more);
  };
  input.addEventListener('change', () => {
    const day = dayOfIsoDate(input.value, year);
    if (day !== null) tell(day);
  });
  return (day) => {
    input.value = isoDate(year, day);
    tell(day);
  };
}
