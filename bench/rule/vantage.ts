/** A vantage's loop in virtual time: the production memory and votes, fed by the noisy world. */
import type { Policy } from '../../src/domain/policy';
import { doubted, failedReading, okReading, type Reading, type Target } from '../../src/domain/detection/reading';
import {
  blank,
  pauseBetween,
  remember,
  reportWithinMs,
  worthTelling,
  type Memory,
  type Vote,
} from '../../src/domain/detection/vote';
import { factsAt } from './facts';
import { held, meet, vantages, type Episode, type Random } from './world';

/** What one batch of rounds hands to the monitor. */
export interface Report {
  memories: Record<string, Memory>;
  changed: boolean;
  endsAt: number;
  ranMs: number;
}

export interface World {
  episode: Episode;
  policy: Policy;
  random: Random;
  hasTable: boolean;
  /** The region whose table the shop uses now. */
  tableOf: () => string;
}

/** What is asked, A's shop and table first. */
export const targetsOf = (hasTable: boolean): { target: Target }[] => [
  { target: { signal: 'app', region: 'A' } },
  ...(hasTable ? [{ target: { signal: 'table', region: 'A' } as const }] : []),
  { target: { signal: 'app', region: 'B' } },
  ...(hasTable ? [{ target: { signal: 'table', region: 'B' } as const }] : []),
];

const quickMs = 50;

export class Vantage {
  readonly index: number;
  readonly name: string;
  private readonly world: World;
  private memories: Record<string, Memory> = {};
  private before: Record<string, Memory> = {};
  private startedAt = 0;
  private rememberedAt = 0;
  private plannedAt = 0;
  /** When the next turn begins. */
  roundAt = 0;

  constructor(index: number, world: World) {
    this.index = index;
    this.world = world;
    this.name = vantages[index] ?? '';
  }

  /** The activity starts with the memory that was handed back `sinceMs` ago. Returns when it has something to do. */
  start(at: number, memories: Record<string, Memory>, sinceMs: number): number {
    this.memories = this.before = memories;
    this.startedAt = this.plannedAt = this.roundAt = at;
    this.rememberedAt = at - sinceMs;
    return at;
  }

  /** One turn of the loop: a report, or when the next turn begins. */
  turn(): Report | { nextAt: number } {
    const { episode, policy } = this.world;
    const pause = held(episode, 'pause', this.index, this.roundAt);
    if (pause) {
      this.roundAt = pause.to;
      return { nextAt: this.roundAt };
    }
    const own = held(episode, 'own', this.index, this.roundAt) !== undefined;
    const { readings, tookMs } = this.askAll(own);
    const now = this.roundAt + tookMs;
    const turn = { elapsedMs: now - this.rememberedAt, lateMs: this.roundAt - this.plannedAt };
    const memories: Record<string, Memory> = own ? { ...cutOff } : { ...well };
    for (const [name, reading] of readings)
      memories[name] = remember(this.memories[name] ?? blank(), { ...turn, reading }, policy);
    this.memories = memories;
    this.rememberedAt = now;
    const changed = Object.entries(memories).some(([name, { vote }]) =>
      worthTelling((this.before[name] ?? blank()).vote, vote, policy),
    );
    const votes = Object.values(memories).map(({ vote }) => vote);
    const nextAt = Math.max(now, this.roundAt + pauseBetween(votes, policy));
    if (changed || nextAt - this.startedAt > reportWithinMs(votes, policy))
      return { memories, changed, endsAt: now, ranMs: now - this.startedAt };
    this.roundAt = this.plannedAt = nextAt;
    return { nextAt: this.roundAt };
  }

  /** A's shop and table at once, and the control targets when something failed. */
  private askAll(own: boolean): { readings: [string, Reading][]; tookMs: number } {
    const { episode, policy, random, hasTable } = this.world;
    const readings = signals(hasTable).map((signal): [string, Reading] => {
      const met = own ? 'own' : meet(episode, this.index, signal, this.roundAt, random);
      const facts = signal === 'app' ? factsAt('A', met === 'ill', this.world.tableOf()) : undefined;
      const name = `${signal} of A`;
      if (met === 'ok') return [name, { ...okReading(signal, 'It answers.', facts), ageMs: quickMs }];
      const answered = met === 'refusing' || met === 'ill';
      const because = answered ? 'It refuses the connection.' : 'It did not answer in time.';
      const failure = { kind: 'unavailable' as const, because, answered, ...(met === 'ill' && facts && { facts }) };
      const reading = doubted(failedReading(signal, failure), !own);
      return [name, { ...reading, ageMs: answered ? quickMs : policy.probeTimeoutMs }];
    });
    const failed = readings.some(([, { outcome }]) => outcome === 'failed');
    const controlsMs = own ? policy.probeTimeoutMs : failed ? quickMs : 0;
    const tookMs = Math.max(...readings.map(([, { ageMs }]) => ageMs)) + controlsMs;
    return { readings: readings.map(([name, reading]) => [name, { ...reading, ageMs: tookMs }]), tookMs };
  }
}

const signals = (hasTable: boolean) => (hasTable ? (['app', 'table'] as const) : (['app'] as const));

/** B is well all the time: only a vantage that reaches nobody says nothing of it. */
const long: Vote = { ...blank().vote, state: 'up', because: 'It answers.', heldMs: 3_600_000 };
const ofB = (app: Memory, table: Memory): Record<string, Memory> => ({ 'app of B': app, 'table of B': table });
const well = ofB(
  { readings: [], vote: { ...long, facts: factsAt('B', false, 'B'), factsAgeMs: 0 } },
  { readings: [], vote: long },
);
const cutOff = ofB(blank('It reaches nobody.'), blank('It reaches nobody.'));
