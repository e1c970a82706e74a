/** Judges and decides in one activity, so that evidence and decision are in the history and a changed rule does not break replay. */
import type { Client } from '@temporalio/client';
import type { Site } from '../../config';
import { decide } from '../../domain/decision/decide';
import type { ReplicaFitness, Situation } from '../../domain/decision/situation';
import { otherRegion } from '../../domain/other-region';
import { judge } from '../../domain/decision/judge';
import type { RegionFacts } from '../../domain/detection/reading';
import type { Ballot } from '../../domain/detection/vote';
import { replicaWitness, type Witness } from '../../domain/detection/witness';
import { newestAccount } from '../../domain/detection/accounts';
import type { DatabaseState, Ports } from '../../ports/ports';
import { rejoinId, transferId } from '../../contract/ids';
import type { SiteContext } from '../planning/prepare';
import { isRunning, transferRunning } from '../transfers';
import type { DecideInput, DecideResult } from '../../contract/monitor';

export async function judgeAndDecide(
  { site, ports }: SiteContext,
  input: DecideInput,
  client: Client,
): Promise<DecideResult> {
  const claims = input.ballots.flatMap(({ vote }) => (vote.facts ? [vote.facts] : []));
  const guess = latest(claims, input.known);
  const primary = guess.primary === '' ? site.home : guess.primary;
  const standby = otherRegion(site.regions, primary) ?? '';
  const { replica, heartbeatAgeMs } = await askStandby(ports, standby, primary);
  const newer = replica?.epoch !== undefined && replica.epoch.epoch > guess.epoch ? replica.epoch : undefined;
  const known = newer ? { epoch: newer.epoch, primary: newer.region } : { epoch: guess.epoch, primary };
  const seen = { primary, standby, epoch: known.epoch };
  const vantages = Object.keys(site.vantages);
  const heard = { vantages, ballots: input.ballots, witnesses: [witness(replica, heartbeatAgeMs)] };
  const testimony = { ...seen, ...heard, hasTable: site.table !== undefined };
  const opinion = judge(testimony, site.policy);
  const { freeze, lastTransfer, lastPlanAgoMs, brakes } = input;
  const table = tableOf(site, primary, input.ballots);
  const situation: Situation = {
    ...seen,
    site: site.site,
    home: site.home,
    opinion,
    opinionAgeMs: 0,
    policy: site.policy,
    ...(replica ? { replica: fitness(replica, heartbeatAgeMs) } : {}),
    ...table,
    ...(freeze ? { freeze } : {}),
    ...(lastTransfer ? { lastTransfer } : {}),
    ...(brakes ? { brakes } : {}),
    ...(lastPlanAgoMs === undefined ? {} : { lastPlanAgoMs }),
    ...(await underWay(client, site.site)),
  };
  const unsettled = opinion.verdict.state !== 'healthy' || table.tableOf !== primary;
  const running = situation.running !== undefined;
  return { decision: decide(situation), opinion, known, running, unsettled };
}

async function underWay(client: Client, site: string): Promise<Pick<Situation, 'running' | 'rejoining'>> {
  const [transfer, rejoin] = await Promise.all([transferRunning(client, site), isRunning(client, rejoinId(site))]);
  return { ...(transfer && { running: transferId(site) }), ...(rejoin && { rejoining: rejoinId(site) }) };
}

/** What the standby's database says of itself and of its source; undefined and null where it does not answer. */
async function askStandby(
  ports: Ports,
  standby: string,
  primary: string,
): Promise<{ replica: DatabaseState | undefined; heartbeatAgeMs: number | null }> {
  const database = ports.database(standby);
  const [replica, heartbeat] = await Promise.all([
    database.state().catch(() => undefined),
    database.heartbeat(primary).catch(() => undefined),
  ]);
  return { replica, heartbeatAgeMs: heartbeat ? Math.max(0, ports.now() - heartbeat.atMs) : null };
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
