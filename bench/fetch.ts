// A plain download of all files of a year, two at once, that discards the bytes. `acquire` is compared with it.
import { btsFiles } from '../tasks/acquire/bts.ts';

const [, , folder, year] = process.argv;
const queue = btsFiles(new URL(folder), Number(year)).values();
let bytes = 0;
await Promise.all(
  [1, 2].map(async () => {
    for (const { url } of queue) for await (const chunk of (await fetch(url)).body!) bytes += chunk.length;
  }),
);
console.log(bytes);
