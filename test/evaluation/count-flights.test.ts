import test from 'ava';
import type { Flight } from '../../evaluation/airport-year-of-flights.ts';
import { countFlights } from '../../evaluation/count-flights.ts';
import type { Tallies } from '../../tasks/summary/counted-year.ts';

const flight = (values: Partial<Flight>): Flight => ({
  delay: 0,
  cancelled: false,
  carrier: 'AA',
  destination: 'ORD',
  hour: 9,
  ...values,
});
const cancelled = flight({ cancelled: true, delay: NaN });

test('flights are counted as detect counts them', (t) => {
  const { days, lostMinutes, buckets } = countFlights([
    {
      airport: 'JFK',
      year: 2013,
      dayOfYear: Uint16Array.of(3, 7),
      flights: [
        [flight({ delay: 10 }), flight({ delay: 20 }), cancelled, flight({ delay: NaN })],
        [flight({ delay: -5 })],
      ],
    },
  ]);
  t.deepEqual([...days.dayOfYear], [3, 7]);
  t.deepEqual([...days.flights], [4, 1]);
  t.deepEqual([...days.departures], [2, 1]);
  t.deepEqual([...days.cancelled], [1, 0]);
  t.deepEqual([...days.meanDepartureDelay], [15, -5]);
  t.deepEqual([...lostMinutes], [330, 0]);
  t.deepEqual([...buckets], [0, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0]);
});

test('flights are counted by carrier, destination and hour, without flights for which these are unknown', (t) => {
  const { tallies, days } = countFlights([
    {
      airport: 'LGA',
      year: 2013,
      dayOfYear: Uint16Array.of(0),
      flights: [[flight({}), flight({ carrier: 'MQ', hour: 21 }), flight({ carrier: '', destination: '' })]],
    },
    { airport: 'JFK', year: 2013, dayOfYear: Uint16Array.of(0), flights: [[flight({ destination: 'LGA' })]] },
  ]);
  t.deepEqual(days.airports, ['JFK', 'LGA']);
  const named = ({ values, visit }: Tallies, wanted: number) => {
    const found: string[] = [];
    visit(wanted, (value) => {
      found.push(values[value]);
    });
    return found.sort();
  };
  t.deepEqual(named(tallies.carrier, 0), ['AA']);
  t.deepEqual(named(tallies.carrier, 1), ['AA', 'MQ']);
  t.deepEqual(named(tallies.destination, 0), ['LGA']);
  t.deepEqual(named(tallies.destination, 1), ['ORD']);
  t.deepEqual(named(tallies.hours, 1), ['09–12', '21–24']);
});
