import type { Need } from './needs.ts';

/**
 * Look at each need and tell what was seen, a line each, then whether all is there.
 * @returns whether all is there
 */
export async function reportNeeds(needs: Need[], print: (line: string) => void): Promise<boolean> {
  const verdicts = { there: 0, MISSING: 0, 'not known': 0 };
  for (const need of needs) {
    const [verdict, why] = await look(need);
    verdicts[verdict] += 1;
    print(`${verdict.padEnd(9)}  ${need.what}${why}`);
  }
  if (verdicts.there === needs.length) {
    print('Ready for `npx pulumi up`.');
    return true;
  }
  print(`${verdicts.MISSING} of ${needs.length} are missing, and ${verdicts['not known']} are not known.`);
  if (verdicts['not known'] > 0) {
    print('Find out why something did not answer, check the rights of your credentials, and run this again.');
  }
  return false;
}

async function look({ isThere, otherwise }: Need): Promise<['there' | 'MISSING' | 'not known', why: string]> {
  try {
    return (await isThere()) ? ['there', ''] : ['MISSING', `: ${otherwise}`];
  } catch (error) {
    return ['not known', `: ${(error as Error).message}`];
  }
}
