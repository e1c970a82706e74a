import { PortError, sentenceOf } from '../../ports/errors';
import { comparisonSentence, isEqual } from '../step/comparison-sentence';
import { done, no } from '../step/finding';
import { defineStep } from '../step/step';

type Compare = { from: string; to: string };

const patience = { attemptMs: 1_800_000, attempts: 4, everyMs: 2_000, heartbeatMs: 10_000 };

/** Equality is proved, not assumed: replication that says Yes twice may stand on tables that differ. */
export const compareDatabases = defineStep({
  name: 'compare-databases',
  title: (p: Compare) => `Compare every table of ${p.to} with ${p.from}, part by part at the same transaction`,
  patience,
  async check({ from, to }, ports, ctx) {
    const found = await ports.comparing(from, to).found(ctx.key);
    if (!found) return no(`${to} has not been compared with ${from} yet.`);
    const { position, rows, notCompared = {} } = found;
    if (isEqual(found)) return done(comparisonSentence(found, from, to), { position, rows, notCompared });
    const sentence = comparisonSentence(found, from, to);
    // Only what is read now is said: an earlier attempt may have kept the result and never come to the detach.
    const { replica } = await ports.database(to).state();
    if (replica !== undefined) return no(`${sentence} ${to} still replicates.`);
    throw new PortError(
      'refused',
      `${sentence} ${to} is detached; reseed it with: npx handover rejoin ${ctx.site} --region ${to}`,
    );
  },
  async act({ from, to }, ports, ctx) {
    const comparing = ports.comparing(from, to);
    const work = { timeoutMs: patience.attemptMs / 3, signal: ctx.signal, onProgress: ctx.progress };
    await comparing.compare(ctx.key, work);
    const found = await comparing.found(ctx.key);
    if (!found || isEqual(found)) return;
    await ports
      .database(to)
      .detach()
      .catch((error: unknown) => {
        throw new PortError(
          error instanceof PortError ? error.kind : 'unavailable',
          `${comparisonSentence(found, from, to)} ${to} could not be detached (${sentenceOf(error)}), so it may still be promoted; type there: STOP REPLICA; RESET REPLICA ALL`,
        );
      });
  },
});
