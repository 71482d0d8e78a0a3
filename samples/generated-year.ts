import { type Airport, readAirports } from '../tasks/airports/airports.ts';
import { normal, randomNumbers } from './random-numbers.ts';

/** The year to generate. */
export interface GeneratedYear {
  year: number;
  flights: number;
  airports: number;
  seed: number;
}

/** As many flights and airports as the Kaggle set has for 2009. */
export const fullYear: GeneratedYear = { year: 2009, flights: 6_429_338, airports: 310, seed: 7 };

const header =
  'FL_DATE,OP_CARRIER,OP_CARRIER_FL_NUM,ORIGIN,DEST,CRS_DEP_TIME,DEP_TIME,DEP_DELAY,TAXI_OUT,WHEELS_OFF,WHEELS_ON,' +
  'TAXI_IN,CRS_ARR_TIME,ARR_TIME,ARR_DELAY,CANCELLED,CANCELLATION_CODE,DIVERTED,CRS_ELAPSED_TIME,ACTUAL_ELAPSED_TIME,' +
  'AIR_TIME,DISTANCE,CARRIER_DELAY,WEATHER_DELAY,NAS_DELAY,SECURITY_DELAY,LATE_AIRCRAFT_DELAY,Unnamed: 27\n';

const carriers = ['XE', 'AA', 'DL', 'WN', 'UA', 'US', 'OO', 'MQ', 'B6', 'AS'];
/** The busiest airports first, then others in any order. */
const hubs =
  'ATL ORD DFW DEN LAX PHX IAH LAS DTW SFO SLC MSP MCO EWR CLT BOS LGA JFK BWI SEA PHL SAN MDW DCA TPA STL IAD FLL'.split(
    ' ',
  );
const stormsInAYear = 40;
/** Flights leave from five in the morning to eleven at night, in minutes after midnight. */
const firstDeparture = 300;
const minutesOfDepartures = 1_080;
const minutesOfDay = 1_440;
const chunkCharacters = 1 << 20;

/**
 * A year of invented flights in the columns of the Kaggle set 2009–2018, in the order of the days, with what the 2013
 * sample lacks: causes of delays and codes of cancellations. Airports differ in size as real ones do, days in how late
 * they run; some days are bad, some storms cancel flights for two or three days.
 */
export async function* generatedYear({ year, flights, airports: count, seed }: GeneratedYear): AsyncIterable<string> {
  const random = randomNumbers(seed);
  const known = await readAirports();
  const airports = [...new Set([...hubs, ...known.keys()])].slice(0, count);
  const pickAirport = weighted(
    airports.map((_, rank) => 1 / (rank + 1) ** 0.9),
    random,
  );
  const days = (Date.UTC(year + 1, 0, 1) - Date.UTC(year, 0, 1)) / 86_400_000;
  const storms = stormsOf(days, { over: airports.map((code) => known.get(code)!), random });
  const weather = airports.map((code) => airportWeather({ at: known.get(code)!, days, storms, random }));

  yield header;
  let text = '';
  for (let day = 0, left = flights; day < days; day++) {
    const date = new Date(Date.UTC(year, 0, 1 + day)).toISOString().slice(0, 10);
    const today = Math.round(left / (days - day));
    left -= today;
    for (let i = 0; i < today; i++) {
      const origin = pickAirport();
      const { lateness, cancelledShare, stormy } = weather[origin][day];
      const departure = firstDeparture + Math.floor(random() * minutesOfDepartures);
      const start =
        `${date},${carriers[Math.floor(random() * carriers.length)]},${1 + Math.floor(random() * 6999)},` +
        `${airports[origin]},${airports[pickAirport()]},${clock(departure)},`;
      const distance = 100 + Math.floor(random() * 2500);
      if (random() < cancelledShare) {
        const code = stormy ? 'B' : 'AAABC'[Math.floor(random() * 5)];
        text += `${start},,,,,,${clock(departure + 62)},,,1.0,${code},0.0,62.0,,,${distance}.0,,,,,,\n`;
      } else {
        const delay = Math.round(-12 * Math.log(1 - random()) * lateness - 6);
        const arrivalDelay = delay - 3;
        text +=
          `${start}${clock(departure + delay)}.0,${delay}.0,18.0,${clock(departure + delay + 18)}.0,${clock(departure + delay + 51)}.0,8.0,${clock(departure + 62)},` +
          `${clock(departure + 62 + arrivalDelay)}.0,${arrivalDelay}.0,0.0,,0.0,62.0,59.0,33.0,${distance}.0,` +
          `${arrivalDelay >= 15 ? causes(arrivalDelay, stormy, random) : ',,,,,'}\n`;
      }
      if (text.length > chunkCharacters) {
        yield text;
        text = '';
      }
    }
  }
  yield text;
}

