/** A table of Markdown. @param textColumns number of columns from the left that are text; the others are numbers */
export function markdownTable(head: string[], rows: string[][], textColumns = 1): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (column < textColumns ? '---' : '--:'));
  return [head, rule, ...rows].map(line).join('\n');
}
