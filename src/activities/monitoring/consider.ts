/** From what was heard and seen to a verdict and a decision. Pure: everything it knows, it was given. */
import type { Site } from '../../config';
import { decide } from '../../domain/decision/decide';
import { tellReadiness, type Telling } from '../../domain/readiness/readiness';
import type { Decision, ReplicaFitness, Situation } from '../../domain/decision/situation';
import { otherRegion } from '../../domain/other-region';
import { judge } from '../../domain/decision/judge';
import type { RegionFacts } from '../../domain/detection/reading';
import type { Ballot } from '../../domain/detection/vote';
import { replicaWitness, type Witness } from '../../domain/detection/witness';
import { newestAccount } from '../../domain/detection/accounts';
import type { Policy } from '../../domain/policy';
import type { DatabaseState } from '../../ports/ports';
import type { DecideInput, DecideResult } from '../../contract/monitor';
import { ownAccount } from './own-account';

/** What was looked at for this decision. */
export interface Looked {
  /** The standby's database; undefined where it did not answer. */
  replica: DatabaseState | undefined;
  /** Age of the primary's last heartbeat applied there; null when unknown. */
  heartbeatAgeMs: number | null;
  /** Workflow ids of what is under way. */
  underWay: Pick<Situation, 'running' | 'rejoining'>;
}

/** Who is primary by what the shops and the monitor's own memory tell, and who could take over. */
export function believedRoles(
  site: Site,
  { ballots, known }: DecideInput,
): { epoch: number; primary: string; standby: string } {
  const claims = ballots.flatMap(({ vote }) => (vote.facts ? [vote.facts] : []));
  const guess = latest(claims, known);
  const primary = guess.primary === '' ? site.home : guess.primary;
  return { epoch: guess.epoch, primary, standby: otherRegion(site.regions, primary) ?? '' };
}

export function consider(site: Site, input: DecideInput, looked: Looked): DecideResult {
  const { replica, heartbeatAgeMs } = looked;
  const { epoch, primary, standby } = believedRoles(site, input);
  const newer = replica?.epoch !== undefined && replica.epoch.epoch > epoch ? replica.epoch : undefined;
  const known = newer ? { epoch: newer.epoch, primary: newer.region } : { epoch, primary };
  const seen = { primary, standby, epoch: known.epoch };
  const vantages = Object.keys(site.vantages);
  const ballots = [...input.ballots, ...ownAccount(standby, replica)];
  const heard = { vantages, ballots, witnesses: [witness(replica, heartbeatAgeMs)] };
  const testimony = { ...seen, ...heard, hasTable: site.table !== undefined };
  const opinion = judge(testimony, site.policy);
  const table = tableOf(site, primary, input.ballots);
  const situation: Situation = {
    ...seen,
    site: site.site,
    home: site.home,
    opinion,
    opinionAgeMs: ageOfVotes(input.ballots, opinion.verdict.vantages, primary),
    policy: site.policy,
    ...(replica ? { replica: fitness(replica, heartbeatAgeMs) } : {}),
    ...table,
    ...memoryIn(input),
    ...looked.underWay,
  };
  const unsettled = opinion.verdict.state !== 'healthy' || table.tableOf !== primary;
  const lag = measuredLag(input.ballots, primary, witness(replica, heartbeatAgeMs), looked, site.policy);
  const running = looked.underWay.running !== undefined;
  const decision = decide(situation);
  const telling = tellingOf(situation, decision, input);
  return {
    ...{
      decision,
      opinion,
      known,
      running,
      unsettled: unsettled || input.silence === true || telling?.pending === true,
    },
    ...(telling && { readiness: telling }),
    ...(lag ? { lag } : {}),
  };
}

const remembered = [
  ...(['freeze', 'lastTransfer', 'lastPlanAgoMs', 'brakes', 'completed', 'lagBefore'] as const),
  ...(['mode', 'approved', 'rejected'] as const),
];

type Memory = Pick<Situation, (typeof remembered)[number] | 'sampled'>;

/** What the monitor remembers, as far as it does. */
function memoryIn(input: DecideInput): Memory {
  const known = remembered.filter((key) => input[key] !== undefined).map((key) => [key, input[key]]);
  return { ...(Object.fromEntries(known) as Memory), ...(input.readiness && { sampled: true }) };
}

