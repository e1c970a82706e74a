/** One shop through one episode: three vantages, the monitor, and what it starts. */
import { nameOf, okReading } from '../../src/domain/detection/reading';
import { blank, remember, type Memory } from '../../src/domain/detection/vote';
import type { Policy } from '../../src/domain/policy';
import { datedReport } from '../../src/domain/detection/ballots';
import { factsAt, sites } from './facts';
import { heardAt, hopMs, Monitor, type Outcome } from './monitor';
import { Timeline } from './timeline';
import { targetsOf, Vantage, type Report, type World } from './vantage';
import { held, minute, second, vantages, type Episode, type Random } from './world';

export type { Outcome } from './monitor';

export interface Setting {
  /** What differs from the default policy. */
  policy?: Partial<Policy>;
  /** The shop has no table. */
  plain?: boolean;
}

/** The outcome when the first transfer has started, else at the end of the episode. */
export function run(episode: Episode, random: Random, { policy = {}, plain = false }: Setting = {}): Outcome {
  const site = plain ? sites.plain : sites.full;
  const ours = { ...site, policy: { ...site.policy, ...policy } };
  const time = new Timeline(episode.from);
  const world: World = { episode, policy: ours.policy, random, hasTable: !plain, tableOf: () => monitor.tableOf };
  const monitor = new Monitor(ours, world, time);
  vantages.forEach((_, index) => {
    const vantage = new Vantage(index, world);
    const { intervalMs } = ours.policy;
    const at = episode.from + random() * intervalMs;
    monitor.heard[vantage.name] = { memories: calm(world), at: at - intervalMs, dated: true };
    new Loop(vantage, monitor, world, time).begin(at, intervalMs);
  });
  time.at(episode.from + random() * 15 * second, () => monitor.watchStandby());
  time.run(episode.to, () => monitor.outcome.startedAt !== undefined);
  return monitor.outcome;
}

/** The memory of a vantage that has watched a healthy region for a while. */
function calm({ policy, hasTable }: World): Record<string, Memory> {
  return Object.fromEntries(
    targetsOf(hasTable).map(({ target }) => {
      let memory = blank();
      const facts = target.signal === 'app' ? factsAt(target.region, false, 'A') : undefined;
      const turn = { elapsedMs: policy.intervalMs, lateMs: 0, reading: okReading(target.signal, 'It answers.', facts) };
      for (let turns = 0; turns * policy.intervalMs <= 2 * policy.windowMs; turns += 1)
        memory = remember(memory, turn, policy);
      return [nameOf(target), { ...memory, vote: { ...memory.vote, heldMs: 60 * minute } }];
    }),
  );
}

/** The monitor's side of one vantage: it starts a batch, hears its report, and asks again where a worker is lost. */
class Loop {
  private readonly vantage: Vantage;
  private readonly monitor: Monitor;
  private readonly world: World;
  private readonly time: Timeline;
  private askedAt = 0;

  constructor(vantage: Vantage, monitor: Monitor, world: World, time: Timeline) {
    [this.vantage, this.monitor, this.world, this.time] = [vantage, monitor, world, time];
  }

  begin(at: number, sinceMs: number): void {
    this.askedAt = this.time.now;
    this.time.at(at, () => {
      this.vantage.start(at, this.monitor.heard[this.vantage.name]?.memories ?? {}, sinceMs);
      this.turn();
    });
  }

  private turn(): void {
    const away = held(this.world.episode, 'away', this.vantage.index, this.vantage.roundAt);
    if (away) {
      this.lose(away.to);
      return;
    }
    const turned = this.vantage.turn();
    if ('nextAt' in turned) this.time.at(turned.nextAt, () => this.turn());
    else this.time.at(heardAt(this.world, turned.endsAt), () => this.hear(turned));
  }

  private hear({ memories, changed, ranMs }: Report): void {
    const now = this.time.now;
    const report = datedReport({ memories, ranMs }, this.askedAt, now);
    this.monitor.heard[this.vantage.name] = report;
    if (changed) this.monitor.wake();
    this.begin(now + hopMs, now - report.at);
  }

  /** The server misses heartbeats for 20 s; then the vantage is asked again, and a worker that is back takes the task at once. */
  private lose(backAt: number): void {
    const missedAt = heardAt(this.world, this.time.now + 20 * second);
    this.time.at(missedAt, () => {
      this.monitor.heard[this.vantage.name] = { memories: {}, at: this.time.now };
      this.monitor.wake();
      this.begin(Math.max(backAt, missedAt + 5 * second) + hopMs, 0);
    });
  }
}
