import test from 'ava';
import { FlightKeys, hashOf, type KeyRequest } from '../../../tasks/read/flight-keys.ts';
import { type FileOfFlights, findSharedFlights } from '../../../tasks/read/shared-flights.ts';

interface Flight {
  day: number;
  airport: string;
  carrier: string;
  number: number;
}

/** Find what files share; also how they were read. */
async function find(files: Flight[][], { isNumbered = true, namesCarriers = true } = {}) {
  const described = files.map((flights): FileOfFlights => {
    const days = new Uint8Array(366);
    for (const { day } of flights) days[day] = 1;
    return {
      days,
      airports: new Set(flights.map(({ airport }) => airport)),
      carriers: namesCarriers ? new Set(flights.map(({ carrier }) => carrier)) : undefined,
      rows: flights.length,
      numberedRows: isNumbered ? flights.length : 0,
    };
  });
  const asked: (KeyRequest & { files: number[] })[] = [];
  const shared = await findSharedFlights(described, async (indexes, request) => {
    asked.push({ files: indexes, ...request });
    return indexes.map((index) => {
      const keys = new FlightKeys(request);
      for (const { day, airport, carrier, number } of files[index]) {
        keys.add(day, hashOf(airport), hashOf(carrier), number);
      }
      return keys.all;
    });
  });
  return { shared, asked };
}

/** Flights that differ from each other by their numbers. */
const flights = (count: number, { from = 0, ...flight }: Partial<Flight> & { from?: number } = {}): Flight[] =>
  Array.from({ length: count }, (_, i) => ({
    day: i % 365,
    airport: 'JFK',
    carrier: 'AA',
    number: from + i,
    ...flight,
  }));

test('files of other days, airports or carriers are not read again', async (t) => {
  const all = flights(50);
  for (const other of [flights(50, { day: 365 }), flights(50, { airport: 'LGA' }), flights(50, { carrier: 'DL' })]) {
    t.deepEqual(await find([all, other]), { shared: undefined, asked: [] });
  }
});

test('if the carrier is unknown, files of other carriers are read', async (t) => {
  const { shared, asked } = await find([flights(50), flights(50, { carrier: 'DL' })], { namesCarriers: false });
  t.is(shared, undefined);
  t.deepEqual(asked, [{ files: [0, 1], by: 'number', every: 1 }]);
});

test('the two files that share the most flights are reported', async (t) => {
  // The same number on another day is another flight.
  const files = [flights(10, { airport: 'LGA' }), flights(100), flights(60, { from: 90 }), flights(30)];
  const { shared, asked } = await find(files);
  t.deepEqual(asked[0].files, [1, 2, 3]);
  t.deepEqual(shared, { files: [1, 3], shared: 30, of: 30 });
});

test('a few flights in common are ordinary', async (t) => {
  const shifted = (flights: Flight[]) => flights.map((flight) => ({ ...flight, number: flight.number + 5_000 }));
  const all = flights(1_000);
  t.is((await find([all, [...shifted(all), ...all.slice(0, 10)]])).shared, undefined);
  t.deepEqual((await find([all, [...shifted(all).slice(11), ...all.slice(0, 11)]])).shared, {
    files: [0, 1],
    shared: 11,
    of: 1_000,
  });
});

test('a sample of the flights of large files is compared; the reported number is exact', async (t) => {
  const all = flights(200_000);
  const half = flights(100_000, { from: 50_000 }).map((flight) => ({ ...flight, day: flight.number % 365 }));
  const { shared, asked } = await find([flights(100_000, { from: 500_000 }), all, half]);
  t.deepEqual(asked, [
    { files: [0, 1, 2], by: 'number', every: 4 },
    { files: [1, 2], by: 'number', every: 1 },
  ]);
  t.deepEqual(shared, { files: [1, 2], shared: 100_000, of: 100_000 });
});

test('about the intended share of the flights is compared', (t) => {
  const keys = new FlightKeys({ by: 'number', every: 16 });
  for (const { day, number } of flights(100_000)) keys.add(day, hashOf('JFK'), hashOf('AA'), number);
  t.true(Math.abs(keys.all.length - 100_000 / 16) < 400, `${keys.all.length}`);
});

test('in files without numbers, only many equal delays are the same flights', async (t) => {
  const all = flights(1_000);
  t.deepEqual((await find([all, all], { isNumbered: false })).shared, { files: [0, 1], shared: 1_000, of: 1_000 });
  t.is((await find([all, all.slice(0, 50)], { isNumbered: false })).shared, undefined);
  t.is((await find([all, flights(1_000, { from: 500 })], { isNumbered: false })).shared, undefined);
});
