import type { Figure } from '../figure';
import { cutLink, disturbed, falseMoves, lateMoves, outages, rules } from '../rule/compare';

/** The first was looked at while the rule was made. The second was played after its last change; whoever changes it by what they show takes others. */
const seeds = { tuned: 20261123, fresh: 90_001 };
const [shops, disturbedShops] = [400, 60];
const amounts = { tuned: { outages: 200, years: 20 }, fresh: { outages: 1_000, years: 300 } };

const exact = (value: number) => (Number.isFinite(value) ? value.toFixed(1) : 'never');
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const rate = ({ rate: found, bound }: { rate: number; bound: number }) =>
  `${found.toFixed(2)} (<= ${bound.toFixed(2)})`;

function measured(name: string, which: keyof typeof seeds) {
  const play = rules[name];
  if (play === undefined) throw new Error(`there is no rule ${name}`);
  const [seed, amount] = [seeds[which], amounts[which]];
  const years = name === 'handover' ? amount.years : Math.min(amount.years, 20);
  const clear = outages(play, seed, amount.outages, false);
  const grey = outages(play, seed + 1, Math.round(amount.outages / 4), true);
  const [calm, flaps] = [false, true].map((each) => falseMoves(name, play, seed + 2, years, each));
  if (!calm || !flaps) throw new Error('nothing was measured');
  // One outage in five is grey.
  const asked = 0.8 * clear.asked + 0.2 * grey.asked;
  const unmoved = 0.8 * clear.unmoved + 0.2 * grey.unmoved;
  return { clear, grey, calm, flaps, asked, unmoved, years };
}

function lineOf(
  name: string,
  which: keyof typeof seeds,
  { clear, grey, calm, flaps, asked, unmoved, years }: ReturnType<typeof measured>,
) {
  const mixed = `${exact(clear.p50)} / ${exact(clear.p99)} s, grey ${exact(grey.p50)} / ${exact(grey.p99)} s`;
  const ends = `not moved ${percent(unmoved)}, of which asked only ${percent(asked)}`;
  const wrong = `false moves a year ${rate(calm)}, by flapping ${rate(flaps)}, ${years} years`;
  return `${name.padEnd(15)} ${which.padEnd(5)}: ${mixed}; ${ends}; ${wrong}`;
}

export const rule: Figure = {
  name: 'rule',
  title: 'the rule of detection against others, in the same outages and the same noise',
  goal: 'on seeds that were not tuned on: p50 <= 66 s, p99 <= 80 s, grey <= 110 s; false moves <= 0.1 a year at the 95 % bound, flapping included <= 0.2; asked only <= 0.5 %; no late moves; a cut link told within 60 s',
  how: `Production functions in virtual time: votes, their ages, verdicts, decisions, guards and the planner, with the loops of vantages, monitor and the watch of the standby. Outages last 5 to 60 minutes in the noise of a moderately bad year (rates in bench/rule/noise.ts, all of them assumptions); in grey ones nine of ten probes fail. In brackets the 95 % bound. Other rules are played for 20 years. ${shops} shops came back while no runbook worker lived.`,
  measure: () => {
    const found = Object.keys(rules).map((name) => [name, measured(name, 'fresh')] as const);
    const [, own] = found[0] ?? [];
    if (own === undefined) throw new Error('no rule was measured');
    const tuned = measured('handover', 'tuned');
    const [late, link, besides] = [
      lateMoves(seeds.fresh, shops),
      cutLink(seeds.fresh),
      disturbed(seeds.fresh, disturbedShops),
    ];
    const withFlaps = own.calm.bound + own.flaps.bound;
    const fast = own.clear.p50 <= 66 && own.clear.p99 <= 80 && own.grey.p99 <= 110;
    const right = own.calm.bound <= 0.1 && withFlaps <= 0.2 && own.asked <= 0.005;
    const reached = fast && right && late === 0 && link.pagedAfter <= 60 && !link.moved;
    return Promise.resolve({
      lines: [
        ...found.map(([name, one]) => lineOf(name, 'fresh', one)),
        lineOf('handover', 'tuned', tuned),
        `moved by late votes: ${late} of ${shops}; a cut link is told after ${link.pagedAfter.toFixed(1)} s`,
        ...Object.entries(besides).map(([name, moved]) => `outage with ${name}: ${moved} of ${disturbedShops} moved`),
      ],
      reached,
      values: {
        fresh: Object.fromEntries(found.map(([name, one]) => [name, { ...one }])),
        tuned: { ...tuned },
        late,
        link,
        disturbed: besides,
      },
    });
  },
};
