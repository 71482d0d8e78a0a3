/**
 * Rows as JSON: the names of their properties once, then an array of values for each row. NaN becomes null. The text is
 * ASCII, since a single other letter would double the memory that it takes.
 */
export function encodeRows<Row extends object>(names: readonly (keyof Row & string)[], rows: Row[]): string {
  const texts = rows.map((row) => escaped(JSON.stringify(names.map((name) => row[name]))));
  return `{"names":${JSON.stringify(names)},"rows":[${texts.join(',')}]}`;
}

function escaped(json: string): string {
  return json.replaceAll(/[^ -~]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * What {@link encodeRows} wrote.
 * @param numbers properties of which null is NaN
 */
export function decodeRows<Row extends object>(text: string, numbers: readonly (keyof Row & string)[]): Row[] {
  const { names, rows } = JSON.parse(text) as { names: (keyof Row & string)[]; rows: unknown[][] };
  return rows.map((values) => {
    const row = Object.fromEntries(names.map((name, index) => [name, values[index]])) as Record<string, unknown>;
    for (const name of numbers) row[name] ??= NaN;
    return row as Row;
  });
}
