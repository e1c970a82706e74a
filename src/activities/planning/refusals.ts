/** The reasons to refuse a plan, one function each; `guards.ts` lists them. */
import { isPlanned, type TransferRequest } from '../../domain/plan/request';
import { movingRecords } from '../../config';
import { setName, strayWriters, type RegionSurvey } from '../../domain/plan/survey';
import { findKind } from '../../providers/kit/kind';
import { trafficSwitches } from '../../providers/traffic';
import { crossRegionFlaw } from '../../providers/traffic/switch';
import { siteRegion, type Move } from './move';

export type PlanGuard = (move: Move, request: TransferRequest) => string | undefined;

const survey = (move: Move, region: string): RegionSurvey =>
  move.survey.regions[region] ?? { region, answers: false, because: `${region} was not queried.` };

export const unknownRegion: PlanGuard = ({ site }, { to, region }) => {
  const unknown = [to, region].find((name) => name !== '' && !Object.hasOwn(site.regions, name));
  if (unknown === undefined) return undefined;
  return `${site.site} has no region ${unknown}; its regions are ${Object.keys(site.regions).join(' and ')}.`;
};

/** `--kind fence --to A` reads like a move to A, and would fence it. */
export const fenceTakesRegion: PlanGuard = ({ site }, { to }) =>
  to === ''
    ? undefined
    : `Kind fence takes the region to fence as "region", not as "to": npx handover transfer ${site.site} --kind fence --region ${to}`;

export const onlyFenceTakesRegion: PlanGuard = (_move, { kind, region }) =>
  region === '' ? undefined : `"region" is ${region}, but only kind fence takes it; kind ${kind} takes "to".`;

export const alreadyThere: PlanGuard = ({ from, to, epoch }) =>
  from === to ? `${to} is already the primary since epoch ${String(epoch - 1)}; there is nothing to move.` : undefined;

export const sourceSilent: PlanGuard = (move) => {
  const source = survey(move, move.from);
  return source.answers
    ? undefined
    : `${move.from}'s database does not answer (${source.because}), and a planned transfer must drain it. If ${move.from} is lost: npx handover transfer ${move.site.site} --kind failover`;
};

export const sourceReadOnly: PlanGuard = (move) => {
  const source = survey(move, move.from);
  return source.answers && source.readOnly
    ? `${move.from} is the primary but its database is read-only; make it writable first: npx handover transfer ${move.site.site} --kind restore`
    : undefined;
};

export const strayWriter: PlanGuard = (move) => {
  const stray = strayWriters(move.survey);
  return stray.length === 0
    ? undefined
    : `${stray.join(' and ')} accepts writes although ${move.from} is the primary; fence it, then rejoin it: npx handover transfer ${move.site.site} --kind fence`;
};

export const targetSilent: PlanGuard = (move, { kind }) => {
  const target = survey(move, move.to);
  return target.answers
    ? undefined
    : `The standby ${move.to} cannot take over: its database does not answer (${target.because}).${isPlanned(kind) ? ` Bring it back: npx handover rejoin ${move.site.site}` : ''}`;
};

export const targetIll: PlanGuard = ({ survey: { shops }, to }) => {
  const shop = shops[to];
  return shop === undefined || shop.healthy ? undefined : `The shop of the standby ${to} is unhealthy: ${shop.because}`;
};

export const targetNoReplica: PlanGuard = (move) => {
  const target = survey(move, move.to);
  if (!target.answers || target.replicaOf !== undefined) return undefined;
  return `${move.to} is not a replica of ${move.from}; promoting it would lose orders. Rejoin it first: npx handover rejoin ${move.site.site}`;
};

/** A standby follows the primary, but not now: a server whose host restarted does not start to replicate by itself. */
const isStopped = (move: Move): boolean => {
  const standby = survey(move, move.to);
  const source = siteRegion(move.site, move.from).address;
  return standby.answers && standby.readOnly && standby.replicaOf === source && standby.replicating !== true;
};

/** A promotion that was cut off leaves a server that replicates from nobody; a new failover completes it. */
export const targetNotPromotable: PlanGuard = (move, request) => {
  const target = survey(move, move.to);
  return target.answers && target.promotingEpoch === move.epoch ? undefined : targetNoReplica(move, request);
};

