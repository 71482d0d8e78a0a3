/** The browser or the process of a page has died; another browser may do better. */
export class BreakdownError extends Error {}
