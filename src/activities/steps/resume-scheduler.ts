import { done, no } from '../step/finding';
import { defineStep } from '../step/step';

/** Takes the pause away; whether the scheduler then runs is a matter of the region's settings, role and epoch. */
export const resumeScheduler = defineStep({
  name: 'resume-scheduler',
  title: (p: { region: string }) => `Resume ${p.region}'s scheduler`,
  patience: { attemptMs: 10_000, attempts: 4, everyMs: 1_000 },
  async check({ region }, ports) {
    const paused = await ports.settings(region).schedulerPaused();
    return paused ? no(`${region}'s scheduler is paused.`) : done(`${region}'s scheduler is not paused.`);
  },
  act: ({ region }, ports) => ports.settings(region).resumeScheduler(),
});