export const targetBehind: PlanGuard = (move) => {
  const target = survey(move, move.to);
  if (!target.answers) return undefined;
  const limitSeconds = move.site.policy.maxReplicaLagMs / 1000;
  if (target.replicating !== true)
    return `${move.to} does not replicate from ${move.from} right now; ${
      isStopped(move)
        ? `restart its replication: npx handover transfer ${move.site.site} --kind restore`
        : `rejoin it: npx handover rejoin ${move.site.site}`
    }`;
  if (target.lagSeconds === null || target.lagSeconds === undefined) {
    return `The replication lag of ${move.to} behind ${move.from} is unknown; a planned transfer needs it below policy.maxReplicaLag.`;
  }
  return target.lagSeconds > limitSeconds
    ? `${move.to} is ${String(target.lagSeconds)} s behind ${move.from}; policy.maxReplicaLag is ${String(limitSeconds)} s.`
    : undefined;
};

/** The monitor or a person believes the primary lost; a primary that answers and serves says otherwise. */
export const contradicted: PlanGuard = (move) => {
  const source = survey(move, move.from);
  const shop = move.survey.shops[move.from];
  return source.answers && !source.readOnly && shop?.healthy === true
    ? `${move.from} answers, accepts writes and its shop is healthy, so it is not lost. To move it without loss: npx handover transfer ${move.site.site} --kind switchover`
    : undefined;
};

/** What the vantages saw fail may be well again by now, or fail for them alone; a person may move a shop that is well. */
export const servesAfterAll: PlanGuard = ({ survey: { shops }, from }, { decidedAt }) =>
  decidedAt > 0 && shops[from]?.healthy === true
    ? `The shop of ${from} answers the runbook (${shops[from].because}), so the monitor does not move it.`
    : undefined;

export const peerUnknown: PlanGuard = (move, { peerIsOff }) => {
  const peer = survey(move, move.to);
  const restore = `npx handover restore ${move.site.site}`;
  if (!peer.answers && peerIsOff) return undefined;
  if (!peer.answers)
    return `${move.to}'s database does not answer, so it may have been promoted; ${move.from} stays read-only. If you know that ${move.to} is off and was not promoted: ${restore} --peer-is-off`;
  if (peerIsOff) return `${move.to}'s database answers, so it is not off. Type: ${restore}`;
  if (peer.readOnly) return undefined;
  return `${move.to} accepts writes, so ${move.from} must stay read-only; fence ${move.to} first: npx handover transfer ${move.site.site} --kind fence --region ${move.to}`;
};

export const alreadyWritable: PlanGuard = (move) => {
  const source = survey(move, move.from);
  if (!source.answers || source.readOnly || isStopped(move)) return undefined;
  return `${move.from} already accepts writes; there is nothing to restore.`;
};

export const notStray: PlanGuard = (move) =>
  strayWriters(move.survey).includes(move.from)
    ? undefined
    : `${move.from} is not writable beside the primary; there is nothing to fence.`;

/** A switch that can't leave one vendor region is refused before any request is sent. */
export const trafficStuck: PlanGuard = ({ site: { traffic } }) =>
  traffic && crossRegionFlaw(findKind('traffic', trafficSwitches, traffic), traffic);

/** Resolvers cache the record for its TTL, so a planned move needs to know it; a failover does not wait for it. */
export const recordsUnread: PlanGuard = ({ site, survey: { dns } }) => {
  const unread = movingRecords(site.dns.records).find((record) => dns[setName(record)] === undefined);
  return unread === undefined
    ? undefined
    : `The record ${unread.name} (${unread.type}) could not be read, so its TTL is unknown; find the cause with: npx handover drill ${site.site} --kind checks`;
};

/** An outage is no time to insist on a tidy switch; a planned move would fail after the point of no return. */
export const trafficElsewhere: PlanGuard = ({ site, survey: { traffic }, from, to }) => {
  if (site.traffic === undefined) return undefined;
  if (traffic?.answers !== true)
    return `The traffic switch could not be read (${traffic?.because ?? 'it was not queried'}), so a move might fail after the point of no return.`;
  const { leadsTo, because } = traffic;
  return leadsTo === from || leadsTo === to
    ? undefined
    : `The traffic switch points neither to ${from} nor to ${to}: ${because}`;
};

/** Also what is unknown: a planned move can wait until it is read. */
export const ordersAtRisk: PlanGuard = ({ survey: { orderRisks } }) =>
  [...(orderRisks?.wrong ?? []), ...(orderRisks?.unknown ?? [])][0];
