/** Every reason to refuse a plan, most certain first; the first that holds is the refusal. */
import type { TransferRequest } from '../../domain/plan/request';
import { movingRecords } from '../../config';
import { setName, strayWriters, type RegionSurvey } from '../../domain/plan/survey';
import { findKind } from '../../providers/kit/kind';
import { trafficSwitches } from '../../providers/traffic';
import { crossRegionFlaw } from '../../providers/traffic/switch';
import type { Move } from './move';
import { pointerless, pointerUnmoved } from './refusals-pointer';

type Guard = (move: Move, request: TransferRequest) => string | undefined;

export function refusalOf(move: Move, request: TransferRequest): string | undefined {
  for (const guard of guards[request.kind]) {
    const because = guard(move, request);
    if (because !== undefined) return because;
  }
  return undefined;
}

const survey = (move: Move, region: string): RegionSurvey =>
  move.survey.regions[region] ?? { region, answers: false, because: `${region} was not queried.` };

const unknownRegion: Guard = ({ site }, { to, region }) => {
  const unknown = [to, region].find((name) => name !== '' && !Object.hasOwn(site.regions, name));
  if (unknown === undefined) return undefined;
  return `${site.site} has no region ${unknown}; its regions are ${Object.keys(site.regions).join(' and ')}.`;
};

/** `--kind fence --to A` reads like a move to A, and would fence it. */
const fenceTakesRegion: Guard = ({ site }, { to }) =>
  to === ''
    ? undefined
    : `Kind fence takes the region to fence as "region", not as "to": npx handover transfer ${site.site} --kind fence --region ${to}`;

const onlyFenceTakesRegion: Guard = (_move, { kind, region }) =>
  region === '' ? undefined : `"region" is ${region}, but only kind fence takes it; kind ${kind} takes "to".`;

const alreadyThere: Guard = ({ from, to, epoch }) =>
  from === to ? `${to} is already the primary since epoch ${String(epoch - 1)}; there is nothing to move.` : undefined;

const sourceSilent: Guard = (move) => {
  const source = survey(move, move.from);
  return source.answers
    ? undefined
    : `${move.from}'s database does not answer (${source.because}), and a planned transfer must drain it. If ${move.from} is lost: npx handover transfer ${move.site.site} --kind failover`;
};

const sourceReadOnly: Guard = (move) => {
  const source = survey(move, move.from);
  return source.answers && source.readOnly
    ? `${move.from} is the primary but its database is read-only; make it writable first: npx handover transfer ${move.site.site} --kind restore`
    : undefined;
};

const strayWriter: Guard = (move) => {
  const stray = strayWriters(move.survey);
  return stray.length === 0
    ? undefined
    : `${stray.join(' and ')} accepts writes although ${move.from} is the primary; fence it, then rejoin it: npx handover transfer ${move.site.site} --kind fence`;
};

const targetSilent: Guard = (move) => {
  const target = survey(move, move.to);
  return target.answers
    ? undefined
    : `The standby ${move.to} cannot take over: its database does not answer (${target.because}).`;
};

const targetIll: Guard = ({ survey: { shops }, to }) => {
  const shop = shops[to];
  return shop === undefined || shop.healthy ? undefined : `The shop of the standby ${to} is unhealthy: ${shop.because}`;
};

const targetNoReplica: Guard = (move) => {
  const target = survey(move, move.to);
  if (!target.answers || target.replicaOf !== undefined) return undefined;
  return `${move.to} is not a replica of ${move.from}; promoting it would lose orders. Rejoin it first: npx handover rejoin ${move.site.site}`;
};

/** A promotion that was cut off leaves a server that replicates from nobody; a new failover completes it. */
const targetNotPromotable: Guard = (move, request) => {
  const target = survey(move, move.to);
  return target.answers && target.promotingEpoch === move.epoch ? undefined : targetNoReplica(move, request);
};

const targetBehind: Guard = (move) => {
  const target = survey(move, move.to);
  if (!target.answers) return undefined;
  const limitSeconds = move.site.policy.maxReplicaLagMs / 1000;
  if (target.replicating !== true)
    return `${move.to} does not replicate from ${move.from} right now; repair replication first.`;
  if (target.lagSeconds === null || target.lagSeconds === undefined) {
    return `The replication lag of ${move.to} behind ${move.from} is unknown; a planned transfer needs it below policy.maxReplicaLag.`;
  }
  return target.lagSeconds > limitSeconds
    ? `${move.to} is ${String(target.lagSeconds)} s behind ${move.from}; policy.maxReplicaLag is ${String(limitSeconds)} s.`
    : undefined;
};

