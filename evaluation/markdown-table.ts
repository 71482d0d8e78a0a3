/** A table of Markdown. @param textColumns the first so many are text, the others numbers */
export function markdownTable(head: string[], rows: string[][], textColumns = 1): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (column < textColumns ? '---' : '--:'));
  return [head, rule, ...rows].map(line).join('\n');
}
