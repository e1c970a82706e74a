import { PortError } from '../../ports/errors';
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
    const { position, rows, unequal, differences = [], notCompared = {} } = found;
    const without = Object.entries(notCompared).map(([table, because]) => `${table} (${because})`);
    const unknown = without.length === 0 ? '' : ` Not compared: ${without.join(', ')}.`;
    const tables = new Set([...Object.keys(rows), ...unequal]).size;
    if (unequal.length > 0)
      throw new PortError(
        'refused',
        `At ${position} ${unequal.length} of ${tables} tables differ between ${from} and ${to}: ${unequal.join(', ')} (${differences.join('; ')}).${unknown} ${to} was detached; reseed it with: npx handover rejoin ${ctx.site} --region ${to}`,
      );
    return done(
      `At ${position} all ${tables}${without.length === 0 ? '' : ' other'} tables of ${to} are equal to ${from}'s.${unknown}`,
      {
        position,
        rows,
        notCompared,
      },
    );
  },
  async act({ from, to }, ports, ctx) {
    const work = { timeoutMs: patience.attemptMs / 3, signal: ctx.signal, onProgress: ctx.progress };
    await ports.comparing(from, to).compare(ctx.key, work);
  },
});
