import { PortError } from '../../ports/errors';
import type { Ports } from '../../ports/ports';
import { done, no } from '../step/finding';
import { keptRole } from '../step/session-role';
import { defineStep, type StepContext } from '../step/step';

/** Longer than all attempts of the steps before `follow-sessions`, which ends the hold: what the old side took in between would be lost. */
const pauseMs = 120_000;
const catchUpMs = 2_000;
const pollEveryMs = 20;

/**
 * Planned: the old side holds its writes, the new one catches up and takes over; the hold ends by itself or with `follow-sessions`.
 * A hand-over that can't be clean is still made, because after the point of no return a shop without carts serves nobody.
 */
export const promoteSessions = defineStep({
  name: 'promote-sessions',
  title: (p: { from: string; to: string; planned: boolean }) => `Promote the session store of ${p.to}`,
  patience: { attemptMs: 10_000, attempts: 5, everyMs: 1_000 },
  async check({ to }, ports, ctx) {
    // Side by side, since orders wait meanwhile.
    const asking = () => Promise.all([keptRole(to, ports), ports.sessions(to).writes()]);
    const asked = ctx.actedAt === undefined ? undefined : asking();
    const [{ role }] = await Promise.all([ports.sessions(to).state(), asked]);
    if (role === 'replica') return no(`The session store of ${to} is a replica.`);
    const [{ because, facts }, writes] = await (asked ?? asking());
    if (writes.taken === 'no') return no(writes.because);
    const doubt = writes.taken === 'unknown' ? ` ${writes.because}` : '';
    return done(`The session store of ${to} is the primary.${doubt}${because}`, facts);
  },
  async act({ from, to, planned }, ports, ctx) {
    if (planned) await catchUp(from, to, ports, ctx);
    await ports.sessions(to).promote();
  },
});

async function catchUp(from: string, to: string, ports: Ports, ctx: StepContext): Promise<void> {
  try {
    await ports.sessions(from).pauseWrites(pauseMs);
    const deadline = ports.now() + catchUpMs;
    while (ports.now() < deadline && !ctx.signal.aborted) {
      const [source, target] = await Promise.all([ports.sessions(from).state(), ports.sessions(to).state()]);
      if (target.linkUp && target.offset >= source.offset) return;
      await ports.sleep(pollEveryMs, ctx.signal);
    }
    ctx.progress(
      `${to}'s sessions did not catch up with ${from}'s within ${catchUpMs} ms; they are promoted as they are.`,
    );
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    ctx.progress(`${from}'s sessions could not be handed over (${error.message}); ${to}'s are promoted as they are.`);
  }
}
