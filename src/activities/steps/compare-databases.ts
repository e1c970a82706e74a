import { PortError, sentenceOf } from '../../ports/errors';
import type { Comparison } from '../../ports/rejoin';
import { done, no } from '../step/finding';
import { defineStep } from '../step/step';

type Compare = { from: string; to: string };

const patience = { attemptMs: 1_800_000, attempts: 4, everyMs: 2_000, heartbeatMs: 10_000 };
/** Differences by definition that a sentence names. */
const namedDefinitions = 20;

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

/** Whether nothing differs; what could not be compared is no difference. */
export const isEqual = ({ unequal, definitions = [] }: Comparison): boolean =>
  unequal.length === 0 && definitions.length === 0;

/** What was found, by names of tables, keys and definitions; no values but those of numeric keys. */
export function comparisonSentence(found: Comparison, from: string, to: string): string {
  const { position, rows, unequal, differences = [], definitions = [], notCompared = {} } = found;
  const without = Object.entries(notCompared).map(([name, because]) => `${name} (${because})`);
  const unknown = without.length === 0 ? '' : ` Not compared: ${without.join(', ')}.`;
  const tables = new Set([...Object.keys(rows), ...unequal]).size;
  if (isEqual(found)) {
    const which = without.length === 0 ? '' : ' other';
    return `At ${position} all ${tables}${which} tables of ${to} are equal to ${from}'s.${unknown}`;
  }
  const more = definitions.length - namedDefinitions;
  const where = [
    ...differences,
    ...definitions.slice(0, namedDefinitions),
    ...(more > 0 ? [`${more} more definitions`] : []),
  ];
  const what = unequal.length === 0 ? 'definitions' : `${unequal.length} of ${tables} tables (${unequal.join(', ')})`;
  return `At ${position} ${from} and ${to} differ in ${what}: ${where.join('; ')}.${unknown}`;
}
