import type { AirportDays } from '../summary/airport-days.ts';
import { cancellationCauses, cancelledColumns, causeNames, causes, minutesColumns } from '../summary/causes.ts';

/** An amount for a cause, by the name people know it by. */
export interface CauseAmount {
  cause: string;
  amount: number;
}

/** Why the year's anomalous days were bad: each list most first, or null where the files do not say. */
export interface CausesOfAnomalies {
  minutes: CauseAmount[] | null;
  cancelled: CauseAmount[] | null;
}

/** Delay minutes and cancelled flights of the anomalous days by cause. */
export function causesOfAnomalies(days: AirportDays): CausesOfAnomalies {
  const sum = (column: Float64Array) => {
    let total = NaN;
    for (let row = 0; row < column.length; row++) {
      if (days.isAnomaly[row] && !Number.isNaN(column[row])) total = (total || 0) + column[row];
    }
    return total;
  };
  const list = (names: readonly (keyof typeof causeNames)[], columns: readonly (keyof AirportDays)[]) => {
    const amounts = names
      .map((name, index) => ({ cause: causeNames[name], amount: sum(days[columns[index]] as Float64Array) }))
      .filter(({ amount }) => !Number.isNaN(amount));
    return amounts.length > 0 ? amounts.sort((a, b) => b.amount - a.amount) : null;
  };
  return { minutes: list(causes, minutesColumns), cancelled: list(cancellationCauses, cancelledColumns) };
}
