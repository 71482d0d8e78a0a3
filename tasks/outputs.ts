/** Names of what the pipeline writes below `OUTPUT_URI`. */
export const summaryKey = (year: number) => `summaries/${year}.arrow`;
export const rejectsKey = (year: number) => `rejects/${year}.csv`;
export const chartsPrefix = (year: number) => `plots/${year}/`;
export const chartKey = (year: number, airport: string) => `${chartsPrefix(year)}${airport}.png`;
export const reportKey = (year: number) => `reports/${year}.html`;
/** The feed of digests, beside the pages. */
export const feedKey = 'reports/feed.xml';
export const exportTables = ['airport-days', 'events', 'contributors', 'segments'] as const;
export const exportFormats = ['csv', 'parquet', 'xlsx'] as const;
export type ExportedTable = (typeof exportTables)[number];
export type ExportFormat = (typeof exportFormats)[number];
export const exportsReadmeKey = 'exports/README.md';
/** Key of an exported table of a year: `exports/2013/airport-days.csv`. */
export const exportKey = (year: number, table: ExportedTable, format: ExportFormat) =>
  `exports/${year}/${table}.${format}`;
