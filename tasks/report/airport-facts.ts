import type { AirportAnomaly, AirportFacts } from '../../charts/pages/airport-facts.ts';
import { factsFormat } from '../../charts/pages/year-facts.ts';
import { dayReason, outOfLine } from '../detect/airport-year.ts';
import { carrierName } from '../detect/carrier-names.ts';
import type { AirportRows } from '../summary/airport-days.ts';
import type { Summary } from '../summary/summary-file.ts';
import { typicalDayOf } from '../summary/typical-days.ts';
import { rounded } from './rounded.ts';

/**
 * What the pages show of an airport in a year.
 * @param eventNames of events that are known by a name, by number
 * @param notInFile what the year's files do not tell, in a few words each
 */
export function airportFacts(
  { days, typicalDays, provenance }: Pick<Summary, 'days' | 'typicalDays' | 'provenance'>,
  { airport, start, end }: AirportRows,
  { eventNames, notInFile }: { eventNames: ReadonlyMap<number, string>; notInFile: string[] },
): AirportFacts {
  const column = (values: Float64Array | Uint16Array, decimals = 0) =>
    Array.from(values.subarray(start, end), (value) => rounded(value, decimals));
  const anomalies: AirportAnomaly[] = [];
  const outliers: number[] = [];
  for (let row = start; row < end; row++) {
    if (days.isOutlier[row]) outliers.push(row - start);
    if (!days.isAnomaly[row]) continue;
    const eventName = eventNames.get(days.eventId[row]) ?? null;
    anomalies.push({
      index: row - start,
      reason: dayReason(days, row, eventNames)!,
      outOfLine: outOfLine(days, row)!,
      explanation: days.explanation[row]!,
      eventName,
    });
  }
  return {
    format: factsFormat,
    year: days.year,
    months: provenance.months,
    airport,
    days: {
      dayOfYear: column(days.dayOfYear) as number[],
      flights: column(days.flights) as number[],
      departures: column(days.departures) as number[],
      cancelled: notInFile.includes('cancellations') ? null : column(days.cancelled),
      meanDepartureDelay: column(days.meanDepartureDelay, 1),
      expectedLow: column(days.expectedLow, 1),
      expectedHigh: column(days.expectedHigh, 1),
      anomalyScore: column(days.anomalyScore, 2),
      zScore: column(days.zScore, 2),
    },
    anomalies,
    outliers,
    notInFile,
    typicalDay: [...typicalDayOf(typicalDays, airport)].map(({ hour, carrier, flights, late15, late60, late180 }) => [
      hour,
      carrier === null ? null : carrierName(carrier),
      flights,
      late15,
      late60,
      late180,
    ]),
  };
}
