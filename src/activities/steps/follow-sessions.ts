import { done, no, underWay } from '../step/finding';
import { keptRole } from '../step/session-role';
import { defineStep } from '../step/step';

export const followSessions = defineStep({
  name: 'follow-sessions',
  title: (p: { region: string; sourceHost: string }) =>
    `Make the session store of ${p.region} a replica of ${p.sourceHost}`,
  patience: { attemptMs: 60_000, attempts: 4, everyMs: 1_000, heartbeatMs: 10_000 },
  async check({ region, sourceHost }, ports) {
    const state = await ports.sessions(region).state();
    if (state.role === 'primary') return no(`The session store of ${region} is still a primary.`);
    if (state.sourceHost !== sourceHost)
      return no(`${region}'s sessions are a replica of ${state.sourceHost ?? 'no server'}.`);
    if (!state.linkUp) {
      const hint = state.linkBecause === undefined ? '' : ` ${state.linkBecause}`;
      return underWay(`The session store of ${region} is a replica of ${sourceHost}, but is not connected yet.${hint}`);
    }
    const { because, facts } = await keptRole(region, ports);
    return done(`${region}'s sessions are a replica of ${sourceHost}.${because}`, facts);
  },
  async act({ region, sourceHost }, ports) {
    await ports.sessions(region).follow(sourceHost);
    await ports.sessions(region).resumeWrites();
  },
});
