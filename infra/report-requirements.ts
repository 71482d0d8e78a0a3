import type { Requirement } from './requirements.ts';

/**
 * Check each requirement and print a line about it, then whether all of them are met.
 * @returns whether all is there
 */
export async function reportRequirements(requirements: Requirement[], print: (line: string) => void): Promise<boolean> {
  const verdicts = { there: 0, MISSING: 0, 'not known': 0 };
  for (const requirement of requirements) {
    const [verdict, why] = await look(requirement);
    verdicts[verdict] += 1;
    print(`${verdict.padEnd(9)}  ${requirement.what}${why}`);
  }
  if (verdicts.there === requirements.length) {
    print('Ready for `npx pulumi up`.');
    return true;
  }
  print(`${verdicts.MISSING} of ${requirements.length} are missing, and ${verdicts['not known']} are not known.`);
  if (verdicts['not known'] > 0) {
    print('Find out why something did not answer, check the rights of your credentials, and run this again.');
  }
  return false;
}

async function look({ isThere, otherwise }: Requirement): Promise<['there' | 'MISSING' | 'not known', why: string]> {
  try {
    return (await isThere()) ? ['there', ''] : ['MISSING', `: ${otherwise}`];
  } catch (error) {
    return ['not known', `: ${(error as Error).message}`];
  }
}
