/** Makes the page's tables sortable, and shows the first rows of long ones. */
export function makeSortable(table: HTMLTableElement): void {
  const shown = Number(table.dataset.shown);
  const more = table.parentElement!.nextElementSibling?.querySelector<HTMLButtonElement>('.more');
  let isWhole = false;
  const showRows = () => {
    [...table.tBodies[0].rows].forEach((row, index) => {
      row.hidden = !isWhole && index >= shown;
    });
  };
  more?.addEventListener('click', () => {
    isWhole = !isWhole;
    more.setAttribute('aria-expanded', String(isWhole));
    more.textContent = isWhole ? `Show the first ${shown}` : `Show all ${table.tBodies[0].rows.length}`;
    showRows();
  });
  const heads = [...table.tHead!.rows[0].cells];
  // On a narrow screen a number stands behind its title instead of below it.
  for (const row of table.tBodies[0].rows) {
    for (const cell of row.querySelectorAll<HTMLTableCellElement>('.number')) {
      cell.dataset.title = heads[cell.cellIndex].textContent;
    }
  }
  heads.forEach((head, column) => {
    head.querySelector('button')?.addEventListener('click', () => {
      const wasDescending = head.getAttribute('aria-sort') === 'descending';
      const isFirst = !head.hasAttribute('aria-sort');
      // The first click sorts numbers from the largest, which readers look for, and words from A.
      const isDescending = isFirst ? head.classList.contains('number') : !wasDescending;
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', isDescending ? 'descending' : 'ascending');
      sort(table.tBodies[0], column, isDescending ? -1 : 1);
      showRows();
    });
  });
  showRows();
  const revealTarget = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target || !table.contains(target) || !target.hidden) return;
    isWhole = true;
    more?.setAttribute('aria-expanded', 'true');
    if (more) more.textContent = `Show the first ${shown}`;
    showRows();
    target.scrollIntoView();
  };
  addEventListener('hashchange', revealTarget);
  revealTarget();
}

/** Cells without a value come last, in whichever direction. */
function sort(body: HTMLTableSectionElement, column: number, direction: 1 | -1): void {
  const keyed = [...body.rows].map((row) => {
    const cell = row.cells[column];
    const text = cell.dataset.value ?? cell.textContent.trim();
    return { row, text, number: text === '' ? NaN : Number(text) };
  });
  const areNumbers = keyed.every(({ text, number }) => text === '' || !Number.isNaN(number));
  keyed.sort((a, b) => {
    if (a.text === '' || b.text === '') return Number(a.text === '') - Number(b.text === '');
    return direction * (areNumbers ? a.number - b.number : a.text.localeCompare(b.text));
  });
  body.append(...keyed.map(({ row }) => row));
}
