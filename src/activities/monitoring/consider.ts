/** From what was heard and seen to a verdict and a decision. Pure: everything it knows, it was given. */
import type { Site } from '../../config';
import { silenced } from '../../domain/command/mute';
import { decide } from '../../domain/decision/decide';
import { tellReadiness, type Telling } from '../../domain/readiness/readiness';
import type { Decision, Situation } from '../../domain/decision/situation';
import { otherRegion } from '../../domain/other-region';
import { judge } from '../../domain/decision/judge';
import type { RegionFacts } from '../../domain/detection/reading';
import type { Ballot } from '../../domain/detection/vote';
import { alarmWitnesses } from '../../domain/detection/witness';
import { newestAccount } from '../../domain/detection/accounts';
import type { DecideInput, DecideResult } from '../../contract/monitor';
import { ownAccount } from './own-account';
import { fitness, measuredLag, witness, type Looked } from './standby-look';

/** What counts of what the vantages said. */
const heardIn = ({ ballots, mutes }: Pick<DecideInput, 'ballots' | 'mutes'>): Ballot[] => silenced(ballots, mutes);

/** Who is primary by what the shops and the monitor's own memory tell, and who could take over. */
export function believedRoles(site: Site, input: DecideInput): { epoch: number; primary: string; standby: string } {
  const claims = heardIn(input).flatMap(({ vote }) => (vote.facts ? [vote.facts] : []));
  const guess = latest(claims, input.known);
  const primary = guess.primary === '' ? site.home : guess.primary;
  return { epoch: guess.epoch, primary, standby: otherRegion(site.regions, primary) ?? '' };
}

/** The verdict, and everything that a guard may look at. */
export function situationOf(
  site: Site,
  input: DecideInput,
  looked: Looked,
): { situation: Situation; known: DecideInput['known'] } {
  const { replica, heartbeatAgeMs } = looked;
  const { epoch, primary, standby } = believedRoles(site, input);
  const newer = replica?.epoch !== undefined && replica.epoch.epoch > epoch ? replica.epoch : undefined;
  const known = newer ? { epoch: newer.epoch, primary: newer.region } : { epoch, primary };
  const seen = { primary, standby, epoch: known.epoch };
  const alarms = alarmWitnesses(input.alarms, site.alarms, primary);
  const witnesses = [witness(replica, heartbeatAgeMs), ...alarms];
  const counted = heardIn(input);
  const ballots = [...counted, ...ownAccount(standby, replica)];
  const muted = (input.mutes ?? []).map(({ vantage }) => vantage);
  const heard = { vantages: Object.keys(site.vantages), ballots, muted, witnesses };
  const opinion = judge({ ...seen, ...heard, hasTable: site.table !== undefined }, site.policy);
  const situation: Situation = {
    ...seen,
    site: site.site,
    home: site.home,
    opinion,
    opinionAgeMs: ageOfVotes(counted, opinion.verdict.vantages, primary),
    policy: site.policy,
    ...(replica ? { replica: fitness(replica, heartbeatAgeMs) } : {}),
    ...tableOf(site, primary, counted),
    ...memoryIn(input),
    ...looked.underWay,
  };
  return { situation, known };
}

export function consider(site: Site, input: DecideInput, looked: Looked): DecideResult {
  const { situation, known } = situationOf(site, input, looked);
  const { opinion, primary } = situation;
  const decision = decide(situation);
  const telling = tellingOf(situation, decision, input);
  const isQuiet = opinion.verdict.state === 'healthy' && situation.tableOf === primary;
  const unsettled = !isQuiet || input.silence === true || telling?.pending === true;
  const lag = measuredLag(heardIn(input), primary, looked, site.policy);
  return {
    ...{ decision, opinion, known, running: looked.underWay.running !== undefined, unsettled },
    ...(telling && { readiness: telling }),
    ...(lag ? { lag } : {}),
  };
}

const remembered = [
  ...(['freeze', 'lastTransfer', 'lastPlanAgoMs', 'brakes', 'completed', 'lagBefore'] as const),
  ...(['mode', 'approved', 'rejected', 'maintenance'] as const),
];

type Memory = Pick<Situation, (typeof remembered)[number] | 'sampled'>;

/** What the monitor remembers, as far as it does. */
function memoryIn(input: DecideInput): Memory {
  const known = remembered.filter((key) => input[key] !== undefined).map((key) => [key, input[key]]);
  return { ...(Object.fromEntries(known) as Memory), ...(input.readiness && { sampled: true }) };
}

/** Whoever is called about the verdict need not be called about what follows from it. */
function tellingOf(
  { site, home, primary, running, rejoining, maintenance }: Situation,
  { action }: Decision,
  { readiness, readinessTold, lastPlanAgoMs, now = 0 }: DecideInput,
): Telling | undefined {
  if (readiness === undefined) return undefined;
  // That customers are not served is to be expected inside a maintenance window.
  const expected = maintenance !== undefined && readiness.bad.some(({ vital }) => vital);
  const busy = running !== undefined || rejoining !== undefined || action !== 'hold' || expected;
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

/** The highest epoch that any region's shop, or the monitor's own memory, tells of. */
function latest(claims: RegionFacts[], known: DecideInput['known']): DecideInput['known'] {
  return claims.reduce((best, { database }) => {
    return database.reachable && database.epoch > best.epoch
      ? { epoch: database.epoch, primary: database.primary }
      : best;
  }, known);
}

/** A site without a table has nothing to point elsewhere, whatever its shop says. */
function tableOf(site: Site, primary: string, ballots: Ballot[]): Pick<Situation, 'tableOf' | 'tableSeenAgoMs'> {
  if (site.table === undefined) return { tableOf: primary };
  const said = newestAccount(primary, ballots, site.policy.voteMaxAgeMs);
  const region = Object.entries(site.regions).find(([, { tableRegion }]) => tableRegion === said?.facts.tableRegion);
  return said && region ? { tableOf: region[0], tableSeenAgoMs: said.ageMs } : { tableOf: primary };
}
