import { TimeoutError } from 'puppeteer';

const attempts = 4;

/** Take a step in a page once more when the page took away what the step was for, as when it draws a list anew. */
export async function retryStep(step: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await step();
      return;
    } catch (error) {
      if (!(error instanceof TimeoutError) || attempt === attempts) throw error;
    }
  }
}
