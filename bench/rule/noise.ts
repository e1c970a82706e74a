/** What happens to a region in a moderately bad year. Rates are assumptions, the same for every rule that is compared. */
import { everybody, minute, second, vantages, type Episode, type Random, type Trouble } from './world';

const year = 365 * 24 * 60 * minute;

const logUniform = (random: Random, least: number, most: number) => least * (most / least) ** random();
const normal = (random: Random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const logNormal = (random: Random, median: number, sigma: number) => median * Math.exp(sigma * normal(random));
const one = (random: Random) => {
  const chosen = Math.floor(random() * vantages.length);
  return vantages.map((_, index) => index === chosen);
};
const each = (random: Random, share: number) => vantages.map(() => random() < share);

type Draw = (random: Random, from: number) => Trouble[];
const lasting = (from: number, ms: number) => ({ from, to: from + Math.min(ms, 40 * minute) });

/** Events a year and what each is. Bursts are only those long enough to matter: 14 % of all. */
const yearly: [number, Draw][] = [
  [36, (r, from) => [{ kind: 'own', on: one(r), ...lasting(from, logNormal(r, 4 * minute, 1.4)) }]],
  [2, (r, from) => [{ kind: 'own', on: each(r, 0.6), ...lasting(from, logNormal(r, 10 * minute, 1)) }]],
  [
    24,
    (r, from) => [
      {
        kind: 'pause',
        on: r() < 0.3 ? everybody : one(r),
        ...lasting(from, logUniform(r, 20, 900) * second),
      },
    ],
  ],
  [
    12,
    (r, from) => [
      {
        kind: 'path',
        on: each(r, 0.05 + 0.45 * r()),
        share: 1,
        how: 'silent',
        table: true,
        ...lasting(from, logNormal(r, 3 * minute, 1)),
      },
    ],
  ],
  [
    52,
    (r, from) => [
      {
        kind: 'restart',
        on: everybody,
        share: 1,
        how: r() < 0.4 ? 'refusing' : 'silent',
        table: r() < 0.5,
        ...lasting(from, logUniform(r, 2, 60) * second),
      },
    ],
  ],
  [
    12,
    (r, from) => [
      {
        kind: 'brown-out',
        on: everybody,
        share: 0.1 + 0.5 * r(),
        how: 'silent',
        table: r() < 0.5,
        ...lasting(from, logUniform(r, 1, 20) * minute),
      },
    ],
  ],
  [
    95,
    (r, from) => [
      {
        kind: 'burst',
        on: r() < 0.5 ? everybody : one(r),
        share: 0.6,
        how: 'silent',
        table: true,
        ...lasting(from, 90 * second - 45 * second * Math.log(1 - r())),
      },
    ],
  ],
];

/** Three a year: for 5 to 40 minutes the shop fails and serves by turns, failing for a third to three quarters of each turn of 20 to 90 s. */
const flapping: [number, Draw] = [
  3,
  (r, from) => {
    const turnMs = (20 + 70 * r()) * second;
    const downMs = turnMs * (1 / 3 + (5 / 12) * r());
    const [how, shopOnly, table] = [r() < 0.4 ? 'refusing' : 'silent', r() < 0.5, r() < 0.5] as const;
    const turns = Math.ceil((logUniform(r, 5, 40) * minute) / turnMs);
    return Array.from({ length: turns }, (_, turn): Trouble => ({
      kind: 'restart',
      on: everybody,
      share: 1,
      how,
      table: table && !shopOnly,
      from: from + turn * turnMs,
      to: from + turn * turnMs + downMs,
      ...(shopOnly && { shopOnly }),
    }));
  },
];

/** All noise of `years`, cut into episodes; between them nothing can happen. */
export function noise(random: Random, years: number, { flaps = false } = {}): Episode[] {
  const sources = flaps ? [flapping] : yearly;
  const events = sources.flatMap(([rate, draw]) =>
    Array.from({ length: Math.round(rate * years) }, () => draw(random, random() * years * year)),
  );
  const episodes: Episode[] = [];
  const start = (troubles: Trouble[]) => troubles[0]?.from ?? 0;
  for (const troubles of events.sort((a, b) => start(a) - start(b))) {
    const last = episodes.at(-1);
    const [from, to] = [start(troubles), Math.max(...troubles.map((trouble) => trouble.to))];
    if (last && from < last.to) {
      last.troubles.push(...troubles);
      last.to = Math.max(last.to, to + 2 * minute);
    } else episodes.push({ troubles: [...troubles], from: from - 90 * second, to: to + 2 * minute });
  }
  return episodes;
}

/** Before and during an outage the year goes on. */
const around = 10 * minute;

/**
 * A real, full outage of at least five minutes, in the noise of the year. One in five is grey: nine in ten probes fail. Some take a vantage
 * with them.
 */
export function outage(random: Random, grey = random() < 0.2): Episode {
  const from = around + random() * 10 * second;
  const to = from + logUniform(random, 5, 60) * minute;
  const how = random() < (grey ? 0.3 : 0.4) ? 'refusing' : 'silent';
  const real: Trouble = { kind: 'outage', from, to, on: everybody, share: grey ? 0.9 : 1, how, table: true };
  const taken: Trouble[] = random() < 0.15 ? [{ kind: 'own', from, to, on: one(random) }] : [];
  const besides = yearly.flatMap(([rate, draw]) =>
    random() < (rate * 2 * around) / year ? draw(random, random() * 2 * around) : [],
  );
  return { troubles: [real, ...taken, ...besides], from: 0, to };
}

/** Troubles of our own that begin with an outage. */
export const disturbances: Record<string, (at: number) => Trouble> = {
  'runbook workers away for 100 s': (at) => ({ kind: 'workers', from: at, to: at + 100 * second }),
  'vantages frozen for 40 s': (at) => ({ kind: 'pause', on: everybody, from: at, to: at + 40 * second }),
  'probe workers away for 25 s': (at) => ({ kind: 'away', on: everybody, from: at, to: at + 25 * second }),
};

/** Whether two vantages ever see A fail at once. Where they do not, no rule that needs two of them moves anything. */
export function isSeenByTwo({ troubles }: Episode): boolean {
  const failing = troubles.filter((trouble) => 'share' in trouble);
  return failing.some((trouble) => {
    const during = failing.filter(({ from, to }) => from < trouble.to && to > trouble.from);
    return vantages.filter((_, index) => during.some(({ on }) => on[index])).length >= 2;
  });
}
