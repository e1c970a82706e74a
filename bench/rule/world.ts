/**
 * A noisy world for the rules of detection: real outages of region A, and everything that only looks like one. The seed makes each run
 * repeatable.
 */

export const second = 1_000;
export const minute = 60 * second;

export type Random = () => number;

/** Mulberry32. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A share of all probes of A fails; `on` are the vantages that see it. A refusal is an answer, silence is a timeout. */
interface Failing {
  kind: 'outage' | 'path' | 'burst' | 'brown-out' | 'restart';
  on: boolean[];
  share: number;
  how: 'silent' | 'refusing';
  table: boolean;
  /** The shop's answer is a page of its own that it is ill; its database goes on. */
  shopOnly?: true;
}

export type Trouble = { from: number; to: number } & (
  | Failing
  /** The vantage reaches nobody; its process stands still; its worker is away and forgets. */
  | { kind: 'own' | 'pause' | 'away'; on: boolean[] }
  /** No runbook worker lives. */
  | { kind: 'workers' }
  /** The primary's database is dead; its shop answers that it is ill. */
  | { kind: 'database' }
  /** The regions cannot reach each other. */
  | { kind: 'link' }
);

export interface Episode {
  troubles: Trouble[];
  from: number;
  to: number;
}

export const vantages = ['north', 'east', 'west'];
export const everybody = vantages.map(() => true);
/** Independent loss of single probes. */
const lossShare = 0.01;

const holds = ({ from, to }: Trouble, at: number) => at >= from && at < to;

/** `ill`: the shop says itself that its database is dead. */
type Met = 'ok' | 'silent' | 'refusing' | 'ill' | 'own';

/** What a vantage's probe of region A meets at `at`. */
export function meet({ troubles }: Episode, vantage: number, signal: 'app' | 'table', at: number, random: Random): Met {
  let met: Exclude<Met, 'own'> = random() < lossShare ? 'silent' : 'ok';
  for (const trouble of troubles) {
    if (!holds(trouble, at)) continue;
    switch (trouble.kind) {
      case 'link':
      case 'workers':
      case 'pause':
      case 'away':
        break;
      case 'database':
        if (signal === 'app' && met === 'ok') met = 'ill';
        break;
      case 'own':
        if (trouble.on[vantage]) return 'own';
        break;
      case 'outage':
      case 'path':
      case 'burst':
      case 'brown-out':
      case 'restart':
        if (!trouble.on[vantage] || (signal === 'table' && !trouble.table)) break;
        if (random() < trouble.share) met = trouble.how;
    }
  }
  return met;
}

/** The trouble of this kind that holds a vantage at `at`. */
export function held({ troubles }: Episode, kind: 'own' | 'pause' | 'away', vantage: number, at: number) {
  return troubles.find((trouble) => trouble.kind === kind && trouble.on[vantage] === true && holds(trouble, at));
}

/** When runbook workers live again, if none does at `at`. */
export function workersBackAt({ troubles }: Episode, at: number): number {
  return troubles.reduce((back, trouble) => {
    return trouble.kind === 'workers' && holds(trouble, back) ? trouble.to : back;
  }, at);
}

/** Vantages that neither stand still nor are cut off at `at`. */
export function seeing(episode: Episode, at: number): number {
  return vantages.filter((_, index) => !held(episode, 'own', index, at) && !held(episode, 'pause', index, at)).length;
}

/** A server that lost the power or its line is missed only after `slave_net_timeout`, at its default. */
const netTimeoutMs = 60 * second;

/** What the standby's replica knows of A at `at`. */
export interface ReplicaView {
  io: 'yes' | 'connecting';
  heartbeatAgeMs: number;
}

/** Heartbeats share the fate of the region: they stop with it, and what fails for everybody loses each second's one as often as a probe. */
export function replicaAt({ troubles }: Episode, at: number): ReplicaView {
  const gone = troubles.find(
    (trouble) =>
      holds(trouble, at) &&
      (trouble.kind === 'database' ||
        trouble.kind === 'link' ||
        ((trouble.kind === 'outage' || trouble.kind === 'restart') && !trouble.shopOnly)),
  );
  if (gone) {
    const heartbeatAgeMs = at - gone.from + 500;
    const told =
      gone.kind === 'database' || ((gone.kind === 'outage' || gone.kind === 'restart') && gone.how === 'refusing');
    return { io: told || heartbeatAgeMs >= netTimeoutMs ? 'connecting' : 'yes', heartbeatAgeMs };
  }
  const ill = troubles.filter(hitsAll).find((trouble) => holds(trouble, at));
  return { io: 'yes', heartbeatAgeMs: 500 + (ill ? lostBefore(at, ill) : 0) };
}

const hitsAll = (trouble: Trouble): trouble is Trouble & Failing =>
  (trouble.kind === 'burst' || trouble.kind === 'brown-out') && !trouble.shopOnly && trouble.on.every(Boolean);

/** How long no heartbeat came through, of one a second. */
function lostBefore(at: number, { from, share }: Trouble & Failing): number {
  let lost = 0;
  for (let tick = Math.floor(at / second); tick * second > from && hash(tick) < share; tick -= 1) lost += second;
  return lost;
}

/** A number from 0 to 1 that only depends on `tick`. */
function hash(tick: number): number {
  const mixed = Math.imul(tick ^ (tick >>> 16), 0x45d9f3b);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296;
}

/** What the runbook itself sees of A, from a place of its own. */
export function runbookSees(episode: Episode, at: number, random: Random): { shop: boolean; database: boolean } {
  const seen = { shop: random() >= lossShare, database: true };
  for (const trouble of episode.troubles) {
    if (!holds(trouble, at)) continue;
    if (trouble.kind === 'database') seen.shop = seen.database = false;
    if (!('share' in trouble) || trouble.kind === 'path' || !trouble.on.every(Boolean)) continue;
    if (random() < trouble.share) seen.shop = false;
    if (!trouble.shopOnly && random() < trouble.share) seen.database = false;
  }
  return seen;
}
