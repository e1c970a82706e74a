import { REGIONS, type DatabaseObjects, type Evidence } from './evidence';
import { counted, finding, unknown, type Finding } from './finding';
import type { EvidenceIndex } from './evidence-index';

const KINDS = ['triggers', 'events', 'accounts'] as const;

/** Both databases have the same triggers, scheduled events and accounts, and only the writable one runs its events. */
export function databaseObjects(evidence: Evidence): Finding {
  const name = 'database-objects';
  const [a, b] = [evidence.objects.A, evidence.objects.B];
  if ('because' in a) return unknown(name, a.because);
  if ('because' in b) return unknown(name, b.because);
  const problems = KINDS.flatMap((kind) => onlyOnOneSide(kind, a.read, b.read));
  for (const region of REGIONS) {
    const state = evidence.states[region];
    const enabled = (region === 'A' ? a : b).read.enabledEvents;
    if ('read' in state && !state.read.writable && enabled.length > 0)
      problems.push(`${region} is read-only and runs the events ${enabled.join(', ')}`);
  }
  const { triggers, events, accounts } = a.read;
  return finding({
    name,
    counts: { triggers: triggers.length, events: events.length, accounts: accounts.length, wrong: problems.length },
    problems,
    okText: `Both databases have the same ${counted(triggers.length, 'trigger')}, ${counted(events.length, 'event')} and ${counted(accounts.length, 'account')}.`,
    failText: `${counted(problems.length, 'trigger, event or account', 'triggers, events or accounts')} differ between A and B`,
  });
}

function onlyOnOneSide(kind: (typeof KINDS)[number], a: DatabaseObjects, b: DatabaseObjects): string[] {
  const nameOf = (entry: string) => entry.slice(0, entry.lastIndexOf(': '));
  const lacking = (have: readonly string[], others: readonly string[], where: string) =>
    have
      .filter((entry) => !others.includes(entry))
      .map((entry) => `${kind}: ${nameOf(entry)} of ${where} is missing or different in the other region`);
  return [...lacking(a[kind], b[kind], 'A'), ...lacking(b[kind], a[kind], 'B')];
}

/** No order id that a customer was told can be issued again. */
export function nextIds(index: EvidenceIndex): Finding {
  const { value, increment, offset } = index.view.nextOrderId;
  const told = [...index.acknowledgedIds.values()].flatMap((ids) => [...ids]);
  const issuedHere = (id: number) => id % increment === offset % increment;
  const problems = told
    .filter((id) => issuedHere(id) && id >= value)
    .map(
      (id) => `order id ${id} was acknowledged, and ${index.view.region} would issue it again: its next id is ${value}`,
    );
  return finding({
    name: 'next-ids',
    counts: { next: value, acknowledged: told.length, wrong: problems.length },
    problems,
    okText: `${index.view.region} issues no acknowledged order id again: its next one is ${value} or higher.`,
    failText: `${counted(problems.length, 'acknowledged order id')} would be issued again`,
  });
}
