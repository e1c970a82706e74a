/** A batch of changes takes hold as a whole or not at all: removals to the letter, additions of what is not there. */
import { isIPv4, isIPv6 } from 'node:net';
import type { FakeZone } from '../kit/zone';
import type { ChangeElement } from './set-xml';
import { isSame, type R53Set } from './sets';

/** In their order on a copy, which is stored when none is refused; gives the number of the change, or why not, in the words of Route 53. */
export function changed(zone: FakeZone<R53Set>, changes: readonly ChangeElement[]): number | string {
  let sets = [...zone.records()];
  for (const change of changes) {
    const { action, set } = change;
    const there = sets.find(({ name, type, label }) => name === set.name && type === set.type && label === set.label);
    const others = sets.filter((one) => one !== there);
    const refused =
      reasonAgainst(zone.origin, sets, there, change) ??
      (action === 'DELETE' ? undefined : conflict(zone.origin, others, set));
    if (refused !== undefined) return refused;
    sets = action === 'DELETE' ? others : [...others, set];
  }
  return zone.change(() => sets);
}

function reasonAgainst(
  origin: string,
  sets: readonly R53Set[],
  there: R53Set | undefined,
  { action, set }: ChangeElement,
): string | undefined {
  const refused = refusedValue(origin, set) ?? (action === 'CREATE' ? strayAlias(sets, set) : undefined);
  if (refused !== undefined) return refused;
  const title = `resource record set [name='${set.name}', type='${set.type}'] but`;
  if (action === 'CREATE' && there !== undefined) return `Tried to create ${title} it already exists`;
  if (action !== 'DELETE') return undefined;
  if (there === undefined) return `Tried to delete ${title} it was not found`;
  return isSame(there, set)
    ? undefined
    : `Tried to delete ${title} the values provided do not match the current values`;
}

function conflict(origin: string, others: readonly R53Set[], set: R53Set): string | undefined {
  const beside = others.some(({ name, type }) => name === set.name && (type === 'CNAME') !== (set.type === 'CNAME'));
  if (!beside) return undefined;
  return `RRSet of type ${set.type} with DNS name ${set.name} is not permitted as it conflicts with other records with the same DNS name in zone ${origin}`;
}

/** Why a set can't be stored, in the words of Route 53. */
function refusedValue(origin: string, { name, type, values = [] }: R53Set): string | undefined {
  if (name !== origin && !name.endsWith(`.${origin}`))
    return `RRSet with DNS name ${name} is not permitted in zone ${origin}`;
  const illegal = (kind: string, value = '') =>
    `Invalid Resource Record: 'FATAL problem: ${kind} (Value is not valid) encountered with '${value}''`;
  const wrong = values.find((value) => (type === 'A' && !isIPv4(value)) || (type === 'AAAA' && !isIPv6(value)));
  if (wrong !== undefined)
    return illegal(type === 'A' ? 'ARRDATAIllegalIPv4Address' : 'AAAARRDATAIllegalIPv6Address', wrong);
  if (new Set(values).size < values.length) return illegal('DuplicateResourceRecord', values[0]);
  return undefined;
}

/** An alias into the zone needs a set of its type there; what lies elsewhere is not known here. */
function strayAlias(sets: readonly R53Set[], { alias, aliasZone, type }: R53Set): string | undefined {
  const known = sets.some((one) => one.name === alias && one.type === type);
  if (alias === undefined || aliasZone === undefined || known) return undefined;
  return `Tried to create an alias that targets ${alias}, type ${type} in zone ${aliasZone}, but that target was not found`;
}
