/** A change takes hold as a whole or not at all: deletions to the letter, additions of what is not there. */
import { isIPv4, isIPv6 } from 'node:net';
import { z } from 'zod';
import type { FakeReply } from '../kit/routes';
import type { FakeZone } from '../kit/zone';
import { failed, failedAs } from './replies';
import { isSame, type GoogleSet } from './sets';

const rrset = z.object({ name: z.string(), type: z.string(), ttl: z.number(), rrdatas: z.array(z.string()) });
const change = z.object({ additions: z.array(rrset).default([]), deletions: z.array(rrset).default([]) });
type Rrset = z.output<typeof rrset>;

/** Deletions first, on a copy, which is stored when nothing is refused. */
export function changed(zone: FakeZone<GoogleSet>, json: unknown): FakeReply | undefined {
  const { additions, deletions } = change.parse(json);
  let sets = [...zone.records()];
  for (const [at, gone] of deletions.entries()) {
    const there = sets.find((one) => isSame(one, gone));
    const refused = refusedDeletion(there, gone, `'entity.change.deletions[${at}]'`);
    if (refused !== undefined) return refused;
    sets = sets.filter((one) => one !== there);
  }
  for (const [at, made] of additions.entries()) {
    const refused = refusedAddition(zone.origin, sets, made, `'entity.change.additions[${at}]`);
    if (refused !== undefined) return refused;
    sets.push(made);
  }
  zone.change(() => sets);
  return undefined;
}

function refusedDeletion(there: GoogleSet | undefined, gone: Rrset, place: string): FakeReply | undefined {
  if (there === undefined)
    return failed(404, `The ${place} resource named '${gone.name} (${gone.type})' does not exist.`);
  if (there.ttl !== gone.ttl || [...(there.rrdatas ?? [])].sort().join() !== [...gone.rrdatas].sort().join())
    return failed(412, `Precondition not met for ${place}`);
  return undefined;
}

/** `place` lacks the quote at its end, since the words of some refusals go on in it. */
function refusedAddition(
  origin: string,
  sets: readonly GoogleSet[],
  made: Rrset,
  place: string,
): FakeReply | undefined {
  if (sets.some((one) => isSame(one, made)))
    return failed(409, `The resource ${place}' named '${made.name} (${made.type})' already exists`);
  const wrong = made.rrdatas.find((data) => !fits(made.type, data));
  if (wrong !== undefined) return failed(400, `Invalid value for ${place}.rrdata[0]': '${wrong}'`);
  if (made.name !== origin && !made.name.endsWith(`.${origin}`))
    return failed(400, `Invalid value for ${place}.name': '${made.name}'`);
  const beside = sets.some(({ name, type }) => name === made.name && (type === 'CNAME') !== (made.type === 'CNAME'));
  if (beside)
    return failedAs(
      400,
      'cnameResourceRecordSetConflict',
      `The resource record set ${place}' is invalid because the DNS name '${made.name}' may have either one CNAME resource record set or resource record sets of other types, but not both.`,
    );
  return undefined;
}

const fits = (type: string, data: string) =>
  type === 'A' ? isIPv4(data) : type === 'AAAA' ? isIPv6(data) : type === 'CNAME' ? data.endsWith('.') : true;
