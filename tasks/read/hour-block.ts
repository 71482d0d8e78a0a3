import { integerAt, textAt } from './field-values.ts';
import { noHourBlock } from './flight-batch.ts';

/** Blocks of three hours in a day. */
export const hourBlocks = 8;
const hoursInBlock = 24 / hourBlocks;
const clock = /^(\d\d?):(\d\d)/;

/**
 * Three hours of the day in which a time lies, from 0 (midnight to 2:59) to 7: of `515`, `"0515"`, `5:15` or `05:15:00`.
 * 24:00 is midnight.
 * @returns {@link noHourBlock} where the field holds no time
 */
export function hourBlockAt(bytes: Buffer, start: number, end: number): number {
  let time = integerAt(bytes, start, end);
  if (time === Infinity) {
    const [, hours, minutes] = clock.exec(textAt(bytes, start, end)) ?? [];
    time = Number(hours) * 100 + Number(minutes);
  }
  if (!(time >= 0 && time <= 2_400) || time % 100 > 59) return noHourBlock;
  return ((time / (hoursInBlock * 100)) | 0) % hourBlocks;
}
