const special = /[&<>"\ufffe\uffff]|[^\P{Cc}\t\n]|_x[0-9A-Fa-f]{4}_/gu;
const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/**
 * A text as it stands in the XML of a workbook. Characters that XML cannot hold are written as `_x0007_`, and the
 * underscore of what would look like such a character as `_x005F_`.
 * Source: ECMA-376, part 1, 22.9.2.19 (ST_Xstring).
 */
export function xmlText(text: string): string {
  return text.replaceAll(special, (found) => {
    if (found.length > 1) return `_x005F${found}`;
    return entities[found] ?? `_x${found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`;
  });
}
