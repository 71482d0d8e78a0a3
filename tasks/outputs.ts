/** Names of what the pipeline writes below `OUTPUT_URI`. */
export const summaryKey = (year: number) => `summaries/${year}.arrow`;
export const rejectsKey = (year: number) => `rejects/${year}.csv`;
export const chartsPrefix = (year: number) => `plots/${year}/`;
export const chartKey = (year: number, airport: string) => `${chartsPrefix(year)}${airport}.png`;
export const reportKey = (year: number) => `reports/${year}.html`;
export const reportIndexKey = 'reports/index.html';
