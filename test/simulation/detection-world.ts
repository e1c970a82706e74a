/**
 * A noisy world for the rule of detection: real outages of region A, and everything that only looks like one. Rates are assumptions of a
 * moderately bad year, the same for every rule that is compared; the seed makes each run repeatable.
 */

export const second = 1_000;
export const minute = 60 * second;
const year = 365 * 24 * 60 * minute;

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

type Trouble = { from: number; to: number } &
  /** A share of all probes of A fails; `on` are the vantages that see it. A refusal is an answer, silence is a timeout. */
  (
    | {
        kind: 'outage' | 'path' | 'burst' | 'brown-out' | 'restart';
        on: boolean[];
        share: number;
        how: 'silent' | 'refusing';
        table: boolean;
      }
    /** The vantage reaches nobody. */
    | { kind: 'own'; on: boolean[] }
    /** The vantage's process stands still. */
    | { kind: 'pause'; on: boolean[] }
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
const everybody = vantages.map(() => true);
/** Independent loss of single probes. */
const lossShare = 0.01;

const logUniform = (random: Random, least: number, most: number) => least * (most / least) ** random();
const normal = (random: Random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const logNormal = (random: Random, median: number, sigma: number) => median * Math.exp(sigma * normal(random));
const one = (random: Random) => {
  const chosen = Math.floor(random() * vantages.length);
  return vantages.map((_, index) => index === chosen);
};
const each = (random: Random, share: number) => vantages.map(() => random() < share);

type Draw = (random: Random, from: number) => Trouble;
const lasting = (from: number, ms: number) => ({ from, to: from + Math.min(ms, 40 * minute) });

/** Events a year and what each is. Bursts are only those long enough to matter: 14 % of all. */
const yearly: [number, Draw][] = [
  [36, (r, from) => ({ kind: 'own', on: one(r), ...lasting(from, logNormal(r, 4 * minute, 1.4)) })],
  [2, (r, from) => ({ kind: 'own', on: each(r, 0.6), ...lasting(from, logNormal(r, 10 * minute, 1)) })],
  [
    24,
    (r, from) => ({
      kind: 'pause',
      on: r() < 0.3 ? everybody : one(r),
      ...lasting(from, logUniform(r, 20, 900) * second),
    }),
  ],
  [
    12,
    (r, from) => ({
      kind: 'path',
      on: each(r, 0.05 + 0.45 * r()),
      share: 1,
      how: 'silent',
      table: true,
      ...lasting(from, logNormal(r, 3 * minute, 1)),
    }),
  ],
  [
    52,
    (r, from) => ({
      kind: 'restart',
      on: everybody,
      share: 1,
      how: r() < 0.4 ? 'refusing' : 'silent',
      table: r() < 0.5,
      ...lasting(from, logUniform(r, 2, 60) * second),
    }),
  ],
  [
    12,
    (r, from) => ({
      kind: 'brown-out',
      on: everybody,
      share: 0.1 + 0.5 * r(),
      how: 'silent',
      table: r() < 0.5,
      ...lasting(from, logUniform(r, 1, 20) * minute),
    }),
  ],
  [
    95,
    (r, from) => ({
      kind: 'burst',
      on: r() < 0.5 ? everybody : one(r),
      share: 0.6,
      how: 'silent',
      table: true,
      ...lasting(from, 90 * second - 45 * second * Math.log(1 - r())),
    }),
  ],
];

/** All noise of `years`, cut into episodes; between them nothing can happen. */
export function noise(random: Random, years: number): Episode[] {
  const troubles = yearly.flatMap(([rate, draw]) =>
    Array.from({ length: Math.round(rate * years) }, () => draw(random, random() * years * year)),
  );
  const episodes: Episode[] = [];
  for (const trouble of troubles.sort((a, b) => a.from - b.from)) {
    const last = episodes.at(-1);
    if (last && trouble.from < last.to) {
      last.troubles.push(trouble);
      last.to = Math.max(last.to, trouble.to + 2 * minute);
    } else episodes.push({ troubles: [trouble], from: trouble.from - 90 * second, to: trouble.to + 2 * minute });
  }
  return episodes;
}

/** A real, full outage of at least five minutes; one in five is grey, and some take a vantage with them. */
export function outage(random: Random): Episode {
  const from = 2 * minute + random() * 10 * second;
  const to = from + logUniform(random, 5, 60) * minute;
  const grey = random() < 0.2;
  const how = random() < 0.4 && !grey ? 'refusing' : 'silent';
  const real: Trouble = { kind: 'outage', from, to, on: everybody, share: grey ? 0.9 : 1, how, table: true };
  const taken: Trouble[] = random() < 0.15 ? [{ kind: 'own', from, to, on: one(random) }] : [];
  return { troubles: [real, ...taken], from: 0, to };
}

/** `ill`: the shop says itself that its database is dead. */
type Met = 'ok' | 'silent' | 'refusing' | 'ill' | 'own';

/** What a vantage's probe of region A meets at `at`. */
export function meet({ troubles }: Episode, vantage: number, signal: 'app' | 'table', at: number, random: Random): Met {
  let met: Exclude<Met, 'own'> = random() < lossShare ? 'silent' : 'ok';
  for (const trouble of troubles) {
    if (at < trouble.from || at >= trouble.to || trouble.kind === 'link') continue;
    if (trouble.kind === 'database') {
      if (signal === 'app' && met === 'ok') met = 'ill';
      continue;
    }
    if (!trouble.on[vantage] || trouble.kind === 'pause') continue;
    if (trouble.kind === 'own') return 'own';
    if (signal === 'table' && !trouble.table) continue;
    if (random() < trouble.share) met = trouble.how;
  }
  return met;
}

/** Vantages that neither stand still nor are cut off at `at`. */
export function seeing({ troubles }: Episode, at: number): number {
  return vantages.filter(
    (_, index) =>
      !troubles.some((t) => (t.kind === 'own' || t.kind === 'pause') && t.on[index] && at >= t.from && at < t.to),
  ).length;
}
