/**
 * Whether a region's session store has the role of its region: one that restarts with an old configuration takes its former role again. And whether
 * it takes writes as the primary, and only then.
 */
import type { Site } from '../../config';
import type { CheckResult } from '../../domain/plan/result';
import { primaryOf } from '../../domain/plan/survey';
import type { Ports } from '../../ports/ports';
import { findKind } from '../../providers/kit/kind';
import { sessionStores } from '../../providers/sessions';
import { siteRegion } from '../planning/move';
import { asVital, attempt } from './check';
import type { ServersSeen } from './servers';

/** No check where the site has no session stores. */
export function sessionsReadiness(
  site: Site,
  survey: ServersSeen,
  ports: Ports,
  region: string,
): Promise<CheckResult>[] {
  const { sessions } = siteRegion(site, region);
  return sessions === undefined
    ? []
    : [attempt(`sessions of ${region}`, () => roleOf(sessions, survey, ports, region)).then(servingIn(survey, region))];
}

/** Customers of the primary cannot log in without its store. */
const servingIn = (survey: ServersSeen, region: string) => {
  const primary = primaryOf(survey);
  return (result: CheckResult) => (primary.known && primary.region === region ? asVital(result) : result);
};

/** @throws Error when the store has the role of the other region, or takes writes as that one would */
async function roleOf(sessions: { kind: string }, survey: ServersSeen, ports: Ports, region: string): Promise<string> {
  const { title } = findKind('sessions', sessionStores, sessions);
  const { role, sourceHost = 'no server' } = await ports.sessions(region).state();
  const primary = primaryOf(survey);
  if (!primary.known) return `${title} answers as ${role}; the primary is unknown.`;
  if (primary.region === region && role === 'replica')
    throw new Error(
      `${title} is a replica of ${sourceHost}, but ${region} is the primary, so customers can't log in; type REPLICAOF NO ONE in redis-cli there.`,
    );
  if (primary.region !== region && role === 'primary')
    throw new Error(
      `${title} is a primary, but ${region} is the standby, so a transfer would lose all sessions; type REPLICAOF with the address of ${primary.region} in redis-cli there.`,
    );
  const writes = await ports.sessions(region).writes();
  const expected = role === 'primary' ? 'yes' : 'no';
  if (writes.taken !== expected && writes.taken !== 'unknown') throw new Error(writes.because);
  if (writes.oncePromoted !== undefined) throw new Error(writes.oncePromoted);
  return `${title} answers as ${role}.${writes.taken === 'unknown' ? ` ${writes.because}` : ''}`;
}
