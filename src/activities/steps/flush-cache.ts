import { done, no } from '../step/finding';
import { defineStep } from '../step/step';

/** The object cache may hold rows that the promoted database never got. A flush leaves no trace to look at; repeating it is harmless. */
export const flushCache = defineStep({
  name: 'flush-cache',
  title: (p: { region: string }) => `Flush the object cache of ${p.region}`,
  patience: { attemptMs: 10_000, attempts: 4, everyMs: 1_000 },
  check: ({ region }, _ports, ctx) =>
    Promise.resolve(
      ctx.actedAt !== undefined
        ? done(`The object cache of ${region} was flushed.`)
        : no(`The object cache of ${region} is not flushed yet.`),
    ),
  act: ({ region }, ports) => ports.sessions(region).flushCache(),
});
