/** What name servers say of a record, beside what they should. An alias is right where a server says the same of the name it leads to. */
import { aliasOf, canonicalValue } from '../../providers/dns/provider';
import type { Dns, RecordSet } from '../../ports/ports';

export interface CheckedAnswer {
  server: string;
  /** Undefined while nothing certain is known. */
  values: string[] | undefined;
  /** In one order and spelling; undefined while the server does not tell what an alias leads to. */
  wanted: string[] | undefined;
  /** Of a server that left one of them open. */
  because: string;
}

type Wanted = Pick<RecordSet, 'name' | 'type' | 'values'>;

/** Asks by `ask`, each server `times` in a row, for the record and, where it is an alias, for its target. */
export async function checkedAnswers(
  ask: Dns['answers'],
  { name, type, values }: Wanted,
  times: number,
): Promise<CheckedAnswer[]> {
  const target = aliasOf(values[0]);
  if (target === undefined) {
    const wanted = canonicalValues(type, values);
    return (await ask(name, type, times)).map((answer) => ({ ...answer, wanted }));
  }
  const [answers, targets] = await Promise.all([ask(name, type, times), ask(target, type, times)]);
  return answers.map((answer) => {
    const { values: wanted, because = `${answer.server} was not queried.` } =
      targets.find(({ server }) => server === answer.server) ?? {};
    const known = wanted !== undefined && wanted.length > 0;
    if (known) return { ...answer, wanted: canonicalValues(type, wanted) };
    const open = wanted === undefined ? because : `${answer.server} has no ${type} for ${target}.`;
    return { ...answer, wanted: undefined, because: answer.values === undefined ? answer.because : open };
  });
}

/** A provider may spell a value in its own way, such as a host name with a final dot. */
export const canonicalValues = (type: RecordSet['type'], values: readonly string[]): string[] =>
  [...new Set(values.map((each) => canonicalValue(type, each)))].sort();
