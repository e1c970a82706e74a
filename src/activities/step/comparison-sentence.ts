/** What a comparison found, in the words of the step, of the nightly comparison and of a rejoin that asks for the latest. */
import type { Comparison } from '../../ports/rejoin';

/** Differences by definition that a sentence names. */
const namedDefinitions = 20;

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
