/**
 * A text with addresses in it, without their passwords. A password may hold a slash that somebody forgot to encode, so it
 * goes on to the next `@`.
 */
export function withoutPasswords(text: string): string {
  return text
    .replaceAll(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@'"]*):[^\s@'"]+@/gi, '$1@')
    .replaceAll(/([?&](?:ssl)?password=)[^\s&'"]+/gi, '$1…');
}
