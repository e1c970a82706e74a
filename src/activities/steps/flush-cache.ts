import { done, no } from '../step/finding';
import { defineStep } from '../step/step';

/** The object cache may hold rows that the promoted database never got. A flush leaves no trace to look at; repeating it is harmless. */
export const flushCache = defineStep({
  name: 'flush-cache',
  title: (p: { region: string }) => `Empty ${p.region}'s object cache`,
  patience: { attemptMs: 10_000, attempts: 4, everyMs: 1_000 },
  check: ({ region }, _ports, ctx) =>
    Promise.resolve(
      ctx.actedAt !== undefined
        ? done(`${region}'s object cache was emptied.`)
        : no(`${region}'s object cache was not emptied yet.`),
    ),
  act: ({ region }, ports) => ports.sessions(region).flushCache(),
});
