/** The steps of a transfer that touch the shop's name, run as a worker runs them, with every request that they send. */
import { attemptStep, type Step, type StepContext } from '../../src/activities/step/step';
import type { StepSuccess } from '../../src/domain/plan/interpreter';
import { lowerDnsTtl } from '../../src/activities/steps/lower-dns-ttl';
import { switchDns } from '../../src/activities/steps/switch-dns';
import type { Site } from '../../src/config/load';
import type { Facts } from '../../src/domain/plan/plan';
import { recordingCalls, type Call } from '../../src/providers/http/call-log';
import type { Ports } from '../../src/ports/ports';

export interface Move {
  /** Requests from the survey to the end of the last step. */
  calls: string[];
  /** From the first request of `switch-dns` to the last authoritative server's answer. */
  answeredAfterMs: number;
  /** Between requests while the name servers were waited for. */
  pollGapsMs: number[];
}

interface Timed {
  what: string;
  /** As `performance.now()`. */
  at: number;
}

/**
 * Moves the shop's name as a planned transfer does: the survey reads it, its TTL is lowered, and after `pauseMs`, in which the old answers
 * run out, it is pointed to the other region.
 * @throws as the steps do
 */
export async function move(site: Site, ports: Ports, from: string, to: string, pauseMs: number): Promise<Move> {
  const [record] = site.dns.records;
  if (record === undefined) throw new Error(`${site.site} has no record to move`);
  const { name, type, values } = record;
  const { ttlSeconds } = site.dns;
  const early: Timed[] = [];
  await listening(early, () => ports.dns.read(name, type));
  await listening(early, () => attempt(lowerDnsTtl, { name, type, ttlSeconds }, site, ports));
  await ports.sleep(pauseMs);
  const late: Timed[] = [];
  let changedAt = Infinity;
  const replace: Ports['dns']['replace'] = (...sets) =>
    ports.dns.replace(...sets).finally(() => (changedAt = performance.now()));
  const params = { name, type, from: [...(values[from] ?? [])], to: [...(values[to] ?? [])], ttlSeconds };
  const watched = { ...ports, dns: { ...ports.dns, replace } };
  await listening(late, () => attempt(switchDns, params, site, watched));
  const polls = late.filter(({ at }) => at > changedAt).map(({ at }) => at);
  return {
    calls: [...early, ...late].map(({ what }) => what),
    answeredAfterMs: performance.now() - (late[0]?.at ?? NaN),
    pollGapsMs: polls.slice(1).map((at, index) => at - (polls[index] ?? at)),
  };
}

/** Adds what `work` sends to `into`, with the moment at which each request began. */
function listening<T>(into: Timed[], work: () => Promise<T>): Promise<T> {
  const hear = ({ what, ms }: Call) => void into.push({ what, at: performance.now() - ms });
  return recordingCalls(hear, work);
}

/** One attempt of a step by itself, as an activity makes it. */
export function attempt(step: Step, params: Facts, site: Site, ports: Ports, calls?: Call[]): Promise<StepSuccess> {
  const context: StepContext = {
    site: site.site,
    epoch: 2,
    key: 'bench',
    facts: {},
    progress: () => undefined,
    signal: new AbortController().signal,
    ...(calls && { calls }),
  };
  return attemptStep(step, params, ports, context);
}
