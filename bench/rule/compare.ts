/** All rules through the same outages and the same years, and what only ours is asked. */
import { percentile, upperRate } from './measure';
import { disturbances, isSeenByTwo, noise, outage } from './noise';
import { others } from './others';
import { run } from './run';
import { everybody, minute, second, seeded, type Episode, type Random, type Trouble } from './world';

/** What one rule does in one episode: when it moves the shop, and whether it only asked. */
type Play = (episode: Episode, random: Random) => { at: number; asked: boolean };

const ours: Play = (episode, random) => {
  const { startedAt, askedAt } = run(episode, random);
  return { at: startedAt ?? Infinity, asked: startedAt === undefined && askedAt !== undefined };
};

export const rules: Record<string, Play> = {
  handover: ours,
  ...Object.fromEntries(
    Object.entries(others).map(([name, rule]): [string, Play] => [
      name,
      (episode, random) => ({ at: rule(episode, random) ?? Infinity, asked: false }),
    ]),
  ),
};

/** Seconds from the onset to the move, and shares. A move before the onset is a false one and counts as none. */
export function outages(play: Play, seed: number, count: number, grey: boolean) {
  const random = seeded(seed);
  const played = Array.from({ length: count }, () => {
    const episode = outage(random, grey);
    const { at, asked } = play(episode, seeded(Math.floor(random() * 2 ** 32)));
    const seconds = (at - (episode.troubles[0]?.from ?? 0)) / second;
    return { seconds: seconds < 0 ? Infinity : seconds, asked };
  });
  const took = played.map(({ seconds }) => seconds);
  return {
    p50: percentile(took, 0.5),
    p99: percentile(took, 0.99),
    unmoved: took.filter((seconds) => seconds === Infinity).length / count,
    asked: played.filter(({ asked }) => asked).length / count,
  };
}

/** Moves in years without an outage: a year, and the most that so few do not refute. Ours is spared the episodes that it cannot see. */
export function falseMoves(name: string, play: Play, seed: number, years: number, flaps = false) {
  const random = seeded(seed);
  const episodes = noise(random, years, { flaps }).filter((episode) => name !== 'handover' || isSeenByTwo(episode));
  const moved = episodes.filter((episode) => play(episode, seeded(Math.floor(random() * 2 ** 32))).at < Infinity);
  return { rate: moved.length / years, bound: upperRate(moved.length, years) };
}

const whole = { share: 1, on: everybody } as const;

/** Shops that came back while no runbook worker lived, and were moved when one did. */
export function lateMoves(seed: number, shops: number): number {
  const random = seeded(seed);
  return Array.from({ length: shops }, () => {
    const from = 2 * minute + random() * 10 * second;
    const away = { from: from + (55 + 25 * random()) * second, to: from + 11 * minute };
    const how = random() < 0.4 ? 'refusing' : 'silent';
    const troubles: Trouble[] = [
      { kind: 'restart', ...whole, how, table: false, shopOnly: true, from, to: from + 75 * second },
      { kind: 'workers', ...away },
    ];
    const { startedAt = 0 } = run({ from: 0, to: 20 * minute, troubles }, random);
    return startedAt > away.to;
  }).filter(Boolean).length;
}

/** Outages that begin with trouble of our own: how many of them were moved. */
export function disturbed(seed: number, count: number): Record<string, number> {
  return Object.fromEntries(
    Object.entries(disturbances).map(([name, disturb]) => {
      const random = seeded(seed);
      const moved = Array.from({ length: count }, () => {
        const from = 2 * minute + random() * 10 * second;
        const how = random() < 0.4 ? 'refusing' : 'silent';
        const real: Trouble = { kind: 'outage', ...whole, how, table: true, from, to: 20 * minute };
        return run({ from: 0, to: 20 * minute, troubles: [real, disturb(from)] }, random).startedAt;
      });
      return [name, moved.filter((at) => at !== undefined).length];
    }),
  );
}

/** A link that is cut for a day: after how many seconds somebody hears of it, and whether anything was moved. */
export function cutLink(seed: number): { pagedAfter: number; moved: boolean } {
  const cut = { from: 5 * minute, to: 24 * 60 * minute };
  const { pagedAt = Infinity, declaredAt } = run(
    { from: 0, to: cut.to, troubles: [{ kind: 'link', ...cut }] },
    seeded(seed),
  );
  return { pagedAfter: (pagedAt - cut.from) / second, moved: declaredAt !== undefined };
}
