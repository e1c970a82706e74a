import type { Json } from '../../domain/plan/plan';
import { PortError } from '../../ports/errors';
import type { Ports, Traffic, TrafficReading } from '../../ports/ports';
import { costOf, done, no, underWay } from '../step/finding';
import { defineStep } from '../step/step';

type Move = {
  kind: string;
  from: string;
  to: string;
  /** What a move back has to bring about again; null when it could not be read as the plan was made, or led to neither region. */
  expected: Json;
};

/** Compare and set, as `switch-dns`. That customers really arrive is proved by the step after it, through the shop's public name. */
export const switchTraffic = defineStep({
  name: 'switch-traffic',
  title: (p: Move) => `Switch traffic to ${p.to} (${p.kind})`,
  // A vendor's monitor may need minutes to see that the new region serves.
  patience: { attemptMs: 60_000, attempts: 6, everyMs: 2_000 },
  async check(p, ports, ctx) {
    const { kind } = switchOf(ports);
    const { leadsTo, because, pending } = await readSwitch(p, ports);
    if (leadsTo !== p.to) return no(because);
    if (pending !== undefined) return underWay(pending);
    return done(`${because.replace(/\.$/, '')}${costOf(kind, ctx)}.`, {
      previousState: p.expected,
      provider: kind,
      ...(ctx.calls && { calls: ctx.calls.map((call) => ({ ...call })) }),
    });
  },
  async act(p, ports) {
    const { state } = await readSwitch(p, ports);
    await switchOf(ports).point(p.to, p.expected ?? state);
  },
});

function switchOf({ traffic }: Ports): Traffic {
  if (traffic !== undefined) return traffic;
  throw new PortError(
    'refused',
    'The site file no longer has the block traffic; restore it and retry, or skip the step.',
  );
}

async function readSwitch({ from, to }: Move, ports: Ports): Promise<TrafficReading> {
  const reading = await switchOf(ports).read();
  if (reading.vacant === true || reading.leadsTo === from || reading.leadsTo === to) return reading;
  const because = `The traffic switch points neither to ${from} nor to ${to}: ${reading.because} Somebody else changed it; point it to one of the two, then retry.`;
  throw new PortError('conflict', because);
}
