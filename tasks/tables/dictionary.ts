import type { ColumnDefinition, Table } from '../io/table.ts';
import { type RowColumn, tableOfRows } from './row-columns.ts';
import type { TableDefinition } from './table-definition.ts';

const never = '(never null)';

/** The columns of the dictionary itself. */
const columns: readonly RowColumn<ColumnDefinition>[] = [
  { name: 'column', type: 'text', meaning: 'Name of the column', value: ({ name }) => name },
  { name: 'type', type: 'text', meaning: 'What it holds', value: ({ type }) => typeNames[type] },
  {
    name: 'unit',
    type: 'text',
    meaning: 'What it is counted in',
    nullMeans: 'None',
    value: ({ unit }) => unit ?? null,
  },
  { name: 'meaning', type: 'text', meaning: 'What it says', value: ({ meaning }) => meaning },
  {
    name: 'null means',
    type: 'text',
    meaning: 'What an empty value says',
    value: ({ nullMeans }) => nullMeans ?? never,
  },
];

const typeNames: Record<ColumnDefinition['type'], string> = {
  integer: 'integer',
  number: 'number',
  flag: 'true or false',
  text: 'text',
  texts: 'list of texts',
  date: 'date',
};

/** A table that tells what the columns of another table mean. */
export function dictionaryTable(definition: TableDefinition): Table {
  return tableOfRows('dictionary', columns, definition.columns);
}

/** The text of `exports/README.md`: what lies in the folder, and what the columns of all tables mean. */
export function exportsReadme(definitions: readonly TableDefinition[]): string {
  return `# Exported tables

Each year has a folder with these tables, each as CSV, Parquet and XLSX (Excel). They hold the rows of the database, to the
last digit. Parquet and XLSX files name the summary that they are made from, in the key-value metadata \`delaywatch.summary\`
and in the custom properties of the workbook.

${definitions.map(({ file, name, about }) => `- \`${file}\` (table \`${name}\`): ${about}`).join('\n')}

Prefer Parquet, since it keeps the types. In CSV, an empty field is null, flags are \`true\` and \`false\`, spaces separate the
texts of a list, the encoding is UTF-8, and an apostrophe precedes a text that a spreadsheet would take for a formula.

\`\`\`sql
-- DuckDB: all years in the folder
SELECT * FROM '*/airport-days.parquet' WHERE is_anomaly ORDER BY anomaly_score DESC;
\`\`\`

\`\`\`python
pandas.read_parquet('2013/airport-days.parquet')
pandas.read_csv('2013/airport-days.csv', float_precision='round_trip', parse_dates=['flight_date'])
polars.read_parquet('*/airport-days.parquet')
\`\`\`
${definitions.map(sectionOf).join('')}`;
}

function sectionOf(definition: TableDefinition): string {
  const rows = definition.columns.map((column) => markdownRow(columns.map(({ value }) => String(value(column) ?? ''))));
  return `
## ${definition.file}

${definition.about}.

${markdownRow(columns.map(({ name }) => name))}
${markdownRow(columns.map(() => '---'))}
${rows.join('\n')}
`;
}

function markdownRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
