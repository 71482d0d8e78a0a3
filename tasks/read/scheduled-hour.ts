import { integerAt, textAt } from './field-values.ts';
import { noHour } from './flight-batch.ts';

const hoursInDay = 24;
const clock = /^(\d\d?):(\d\d)/;

/**
 * Hour of the day in which a time lies, from 0 to 23: of `515`, `"0515"`, `5:15` or `05:15:00`. 24:00 is midnight.
 * @returns {@link noHour} where the field holds no time
 */
export function hourAt(bytes: Buffer, start: number, end: number): number {
  let time = integerAt(bytes, start, end);
  if (time === Infinity) {
    const [, hours, minutes] = clock.exec(textAt(bytes, start, end)) ?? [];
    time = Number(hours) * 100 + Number(minutes);
  }
  if (!(time >= 0 && time <= 2_400) || time % 100 > 59) return noHour;
  return ((time / 100) | 0) % hoursInDay;
}
