/** Draws a picture of a given width for its figure. */
export type Picture = (
  width: number,
  height: number,
  figure: HTMLElement,
) => (Element | string)[] | Promise<(Element | string)[]>;

/**
 * Draws the figures of the page as they come near the screen, and again when their width changes.
 * @param pictures by the name in `data-picture`
 */
export function drawPictures(pictures: Record<string, Picture>, within: ParentNode = document): void {
  for (const figure of within.querySelectorAll<HTMLElement>('[data-picture]')) {
    const picture = pictures[figure.dataset.picture!];
    if (picture) drawWhenSeen(figure, picture);
  }
}

function drawWhenSeen(figure: HTMLElement, picture: Picture): void {
  const drawing = document.createElement('div');
  const height = Number(figure.dataset.height) || 200;
  drawing.style.minHeight = `${height}px`;
  figure.append(drawing);
  let drawn = 0;
  const draw = async () => {
    const width = Math.floor(figure.clientWidth);
    if (width === 0 || width === drawn) return;
    drawn = width;
    const content = await picture(width, height, figure);
    // Another width may have come while this one waited for its data.
    if (drawn !== width) return;
    drawing.replaceChildren(...content);
    for (const svg of drawing.querySelectorAll('svg')) describe(svg, figure);
    drawing.style.minHeight = '';
  };
  const seen = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      seen.disconnect();
      void draw();
      new ResizeObserver(() => void draw()).observe(figure);
    },
    { rootMargin: '300px' },
  );
  seen.observe(figure);
  // Paper has no place to scroll to.
  addEventListener('beforeprint', () => void draw());
}

/** One picture with one description: the table beside it holds the same numbers and links for readers who cannot see it. */
function describe(svg: SVGElement, figure: HTMLElement): void {
  for (const part of svg.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label');
  for (const link of svg.querySelectorAll('a')) makeShortcut(link);
  svg.setAttribute('role', 'img');
  if (svg.hasAttribute('aria-label')) return;
  const words = figure.querySelector('figcaption')?.textContent ?? figure.dataset.label ?? 'picture';
  svg.setAttribute('aria-label', words);
}

/** A link within a picture would be a stop of the keyboard on each dot; a shortcut is for the mouse alone. */
function makeShortcut(link: Element): void {
  const href = link.getAttribute('href') ?? link.getAttributeNS('http://www.w3.org/1999/xlink', 'href')!;
  for (const mark of [...link.children] as SVGElement[]) {
    mark.style.cursor = 'pointer';
    mark.dataset.href = href;
    mark.addEventListener('click', () => {
      location.href = href;
    });
  }
  link.replaceWith(...link.childNodes);
}
