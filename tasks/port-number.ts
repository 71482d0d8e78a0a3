import { InvalidArgumentError } from 'commander';

/**
 * A port on a command line.
 * @throws InvalidArgumentError for anything but a whole number from 1 to 65535
 */
export function portNumber(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65_536) return Number(text);
  throw new InvalidArgumentError('Expected a port, like 8080.');
}
