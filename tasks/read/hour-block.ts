/** Blocks of three hours in a day, in which contributors are told. */
export const hourBlocks = 8;
const hoursInBlock = 24 / hourBlocks;

/** The block, from 0 to 7, of an hour of the day. */
export function hourBlockOf(hour: number): number {
  return (hour / hoursInBlock) | 0;
}
