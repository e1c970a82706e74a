import { PortError } from '../../ports/errors';
import type { Ports, RecordSet } from '../../ports/ports';
import { costOf, done, no, underWay, unknown } from '../step/finding';
import { defineStep, type Finding, type StepContext } from '../step/step';
import { canonicalValues, checkedAnswers } from '../step/dns-answers';

type Move = { name: string; type: RecordSet['type']; from: string[]; to: string[]; ttlSeconds: number };

/** One answer may come from before the change even after it; this many in a row do not. */
const answersInARow = 3;
/** Vendors' name servers take up to this long to answer what was changed; the API is asked about a change that does not show by then. */
const publishedWithinMs = 5_000;

/** Compare and set: a zone that shows a third value was changed by somebody else, and is left to a person. */
export const switchDns = defineStep({
  name: 'switch-dns',
  title: (p: Move) => `Point ${p.name} (${p.type}) to ${p.to.join(', ')}`,
  patience: { attemptMs: 30_000, attempts: 6, everyMs: 1_000 },
  async check(p, ports, ctx) {
    // After the change the servers are asked first: they prove the move, and this saves requests to the vendor's API.
    const { actedAt } = ctx;
    const seen = actedAt === undefined ? undefined : await look(p, ports, ctx);
    if (seen && (seen.state === 'done' || ports.now() < (actedAt ?? 0) + publishedWithinMs)) return seen;
    const set = await readIfItCan(p, ports);
    if (set instanceof PortError) {
      // All name servers are proof enough, whoever moved the name: our change whose reply was lost, or a person at the vendor's console.
      const shown = seen ?? (await look(p, ports, ctx));
      if (shown.state === 'done') return shown;
      throw set;
    }
    if (!equal(p.type, set.values, p.to)) return no(`${p.name} (${p.type}) still has ${set.values.join(', ')}.`);
    return seen ?? look(p, ports, ctx);
  },
  async act(p, ports) {
    const set = await readSet(p, ports);
    const expected = equal(p.type, set.values, p.to) ? set : { ...set, values: p.from };
    await ports.dns.replace(expected, { name: p.name, type: p.type, ttlSeconds: p.ttlSeconds, values: p.to });
  },
});

/** What the authoritative servers say, whatever the zone may hold. */
async function look(p: Move, ports: Ports, ctx: StepContext): Promise<Finding> {
  const answers = await checkedAnswers(ports.dns.answers, { ...p, values: p.to }, answersInARow);
  const silent = answers.find(({ values, wanted }) => values === undefined || wanted === undefined);
  if (silent) return unknown(`The zone has ${p.to.join(', ')}, but not every name server was read: ${silent.because}`);
  const stale = answers.find(
    ({ values = [], wanted = [] }) => canonicalValues(p.type, values).join() !== wanted.join(),
  );
  if (stale)
    return underWay(`${stale.server} still answers ${(stale.values ?? []).join(', ') || 'nothing'} for ${p.name}.`);
  if (answers.length === 0) return unknown(`No authoritative server was queried for ${p.name}.`);
  const proof = `${answers.map((each) => each.server).join(', ')} answered ${p.to.join(', ')} ${answersInARow} times in a row`;
  const facts = { previousValues: p.from, ttlSeconds: p.ttlSeconds, provider: ports.dns.kind };
  return done(`${proof}${costOf(ports.dns.kind, ctx)}.`, {
    ...facts,
    ...(ctx.calls && { calls: ctx.calls.map((call) => ({ ...call })) }),
  });
}

/** The set, or why its vendor does not show it. */
async function readIfItCan(p: Move, ports: Ports): Promise<RecordSet | PortError> {
  try {
    return await readSet(p, ports);
  } catch (error) {
    if (error instanceof PortError && error.kind !== 'conflict' && error.kind !== 'refused') return error;
    throw error;
  }
}

/** Some vendors change a set value by value, and a move that broke leaves a mixture: `replace` knows whether it is one of its own. */
async function readSet(p: Move, ports: Ports): Promise<RecordSet> {
  if (p.to.length === 0)
    throw new PortError('refused', `The plan has no value for ${p.name} (${p.type}); a record set is never emptied.`);
  const set = await ports.dns.read(p.name, p.type);
  const known = canonicalValues(p.type, [...p.from, ...p.to]);
  if (set && canonicalValues(p.type, set.values).every((value) => known.includes(value))) return set;
  throw new PortError(
    'conflict',
    `${p.name} (${p.type}) is ${set ? set.values.join(', ') : 'absent'}; expected ${p.from.join(', ')} or ${p.to.join(', ')}. Somebody else changed it; set it to one of the two, then retry.`,
  );
}

const equal = (type: RecordSet['type'], these: readonly string[], those: readonly string[]) =>
  canonicalValues(type, these).join() === canonicalValues(type, those).join();
