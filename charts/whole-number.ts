/** A number for people, rounded: 6,429,338 or −2. Intl's own format takes 50 ms to come to life. */
export function wholeNumber(value: number): string {
  const rounded = Math.round(value);
  const digits = String(Math.abs(rounded)).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
  return rounded < 0 ? `−${digits}` : digits;
}
