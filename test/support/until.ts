import { setTimeout as sleep } from 'node:timers/promises';

type Answer<T> = T | undefined | null | false;

/** Ask until there is an answer; the test's own time-out ends it. */
export async function until<T>(ask: () => Promise<Answer<T>> | Answer<T>): Promise<T> {
  while (true) {
    const answer = await ask();
    if (answer) return answer;
    await sleep(200);
  }
}
