import type { Command } from '../command.ts';
import type { SettingName } from '../settings.ts';
import { detect } from './detect.ts';
import { load } from './load.ts';
import { migrate } from './migrate.ts';
import { publish } from './publish.ts';
import { render } from './render.ts';
import { tell } from './tell.ts';

const steps: Record<string, Command<any>> = { migrate, detect, load, render, publish, tell };

/** All steps for one year in one process, for laptops and tests. */
export const run: Command<SettingName> = {
  settings: [...new Set(Object.values(steps).flatMap(({ settings }) => settings))],
  async run(context) {
    for (const [name, step] of Object.entries(steps)) {
      context.signal.throwIfAborted();
      const log = context.log.with({ command: name });
      log.info('start');
      await step.run({ ...context, shard: { index: 1, count: 1 }, log });
    }
  },
};
