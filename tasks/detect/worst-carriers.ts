import { noCarrier } from '../read/flight-reader.ts';
import type { FlightsByDay } from '../read/flights-by-day.ts';
import { cancelledLateness, earliestMinutes } from '../read/lateness.ts';
import { wholeNumber } from './whole-number.ts';

const carriersNamed = 3;

/** Of a day, by carrier: minutes of departures behind schedule, and cancelled flights. */
interface Losses {
  minutes: Uint32Array;
  cancelled: Uint32Array;
}

/**
 * The carriers that lost most on each of some days: "B6 4,120 min + 61 cancelled, DL 2,310 min".
 * @param wanted 1 for rows that are asked for
 * @returns null for other rows, and where the file names no carriers
 */
export function worstCarriers(flights: FlightsByDay[], wanted: Uint8Array): (string | null)[] {
  const codes = [...new Set(flights.flatMap(({ carriers }) => carriers))].sort();
  const losses = new Map<number, Losses>();
  for (const { days, ends, lateness, carrier, carriers } of flights) {
    const indexes = carriers.map((code) => codes.indexOf(code));
    for (let i = 0; i < days.length; i++) {
      if (!wanted[days[i]]) continue;
      let lost = losses.get(days[i]);
      if (!lost) {
        lost = { minutes: new Uint32Array(codes.length), cancelled: new Uint32Array(codes.length) };
        losses.set(days[i], lost);
      }
      for (let flight = i === 0 ? 0 : ends[i - 1]; flight < ends[i]; flight++) {
        if (carrier[flight] === noCarrier) continue;
        const index = indexes[carrier[flight]];
        const minutes = lateness[flight] + earliestMinutes;
        if (lateness[flight] === cancelledLateness) lost.cancelled[index]++;
        else if (lateness[flight] < cancelledLateness && minutes > 0) lost.minutes[index] += minutes;
      }
    }
  }
  const words: (string | null)[] = Array(wanted.length).fill(null);
  for (const [row, lost] of losses) words[row] = wordsFor(codes, lost);
  return words;
}

function wordsFor(codes: string[], { minutes, cancelled }: Losses): string | null {
  const worst = [...codes.keys()]
    .filter((index) => minutes[index] > 0 || cancelled[index] > 0)
    .sort((one, other) => minutes[other] - minutes[one] || cancelled[other] - cancelled[one])
    .slice(0, carriersNamed)
    .map((index) => {
      const late = minutes[index] > 0 ? [`${wholeNumber(minutes[index])} min`] : [];
      const notFlown = cancelled[index] > 0 ? [`${cancelled[index]} cancelled`] : [];
      return `${codes[index]} ${[...late, ...notFlown].join(' + ')}`;
    });
  return worst.length > 0 ? worst.join(', ') : null;
}