/** The monitor or a person believes the primary lost; a primary that answers and serves says otherwise. */
const contradicted: Guard = (move) => {
  const source = survey(move, move.from);
  const shop = move.survey.shops[move.from];
  return source.answers && !source.readOnly && shop?.healthy === true
    ? `${move.from} answers, accepts writes and its shop is healthy, so it is not lost. To move it without loss: npx handover transfer ${move.site.site} --kind switchover`
    : undefined;
};

/** What the vantages saw fail may be well again by now, or fail for them alone; a person may move a shop that is well. */
const servesAfterAll: Guard = ({ survey: { shops }, from }, { decidedAt }) =>
  decidedAt > 0 && shops[from]?.healthy === true
    ? `The shop of ${from} answers the runbook (${shops[from].because}), so the monitor does not move it.`
    : undefined;

const peerUnknown: Guard = (move, { peerIsOff }) => {
  const peer = survey(move, move.to);
  const restore = `npx handover restore ${move.site.site}`;
  if (!peer.answers && peerIsOff) return undefined;
  if (!peer.answers)
    return `${move.to}'s database does not answer, so it may have been promoted; ${move.from} stays read-only. If you know that ${move.to} is off and was not promoted: ${restore} --peer-is-off`;
  if (peerIsOff) return `${move.to}'s database answers, so it is not off. Type: ${restore}`;
  return peer.readOnly ? undefined : `${move.to} accepts writes, so ${move.from} must stay read-only.`;
};

const alreadyWritable: Guard = (move) => {
  const source = survey(move, move.from);
  return source.answers && !source.readOnly
    ? `${move.from} already accepts writes; there is nothing to restore.`
    : undefined;
};

const notStray: Guard = (move) =>
  strayWriters(move.survey).includes(move.from)
    ? undefined
    : `${move.from} is not writable beside the primary; there is nothing to fence.`;

/** A switch that can't leave one vendor region is refused before any request is sent. */
const trafficStuck: Guard = ({ site: { traffic } }) =>
  traffic && crossRegionFlaw(findKind('traffic', trafficSwitches, traffic), traffic);

/** Resolvers cache the record for its TTL, so a planned move needs to know it; a failover does not wait for it. */
const recordsUnread: Guard = ({ site, survey: { dns } }) => {
  const unread = movingRecords(site.dns.records).find((record) => dns[setName(record)] === undefined);
  return unread === undefined
    ? undefined
    : `The record ${unread.name} (${unread.type}) could not be read, so its TTL is unknown; find the cause with: npx handover drill ${site.site} --kind checks`;
};

/** An outage is no time to insist on a tidy switch; a planned move would fail after the point of no return. */
const trafficElsewhere: Guard = ({ site, survey: { traffic }, from, to }) => {
  if (site.traffic === undefined) return undefined;
  if (traffic?.answers !== true)
    return `The traffic switch could not be read (${traffic?.because ?? 'it was not queried'}), so a move might fail after the point of no return.`;
  const { leadsTo, because } = traffic;
  return leadsTo === from || leadsTo === to
    ? undefined
    : `The traffic switch points neither to ${from} nor to ${to}: ${because}`;
};

/** Also what is unknown: a planned move can wait until it is read. */
const ordersAtRisk: Guard = ({ survey: { orderRisks } }) =>
  [...(orderRisks?.wrong ?? []), ...(orderRisks?.unknown ?? [])][0];

const planned: Guard[] = [
  unknownRegion,
  onlyFenceTakesRegion,
  alreadyThere,
  trafficStuck,
  servesAfterAll,
  sourceSilent,
  sourceReadOnly,
  strayWriter,
  targetSilent,
  targetNoReplica,
  targetBehind,
  targetIll,
  recordsUnread,
  trafficElsewhere,
  ordersAtRisk,
];

const guards: Record<TransferRequest['kind'], readonly Guard[]> = {
  switchover: planned,
  failback: planned,
  failover: [
    unknownRegion,
    onlyFenceTakesRegion,
    alreadyThere,
    trafficStuck,
    contradicted,
    targetSilent,
    targetNotPromotable,
  ],
  pointer: [pointerless, unknownRegion, onlyFenceTakesRegion, pointerUnmoved],
  restore: [onlyFenceTakesRegion, sourceSilent, alreadyWritable, peerUnknown],
  fence: [unknownRegion, fenceTakesRegion, notStray],
};