/** Whoever is called about the verdict need not be called about what follows from it. */
function tellingOf(
  { site, home, primary, running, rejoining }: Situation,
  { action }: Decision,
  { readiness, readinessTold, lastPlanAgoMs, now = 0 }: DecideInput,
): Telling | undefined {
  if (readiness === undefined) return undefined;
  const busy = running !== undefined || rejoining !== undefined || action !== 'hold';
  const known = {
    ...(readinessTold && { told: readinessTold }),
    ...(lastPlanAgoMs !== undefined && { lastPlanAgoMs }),
  };
  return tellReadiness(readiness, now, { site, away: primary !== home, busy, ...known });
}

/** Of the votes that a verdict on the primary's shop or table rests on; 0 where vantages do not date them. */
function ageOfVotes(ballots: readonly Ballot[], vantages: readonly string[], primary: string): number {
  const behind = ballots.filter(
    ({ vantage, target, vote, dated }) =>
      dated &&
      vote.state === 'down' &&
      target.signal !== 'edge' &&
      target.region === primary &&
      vantages.includes(vantage),
  );
  return Math.max(0, ...behind.map(({ ageMs }) => ageMs));
}

/** A vantage that sees more failures than this does not prove that the primary serves. */
const servedShare = 0.2;

/**
 * How far the standby was behind when the primary was last known to serve. What came later is no lag, since a primary that is lost writes nothing;
 * nor is the age of a heartbeat over a connection that is up: the writes have stalled, or the source has just been lost.
 */
function measuredLag(
  ballots: readonly Ballot[],
  primary: string,
  { says }: Witness,
  { heartbeatAgeMs }: Looked,
  { minEligible }: Policy,
): DecideResult['lag'] {
  if (heartbeatAgeMs === null || says === 'connected') return undefined;
  const served = ballots.filter(
    ({ target, vote }) =>
      target.signal === 'app' && target.region === primary && vote.state === 'up' && vote.share < servedShare,
  );
  const servedAgoMs = served.map(({ ageMs }) => ageMs).sort((one, other) => one - other)[minEligible - 1];
  if (servedAgoMs === undefined) return undefined;
  return { lagMs: Math.max(0, heartbeatAgeMs - servedAgoMs), agoMs: servedAgoMs };
}

/** One look at the standby: a word that changes only when the monitor has to judge again, and the lag where its source is heard. */
export function lookOf(
  policy: Policy,
  { replica, heartbeatAgeMs }: Omit<Looked, 'underWay'>,
): { word: string; because: string; lagMs?: number } {
  const { says, because } = witness(replica, heartbeatAgeMs);
  const lags = heartbeatAgeMs !== null && heartbeatAgeMs > policy.maxReplicaLagMs;
  const fit = replica === undefined ? undefined : fitness(replica, heartbeatAgeMs);
  const word = [says, lags, fit?.configured, fit?.usesGtid, fit?.applying, fit?.epoch].join(' ');
  return { word, because, ...(says === 'sees' && heartbeatAgeMs !== null ? { lagMs: heartbeatAgeMs } : {}) };
}

/** The highest epoch that any region's shop, or the monitor's own memory, tells of. */
function latest(claims: RegionFacts[], known: DecideInput['known']): DecideInput['known'] {
  return claims.reduce((best, { database }) => {
    return database.reachable && database.epoch > best.epoch
      ? { epoch: database.epoch, primary: database.primary }
      : best;
  }, known);
}

function witness(replica: DatabaseState | undefined, heartbeatAgeMs: number | null): Witness {
  return replicaWitness(replica?.replica ? { io: replica.replica.io, heartbeatAgeMs } : undefined);
}

function fitness({ replica, epoch }: DatabaseState, heartbeatAgeMs: number | null): ReplicaFitness {
  return {
    configured: replica !== undefined,
    usesGtid: replica?.usesGtid ?? false,
    applying: replica?.sql ?? false,
    receiving: replica?.io === 'yes',
    heartbeatAgeMs,
    epoch: epoch?.epoch ?? 0,
    ...(replica?.error === undefined ? {} : { error: replica.error }),
  };
}

/** A site without a table has nothing to point elsewhere, whatever its shop says. */
function tableOf(site: Site, primary: string, ballots: Ballot[]): Pick<Situation, 'tableOf' | 'tableSeenAgoMs'> {
  if (site.table === undefined) return { tableOf: primary };
  const said = newestAccount(primary, ballots, site.policy.voteMaxAgeMs);
  const region = Object.entries(site.regions).find(([, { tableRegion }]) => tableRegion === said?.facts.tableRegion);
  return said && region ? { tableOf: region[0], tableSeenAgoMs: said.ageMs } : { tableOf: primary };
}
