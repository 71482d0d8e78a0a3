import test from 'ava';
import { readAirports } from '../../../tasks/airports/airports.ts';

test('airports of the territories and of past years have a name, a place and a time zone', async (t) => {
  const airports = await readAirports();
  const codes = [
    'SJU',
    'GUM',
    'STT',
    'STX',
    'BQN',
    'PSE',
    'SPN',
    'PPG',
    'XWA',
    'BIH',
    'USA',
    'LBX',
    'NYL',
    'PLB',
    'ROP',
  ];
  for (const code of codes) {
    const airport = airports.get(code);
    t.truthy(airport?.name && airport.city && airport.time_zone, code);
    t.true(Number.isFinite(airport!.latitude) && Number.isFinite(airport!.longitude), code);
  }
});

test('every airport lies in the United States or their territories', async (t) => {
  for (const { airport, latitude, longitude, time_zone } of (await readAirports()).values()) {
    t.true(latitude > -15 && latitude < 72, airport);
    t.true(longitude < -64 || longitude > 144, airport);
    t.notRegex(time_zone ?? '', /^(?:Asia|Africa|Europe|Australia)\//, airport);
  }
});

test('every airport has its name in full', async (t) => {
  const airports = await readAirports();
  t.like(airports.get('JFK'), { name: 'John F. Kennedy International Airport', city: 'New York', state: 'New York' });
  t.is(airports.get('SJU')!.state, 'Puerto Rico');
  const abbreviated = [...airports.values()]
    .filter(({ name }) => /\b(?:Afb|Aaf|Arpt|Co|Fld|Intl|Muni|Mem|Nas|Rgnl|St(?!\.))\b| {2}/.test(name))
    .map(({ airport, name }) => `${airport}: ${name}`);
  t.deepEqual(abbreviated, []);
});
