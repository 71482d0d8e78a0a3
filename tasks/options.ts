import { InvalidArgumentError, Option } from 'commander';
import type { Shard } from './command.ts';
import { portNumber } from './port-number.ts';

/** The first flights were published for October 1987. */
const firstYear = 1987;

export const year = (): Option =>
  new Option('--year <year>', 'the year of the flights').argParser((text) => {
    if (/^\d{4}$/.test(text) && Number(text) >= firstYear) return Number(text);
    throw new InvalidArgumentError(`Expected a year from ${firstYear} on, like 2013.`);
  });

export const requiredYear = (): Option => year().makeOptionMandatory();

export const from = (): Option =>
  new Option(
    '--from <source>',
    'where to fetch from: bts, kaggle, or an http, https or file address in which {year}, {month} and {MM} are replaced',
  )
    .default('bts')
    .argParser((text) => {
      const protocol = URL.parse(text)?.protocol ?? '';
      if (!isDecodable(text)) throw new InvalidArgumentError('Expected %25 for each % in the address.');
      if (['bts', 'kaggle'].includes(text) || ['https:', 'http:', 'file:'].includes(protocol)) return text;
      throw new InvalidArgumentError('Expected bts, kaggle or an address like https://mirror/{year}/{month}.zip.');
    });

function isDecodable(address: string): boolean {
  try {
    decodeURI(address);
    return true;
  } catch {
    return false;
  }
}

export const refresh = (): Option =>
  new Option('--refresh', 'fetch the files again that the publisher has changed since they were fetched');

export const maxBadRows = (): Option =>
  new Option('--max-bad-rows <count>', 'accept up to this many unreadable rows; they are kept in rejects/{year}.csv')
    .default(0)
    .argParser((text) => {
      if (/^\d{1,9}$/.test(text)) return Number(text);
      throw new InvalidArgumentError('Expected a whole number, like 0 or 100.');
    });

/** The option takes an answer, since a scheduler's template always writes one word. */
const yesOrNo = (flags: string, description: string): Option =>
  new Option(`${flags} [yes|no]`, description)
    .preset('yes')
    .default(false, 'no')
    .argParser((text) => {
      if (/^(?:yes|true)$/i.test(text)) return true;
      if (/^(?:no|false)$/i.test(text)) return false;
      throw new InvalidArgumentError('Expected yes or no.');
    });

export const allowPartial = (): Option =>
  yesOrNo('--allow-partial', 'accept a year that looks incomplete: a month without flights, or with far too few');

export const soFar = (): Option =>
  yesOrNo('--so-far', 'use the months of the year that are published so far, from January on');

export const through = (): Option =>
  new Option('--through <month>', 'with --so-far: end with 75 until this month is published').argParser((text) => {
    if (/^(?:[1-9]|1[0-2])$/.test(text)) return Number(text);
    throw new InvalidArgumentError('Expected the number of a month, from 1 to 12.');
  });

export const shard = (): Option =>
  new Option('--shard <i/n>', 'draw only the i-th of n equal parts of the charts')
    .default({ index: 1, count: 1 } satisfies Shard, '1/1')
    .argParser((text): Shard => {
      const [index, count] = /^(\d{1,4})\/(\d{1,4})$/.exec(text)?.slice(1).map(Number) ?? [];
      if (index >= 1 && index <= count) return { index, count };
      throw new InvalidArgumentError('Expected i/n with i from 1 to n, like 2/4.');
    });

export const host = (): Option =>
  new Option('--host <address>', 'the address to listen on; 0.0.0.0 listens on all addresses of this machine').default(
    '127.0.0.1',
  );

export const port = (): Option =>
  new Option('--port <port>', 'the port to listen on').default(8080).argParser(portNumber);
