/** Number of blocks of three hours in a day, by which contributors are counted. */
export const hourBlocks = 8;
const hoursInBlock = 24 / hourBlocks;

/** The block, from 0 to 7, of an hour of the day. */
export function hourBlockOf(hour: number): number {
  return (hour / hoursInBlock) | 0;
}
