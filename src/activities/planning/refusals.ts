/** Every reason not to run a plan, cheapest and most certain first; the first that speaks, decides. */
import type { TransferRequest } from '../../domain/plan/request';
import { movingRecords } from '../../config';
import { setName, strayWriters, type RegionSurvey } from '../../domain/plan/survey';
import { kindOf } from '../../providers/kit/kind';
import { trafficSwitches } from '../../providers/traffic';
import { whyNotAcross } from '../../providers/traffic/switch';
import type { Move } from './move';

type Guard = (move: Move, request: TransferRequest) => string | undefined;

export function refusalOf(move: Move, request: TransferRequest): string | undefined {
  for (const guard of guards[request.kind]) {
    const because = guard(move, request);
    if (because !== undefined) return because;
  }
  return undefined;
}

const survey = (move: Move, region: string): RegionSurvey =>
  move.survey.regions[region] ?? { region, answers: false, because: `${region} was not asked.` };

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
  from === to ? `${to} is the primary already, since epoch ${String(epoch - 1)}; there is nothing to move.` : undefined;

const sourceSilent: Guard = (move) => {
  const source = survey(move, move.from);
  return source.answers
    ? undefined
    : `${move.from}’s database does not answer (${source.because}), and a planned transfer must drain it; if ${move.from} is lost, use kind failover.`;
};

const sourceReadOnly: Guard = (move) => {
  const source = survey(move, move.from);
  return source.answers && source.readOnly
    ? `${move.from} is the primary but its database is read-only; make it writable first (kind restore), or use kind failover.`
    : undefined;
};

const strayWriter: Guard = (move) => {
  const stray = strayWriters(move.survey);
  return stray.length === 0
    ? undefined
    : `${stray.join(' and ')} takes writes although ${move.from} is the primary: fence it (kind fence) and rejoin it first.`;
};

const targetSilent: Guard = (move) => {
  const target = survey(move, move.to);
  return target.answers
    ? undefined
    : `The standby ${move.to} cannot take over: its database does not answer (${target.because}).`;
};

const targetIll: Guard = ({ survey: { shops }, to }) => {
  const shop = shops[to];
  return shop === undefined || shop.healthy ? undefined : `The standby ${to} is ill: ${shop.because}`;
};

const targetNoReplica: Guard = (move) => {
  const target = survey(move, move.to);
  if (!target.answers || target.replicaOf !== undefined) return undefined;
  return `${move.to} is not a replica of ${move.from}; promoting it would lose orders. Rejoin it first: handover rejoin ${move.site.site}.`;
};

const targetBehind: Guard = (move) => {
  const target = survey(move, move.to);
  if (!target.answers) return undefined;
  const limitSeconds = move.site.policy.maxReplicaLagMs / 1000;
  if (target.replicating !== true)
    return `${move.to} does not replicate from ${move.from} at the moment; repair that first.`;
  if (target.lagSeconds === null || target.lagSeconds === undefined) {
    return `How far ${move.to} is behind ${move.from} is not known, and unknown is not zero.`;
  }
  return target.lagSeconds > limitSeconds
    ? `${move.to} is ${String(target.lagSeconds)} s behind ${move.from}; the site allows ${String(limitSeconds)} s.`
    : undefined;
};

/** The monitor or a person believes the primary lost; a primary that answers and serves says otherwise. */
const contradicted: Guard = (move) => {
  const source = survey(move, move.from);
  const shop = move.survey.shops[move.from];
  return source.answers && !source.readOnly && shop?.healthy === true
    ? `${move.from} answers, takes writes and its shop is healthy, so it is not lost; use kind switchover to move it without loss.`
    : undefined;
};

const pointsThere: Guard = ({ survey: { settings }, site, from, to }) =>
  settings[from]?.tableRegion === site.regions[to]?.tableRegion
    ? `${from} uses the table of ${to} already; there is nothing to move.`
    : undefined;

const settingsUnknown: Guard = ({ survey: { settings }, from }) =>
  settings[from] === undefined
    ? `The settings of ${from} could not be read, so its pointer must not be changed.`
    : undefined;

const peerUnknown: Guard = (move) => {
  const peer = survey(move, move.to);
  if (!peer.answers)
    return `Whether ${move.to} was promoted meanwhile is not known, since its database does not answer.`;
  return peer.readOnly ? undefined : `${move.to} takes writes, so ${move.from} must stay read-only.`;
};

const alreadyWritable: Guard = (move) => {
  const source = survey(move, move.from);
  return source.answers && !source.readOnly
    ? `${move.from} takes writes already; there is nothing to restore.`
    : undefined;
};

const notStray: Guard = (move) =>
  strayWriters(move.survey).includes(move.from)
    ? undefined
    : `${move.from} is not writable beside the primary; there is nothing to fence.`;

/** What its kind can't do is known before anybody is asked. */
const trafficStuck: Guard = ({ site: { traffic } }) =>
  traffic && whyNotAcross(kindOf('traffic', trafficSwitches, traffic), traffic);

/** Customers remember an answer for as long as it said, and unknown is not short. An outage does not wait for that, a planned move does. */
const recordsUnread: Guard = ({ site, survey: { dns } }) => {
  const unread = movingRecords(site.dns.records).find((record) => dns[setName(record)] === undefined);
  return unread === undefined
    ? undefined
    : `The record ${unread.name} (${unread.type}) could not be read, so how long customers remember it is not known; see what drill --kind checks says of it.`;
};

/** An outage is no time to insist on a tidy switch; a planned move would only end behind the point of no return. */
const trafficElsewhere: Guard = ({ site, survey: { traffic }, from, to }) => {
  if (site.traffic === undefined) return undefined;
  if (traffic?.answers !== true)
    return `Where the traffic switch sends customers could not be read (${traffic?.because ?? 'it was not asked'}), so nobody knows whether it could be moved.`;
  const { leadsTo, because } = traffic;
  return leadsTo === from || leadsTo === to
    ? undefined
    : `The traffic switch leads neither to ${from} nor to ${to}: ${because}`;
};

const planned: Guard[] = [
  unknownRegion,
  onlyFenceTakesRegion,
  alreadyThere,
  trafficStuck,
  sourceSilent,
  sourceReadOnly,
  strayWriter,
  targetSilent,
  targetNoReplica,
  targetBehind,
  targetIll,
  recordsUnread,
  trafficElsewhere,
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
    targetNoReplica,
  ],
  pointer: [unknownRegion, onlyFenceTakesRegion, settingsUnknown, pointsThere],
  restore: [onlyFenceTakesRegion, sourceSilent, alreadyWritable, peerUnknown],
  fence: [unknownRegion, fenceTakesRegion, notStray],
};
