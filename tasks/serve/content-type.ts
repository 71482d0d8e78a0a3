/** Content types of all files that the pipeline writes into the public folders, by the ending of their names. */
const contentTypes = new Map(
  Object.entries({
    html: 'text/html; charset=utf-8',
    css: 'text/css; charset=utf-8',
    js: 'text/javascript; charset=utf-8',
    csv: 'text/csv; charset=utf-8',
    xml: 'application/atom+xml; charset=utf-8',
    md: 'text/markdown; charset=utf-8',
    png: 'image/png',
    parquet: 'application/vnd.apache.parquet',
    xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  }),
);

/** The media type of an output, for the header `Content-Type`. */
export function contentTypeOf(key: string): string {
  return contentTypes.get(key.slice(key.lastIndexOf('.') + 1)) ?? 'application/octet-stream';
}
