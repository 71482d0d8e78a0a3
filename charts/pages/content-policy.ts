/**
 * What a browser lets a page do: draw with the scripts and styles of the site, and nothing else.
 * @param site where the site's own files come from, as a source list of Content-Security-Policy
 */
export function contentPolicy(site: string): string {
  return [
    "default-src 'none'",
    `script-src ${site}`,
    `style-src ${site} 'unsafe-inline'`,
    'font-src data:',
    `img-src ${site} data: blob:`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}
