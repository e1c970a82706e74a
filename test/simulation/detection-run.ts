/** Runs the production vote, verdict and decision through an episode, as vantages and monitor would, without their clocks. */
import { decide } from '../../src/domain/decision/decide';
import type { Decision, Situation } from '../../src/domain/decision/situation';
import type { TransferKind } from '../../src/domain/plan/request';
import { judge } from '../../src/domain/decision/judge';
import type { Policy } from '../../src/domain/policy';
import { doubted, failedReading, okReading, type Reading } from '../../src/domain/detection/reading';
import {
  blank,
  pauseBetween,
  remember,
  worthTelling,
  type Ballot,
  type Memory,
  type Vote,
} from '../../src/domain/detection/vote';
import { replicaWitness, type Witness } from '../../src/domain/detection/witness';
import { meet, second, seeing, vantages, type Episode, type Random } from './detection-world';

/** Who is asked beside the shop: by default the replica and the table. */
export interface Asked {
  witness?: boolean;
  table?: boolean;
}

export interface Outcome {
  /** What it would have started. */
  move?: TransferKind;
  /** When the runbook would have moved the shop; undefined when never. */
  declaredAt?: number;
  /** When it first called a person, or acted. */
  calledAt?: number;
  /** Vantages that were neither cut off nor paused when it declared. */
  seeingThen: number;
}

interface Vantage {
  index: number;
  nextAt: number;
  plannedAt: number;
  rememberedAt: number;
  app: Memory;
  table: Memory;
  told: { app: Vote; table: Vote; at: number };
}

/** What A's shop says of itself, but for its database. */
const primaryFacts = { role: 'primary', tableRegion: '', serving: false };

const up: Vote = { ...blank().vote, state: 'up', because: 'It answers.', heldMs: 600 * second };

export function run(episode: Episode, policy: Policy, random: Random, asked: Asked = {}): Outcome {
  const outcome: Outcome = { seeingThen: 0 };
  const all = vantages.map((_, index) => start(index, episode.from + random() * policy.intervalMs, policy));
  for (;;) {
    const vantage = all.reduce((first, other) => (other.nextAt < first.nextAt ? other : first));
    if (vantage.nextAt > episode.to) return outcome;
    const at = round(vantage, episode, policy, random, asked);
    if (at === undefined) continue;
    const { action, move } = consider(all, at, episode, policy, asked);
    if (action === 'ask' || move) outcome.calledAt ??= at;
    if (move) return { ...outcome, move, declaredAt: at, seeingThen: seeing(episode, at) };
  }
}

/** A vantage that has watched a healthy region for a while. */
function start(index: number, at: number, policy: Policy): Vantage {
  const calm = (signal: 'app' | 'table') => {
    let memory = blank();
    for (let turn = 0; turn < 9; turn += 1)
      memory = remember(
        memory,
        { elapsedMs: policy.intervalMs, lateMs: 0, reading: okReading(signal, 'It answers.') },
        policy,
      );
    return memory;
  };
  const [app, table] = [calm('app'), calm('table')];
  return {
    index,
    nextAt: at,
    plannedAt: at,
    rememberedAt: at - policy.intervalMs,
    app,
    table,
    told: { app: app.vote, table: table.vote, at },
  };
}

/** One turn of a vantage's loop. Returns when it ended if the monitor has reason to think again. */
function round(
  vantage: Vantage,
  episode: Episode,
  policy: Policy,
  random: Random,
  { table: hasTable = true }: Asked,
): number | undefined {
  const { index, nextAt, plannedAt } = vantage;
  const pause = episode.troubles.find((t) => t.kind === 'pause' && t.on[index] && nextAt >= t.from && nextAt < t.to);
  if (pause) {
    vantage.nextAt = pause.to;
    return undefined;
  }
  const app = probe(episode, index, 'app', nextAt, random, policy);
  const table = hasTable ? probe(episode, index, 'table', nextAt, random, policy) : undefined;
  const tookMs = Math.max(app.ageMs, table?.ageMs ?? 0);
  const now = nextAt + tookMs;
  const turn = { elapsedMs: now - vantage.rememberedAt, lateMs: nextAt - plannedAt };
  vantage.app = remember(vantage.app, { ...turn, reading: { ...app, ageMs: tookMs } }, policy);
  if (table) vantage.table = remember(vantage.table, { ...turn, reading: { ...table, ageMs: tookMs } }, policy);
  vantage.rememberedAt = now;
  vantage.nextAt = Math.max(now, nextAt + pauseBetween([vantage.app.vote, vantage.table.vote], policy));
  vantage.plannedAt = vantage.nextAt;
  const { told } = vantage;
  const news =
    worthTelling(told.app, vantage.app.vote) ||
    worthTelling(told.table, vantage.table.vote) ||
    now - told.at > policy.batchMs;
  if (news) vantage.told = { app: vantage.app.vote, table: vantage.table.vote, at: now };
  return news || vantage.app.vote.state === 'down' ? now : undefined;
}

