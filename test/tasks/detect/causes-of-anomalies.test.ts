import test from 'ava';
import { causesOfAnomalies } from '../../../tasks/detect/causes-of-anomalies.ts';
import { airportDaysOf } from '../../support/airport-days.ts';

test('the causes of the anomalous days add up, most first', (t) => {
  const days = airportDaysOf([
    { day: 1, isAnomaly: 1, carrierMinutes: 10, weatherMinutes: 500, cancelledByCarrier: 3, cancelledByWeather: 1 },
    { day: 2, isAnomaly: 1, carrierMinutes: 20, weatherMinutes: 30, cancelledByCarrier: 0, cancelledByWeather: 9 },
    { day: 3, isAnomaly: 0, carrierMinutes: 9_999, weatherMinutes: 0, cancelledByCarrier: 99, cancelledByWeather: 0 },
    { day: 4, isAnomaly: 1 },
  ]);
  t.deepEqual(causesOfAnomalies(days), {
    minutes: [
      { cause: 'weather', amount: 530 },
      { cause: 'carrier', amount: 30 },
    ],
    cancelled: [
      { cause: 'weather', amount: 10 },
      { cause: 'carrier', amount: 3 },
    ],
  });
});

test('every cause has its column and its name', (t) => {
  const days = airportDaysOf([
    {
      day: 1,
      isAnomaly: 1,
      carrierMinutes: 5,
      weatherMinutes: 4,
      airSystemMinutes: 3,
      securityMinutes: 2,
      lateAircraftMinutes: 1,
      cancelledByCarrier: 1,
      cancelledByWeather: 2,
      cancelledByAirSystem: 3,
      cancelledBySecurity: 4,
    },
  ]);
  const names = (amounts: { cause: string }[] | null) => amounts?.map(({ cause }) => cause);
  t.deepEqual(names(causesOfAnomalies(days).minutes), [
    'carrier',
    'weather',
    'air system',
    'security',
    'late aircraft',
  ]);
  t.deepEqual(names(causesOfAnomalies(days).cancelled), ['security', 'air system', 'weather', 'carrier']);
});

test('a cause that is known and did nothing is there, one that the files do not tell is not', (t) => {
  const { minutes, cancelled } = causesOfAnomalies(airportDaysOf([{ day: 1, isAnomaly: 1, securityMinutes: 0 }]));
  t.deepEqual(minutes, [{ cause: 'security', amount: 0 }]);
  t.is(cancelled, null);
});
