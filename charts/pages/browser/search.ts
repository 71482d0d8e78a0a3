import type { AirportEntry } from '../data-file.ts';
import { siteFacts } from './store.ts';

/** Fills the search box for airports, and opens the page of the one that was chosen. */
export function setUpSearch(): void {
  const form = document.querySelector<HTMLFormElement>('form.search');
  const input = form?.querySelector('input');
  const list = form?.querySelector('datalist');
  const result = form?.querySelector('output');
  if (!form || !input || !list || !result) return;
  const { airports } = siteFacts();
  for (const entry of airports) {
    const option = document.createElement('option');
    option.value = wordsFor(entry);
    list.append(option);
  }
  const open = (entry: AirportEntry) => {
    location.href = `${document.body.dataset.root}airports/${entry.airport}.html`;
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const [found] = findAirports(airports, input.value);
    if (found) open(found);
    else result.textContent = `No airport is called “${input.value}”.`;
  });
  input.addEventListener('input', () => {
    result.textContent = '';
    const chosen = airports.find((entry) => wordsFor(entry) === input.value);
    if (chosen) open(chosen);
  });
}

/** `JFK · John F Kennedy Intl, New York` */
export function wordsFor({ airport, name, city }: AirportEntry): string {
  const place = city && !name?.includes(city) ? `, ${city}` : '';
  return name ? `${airport} · ${name}${place}` : airport;
}

/**
 * The airports whose code, name or city is what was typed; if there are none, those that begin with it, or else contain
 * it.
 */
export function findAirports(airports: readonly AirportEntry[], typed: string): AirportEntry[] {
  const wanted = typed.trim().toLowerCase().split(' · ')[0];
  if (wanted === '') return [];
  const rank = ({ airport, name, city }: AirportEntry) => {
    const words = [airport, name ?? '', city ?? ''].map((text) => text.toLowerCase());
    if (words[0] === wanted) return 0;
    if (words.some((text) => text.startsWith(wanted))) return 1;
    return words.some((text) => text.includes(wanted)) ? 2 : 3;
  };
  return airports.filter((entry) => rank(entry) < 3).sort((a, b) => rank(a) - rank(b));
}
