import { PortError } from '../../ports/errors';
import { done, no } from '../step/finding';
import { keptRole } from '../step/session-role';
import { defineStep } from '../step/step';

type Fence = {
  region: string;
  peer: string;
  sourceHost: string;
  /** What to do when the store does not answer: go on and say so, or fail. */
  silent: 'proceed' | 'refuse';
};

/**
 * The session store of a region that is no primary any more takes no writes: it becomes a replica. What it took since the other one was promoted
 * is lost with that. A rejoin comes back to one that does not answer, and its `follow-sessions` proves the role.
 */
export const fenceSessions = defineStep({
  name: 'fence-sessions',
  title: (p: Fence) => `Fence the session store of ${p.region}: make it a replica of ${p.peer}'s`,
  patience: { attemptMs: 10_000, attempts: 3, everyMs: 1_000 },
  async check({ region, sourceHost, silent }, ports, ctx) {
    try {
      const state = await ports.sessions(region).state();
      if (state.role === 'primary') return no(`The session store of ${region} still takes writes.`);
      if (state.sourceHost !== sourceHost)
        return no(`The session store of ${region} is a replica of ${state.sourceHost ?? 'no server'}.`);
    } catch (error) {
      if (silent === 'refuse' || !(error instanceof PortError) || error.kind !== 'unavailable') throw error;
      const because = `The session store of ${region} was not fenced: ${error.message} What it takes until the rejoin is lost: npx handover rejoin ${ctx.site}`;
      return done(because, { fenced: false });
    }
    const writes = await ports.sessions(region).writes();
    const isFenced = writes.taken === 'no';
    if (!isFenced && silent === 'refuse') return no(writes.because);
    const { because, facts } = await keptRole(region, ports);
    const said = isFenced
      ? `The session store of ${region} is a replica of ${sourceHost} and takes no writes.`
      : `The session store of ${region} follows ${sourceHost}, but was not fenced: ${writes.because} What it takes is lost.`;
    return done(`${said}${because}`, { fenced: isFenced, ...facts });
  },
  async act({ region, peer, sourceHost }, ports) {
    const { role } = await ports.sessions(peer).state();
    // Two stores that follow each other would both be lost.
    if (role !== 'primary')
      throw new PortError(
        'refused',
        `The session store of ${peer} is itself a replica, so that of ${region} is left as it is.`,
      );
    await ports.sessions(region).follow(sourceHost);
  },
});
