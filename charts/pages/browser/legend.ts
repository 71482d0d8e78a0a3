/** What the colours of a picture mean, in words below it. */
export function legend(entries: { colour: string; words: string; isRing?: boolean }[]): HTMLElement {
  const list = document.createElement('div');
  list.className = 'legend';
  for (const { colour, words, isRing } of entries) {
    const entry = document.createElement('span');
    const swatch = document.createElement('i');
    Object.assign(
      swatch.style,
      isRing ? { border: `1.5px solid ${colour}`, borderRadius: '50%' } : { background: colour },
    );
    entry.append(swatch, words);
    list.append(entry);
  }
  return list;
}