/** Minutes after midnight as the publisher writes a time: 1741 for 17:41. */
function clock(minutes: number): number {
  const ofDay = (minutes + minutesOfDay) % minutesOfDay;
  return 100 * Math.floor(ofDay / 60) + (ofDay % 60);
}

interface Weather {
  /** Factor by which the airport's mean delay differs. */
  lateness: number;
  cancelledShare: number;
  stormy: boolean;
}

interface AirportUnderWeather {
  at: Airport;
  days: number;
  storms: Storm[];
  random: () => number;
}

interface Storm {
  centre: Airport;
  radiusDegrees: number;
  firstDay: number;
  lastDay: number;
}

/** Storms of one to three days over airports that are near to each other, as storms are. */
function stormsOf(days: number, { over, random }: { over: Airport[]; random: () => number }): Storm[] {
  return Array.from({ length: stormsInAYear }, () => {
    const firstDay = Math.floor(random() * days);
    return {
      centre: over[Math.floor(random() * over.length)],
      radiusDegrees: 1.5 + 3 * random(),
      firstDay,
      lastDay: firstDay + Math.floor(random() * 3),
    };
  });
}

function airportWeather({ at, days, storms, random }: AirportUnderWeather): Weather[] {
  const near = storms.filter(
    ({ centre, radiusDegrees }) =>
      Math.hypot(centre.latitude - at.latitude, 0.75 * (centre.longitude - at.longitude)) <= radiusDegrees,
  );
  return Array.from({ length: days }, (_, day) => {
    const stormy = near.some(({ firstDay, lastDay }) => firstDay <= day && day <= lastDay);
    const lateness = Math.exp(0.3 * normal(random)) * (random() < 0.004 ? 6 : 1) * (stormy ? 2.5 : 1);
    return { lateness, cancelledShare: stormy ? 0.2 + 0.6 * random() : 0.012, stormy };
  });
}

/** Minutes by carrier, weather, air system, security and late aircraft: they add up to the delay on arrival. */
function causes(minutes: number, stormy: boolean, random: () => number): string {
  const weather = stormy ? Math.round(minutes * 0.7) : random() < 0.05 ? Math.round(minutes * random()) : 0;
  const carrier = Math.round((minutes - weather) * random());
  const airSystem = Math.round((minutes - weather - carrier) * random());
  const security = random() < 0.002 ? minutes - weather - carrier - airSystem : 0;
  const lateAircraft = minutes - weather - carrier - airSystem - security;
  return `${carrier}.0,${weather}.0,${airSystem}.0,${security}.0,${lateAircraft}.0,`;
}

/** Draws indexes with the given weights: Walker's alias method (1977), one comparison a draw. */
function weighted(weights: number[], random: () => number): () => number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const share = weights.map((weight) => (weight * weights.length) / total);
  const other = weights.map((_, index) => index);
  const small = share
    .keys()
    .filter((index) => share[index] < 1)
    .toArray();
  const large = share
    .keys()
    .filter((index) => share[index] >= 1)
    .toArray();
  while (small.length > 0 && large.length > 0) {
    const less = small.pop()!;
    const more = large[large.length - 1];
    other[less] = more;
    share[more] -= 1 - share[less];
    if (share[more] < 1) small.push(large.pop()!);
  }
  return () => {
    const index = Math.floor(random() * weights.length);
    return random() < share[index] ? index : other[index];
  };
}
