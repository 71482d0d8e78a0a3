import test from 'ava';
import { findSegmentAnomalies } from '../../../tasks/detect/find-segment-anomalies.ts';
import { countedYear, type Flight } from '../../support/counted-year.ts';

/** A year's first 60 days of a large carrier to one city and of a small one to another. */
function flightsWith(change: (flight: Flight) => Flight): Flight[] {
  return Array.from({ length: 60 }, (_, day) => [
    ...Array.from({ length: 80 }, (_, i) => ({ day, carrier: 'DL', destination: 'ATL', delay: (i * 7 + day) % 12 })),
    ...Array.from({ length: 8 }, (_, i) => ({ day, carrier: 'B6', destination: 'MIA', delay: (i * 5 + day) % 12 })),
    { day, carrier: 'HA', destination: 'HNL', delay: day % 9 },
  ])
    .flat()
    .map(change);
}
const find = (flights: Flight[], anomalousDay = -1) => {
  const counted = countedYear([flights]);
  const isAnomaly = Uint8Array.from(counted.days.dayOfYear, (day) => Number(day === anomalousDay));
  return findSegmentAnomalies(counted, isAnomaly);
};

test('a carrier, and a destination, in trouble on a day of their own are found', (t) => {
  const shut = flightsWith((flight) =>
    flight.day === 30 && flight.carrier === 'B6' ? { ...flight, cancelled: true, delay: NaN } : flight,
  );
  const found = find(shut);
  t.deepEqual(
    found.map(({ kind, airport, carrier, dayOfYear, flights, cancelled }) => ({
      ...{ kind, airport, carrier, dayOfYear, flights, cancelled },
    })),
    [
      { kind: 'carrier', airport: 'JFK', carrier: 'B6', dayOfYear: 30, flights: 8, cancelled: 8 },
      { kind: 'destination', airport: 'MIA', carrier: null, dayOfYear: 30, flights: 8, cancelled: 8 },
    ],
  );
  t.deepEqual([found[0].meanDepartureDelay, found[0].lateBy, found[0].lateShare], [NaN, NaN, 1]);
  t.true(found[0].anomalyScore > 4);
});

test('the delay of a segment comes with what was out of line', (t) => {
  const late = flightsWith((flight) =>
    flight.day === 30 && flight.carrier === 'B6' ? { ...flight, delay: 90 } : flight,
  );
  t.like(find(late)[0], { kind: 'carrier', carrier: 'B6', meanDepartureDelay: 90, lateBy: 60, lateShare: 1 });
});

test('a destination is not an anomaly if most of its flights left flagged airports', (t) => {
  const withOthers = (others: number) => [
    ...flightsWith((flight) => (flight.day === 30 ? { ...flight, cancelled: true } : flight)),
    ...Array.from({ length: 60 }, (_, day) =>
      Array.from({ length: others }, (_, i) => ({ airport: 'LGA', day, destination: 'MIA', delay: i % 5 })),
    ).flat(),
  ];
  const destinations = (others: number) => {
    const counted = countedYear([withOthers(others)]);
    const [, ofLga] = counted.days.firstRow;
    const isAnomaly = Uint8Array.from(counted.days.dayOfYear, (day, row) => Number(row < ofLga && day === 30));
    return findSegmentAnomalies(counted, isAnomaly).map(({ airport, dayOfYear }) => `${airport} ${dayOfYear}`);
  };
  t.deepEqual(destinations(7), [], '8 of the 15 flights to Miami left Kennedy, which is flagged');
  t.deepEqual(destinations(9), ['MIA 30'], '8 of 17');
});

test('on a flagged day of the airport, its carriers are contributors instead of anomalies', (t) => {
  const shut = flightsWith((flight) =>
    flight.day === 30 && flight.carrier === 'B6' ? { ...flight, cancelled: true } : flight,
  );
  t.deepEqual(find(shut, 30), []);
  t.is(find(shut).length, 2);
});

test('segments are found from the threshold on', (t) => {
  const counted = countedYear([flightsWith((flight) => flight)]);
  const calm = new Uint8Array(counted.days.dayOfYear.length);
  t.deepEqual(findSegmentAnomalies(counted, calm), []);
  t.is(findSegmentAnomalies(counted, calm, -Infinity).length, 60 * 4, 'two carriers and two destinations a day');
});

test('a segment of fewer than three flights a day is not judged', (t) => {
  const shut = flightsWith((flight) =>
    flight.day === 30 && flight.carrier === 'HA' ? { ...flight, cancelled: true } : flight,
  );
  t.deepEqual(find(shut), []);
});