function probe(
  episode: Episode,
  vantage: number,
  signal: 'app' | 'table',
  at: number,
  random: Random,
  policy: Policy,
): Reading {
  const met = meet(episode, vantage, signal, at, random);
  if (met === 'ok') return { ...okReading(signal, 'It answers.'), ageMs: 50 };
  const answered = met === 'refusing' || met === 'ill';
  const because = answered ? 'It refuses the connection.' : 'It did not answer in time.';
  const facts = met === 'ill' && { facts: { ...primaryFacts, database: { reachable: false } as const } };
  const reading = failedReading(signal, { kind: 'unavailable', because, answered, ...facts });
  return { ...doubted(reading, met !== 'own'), ageMs: answered ? 50 : policy.probeTimeoutMs };
}

/** A server that lost the power or its line is missed only after `slave_net_timeout`, at its default. */
const netTimeoutMs = 60 * second;

/** What the standby's replica knows of A at `at`. */
function replicaAt({ troubles }: Episode, at: number): { witness: Witness; heartbeatAgeMs: number; gone: boolean } {
  const gone = troubles.find(
    ({ kind, from, to }) => (kind === 'outage' || kind === 'database' || kind === 'link') && at >= from && at < to,
  );
  if (!gone) return { witness: replicaWitness({ io: 'yes', heartbeatAgeMs: 500 }), heartbeatAgeMs: 500, gone: false };
  const heartbeatAgeMs = at - gone.from;
  const says = gone.kind === 'database' || (gone.kind === 'outage' && gone.how === 'refusing');
  const io = says || heartbeatAgeMs >= netTimeoutMs ? 'connecting' : 'yes';
  return { witness: replicaWitness({ io, heartbeatAgeMs }), heartbeatAgeMs, gone: gone.kind !== 'link' };
}

function consider(
  all: Vantage[],
  at: number,
  episode: Episode,
  policy: Policy,
  { witness = true, table: hasTable = true }: Asked,
): { action: Decision['action']; move?: TransferKind } {
  const replica = replicaAt(episode, at);
  const ballots = all.flatMap(({ index, told }): Ballot[] => {
    const vantage = vantages[index] ?? '';
    const ballot = (signal: 'app' | 'table', region: string, vote: Vote): Ballot => ({
      vantage,
      target: { signal, region },
      vote,
      ageMs: at - told.at,
    });
    const tables = hasTable ? [ballot('table', 'A', told.table), ballot('table', 'B', up)] : [];
    return [ballot('app', 'A', told.app), ballot('app', 'B', up), ...tables];
  });
  const witnesses = witness ? [replica.witness] : [];
  const opinion = judge({ primary: 'A', standby: 'B', epoch: 1, vantages, hasTable, ballots, witnesses }, policy);
  const situation: Situation = {
    site: 'shop',
    home: 'A',
    primary: 'A',
    standby: 'B',
    epoch: 1,
    tableOf: 'A',
    opinion,
    opinionAgeMs: 0,
    policy,
    replica: {
      configured: true,
      usesGtid: true,
      applying: true,
      receiving: replica.witness.says === 'sees',
      heartbeatAgeMs: replica.heartbeatAgeMs,
      epoch: 1,
    },
  };
  const decision = decide(situation);
  const move = decision.action === 'act' ? decision.proposed.kind : 'pointer';
  // The planner asks the database itself, and refuses a planned move of one that is silent.
  const refused = move === 'pointer' || (move === 'switchover' && replica.gone);
  return { action: decision.action, ...(!refused && { move }) };
}
