import { done, underWay } from '../step/finding';
import { defineStep } from '../step/step';

/** The primary's scheduler writes a heartbeat each second; a shorter wait may see none. */
const watchMs = 1_500;

/** Running threads and a lag of zero prove nothing; a transaction that is written now and applied there does. */
export const proveReplication = defineStep({
  name: 'prove-replication',
  title: (p: { from: string; to: string; timeoutMs: number }) =>
    `Prove that ${p.to} replicates what ${p.from} writes now`,
  patience: { attemptMs: 90_000, attempts: 3, everyMs: 1_000, heartbeatMs: 10_000 },
  async check({ from, to, timeoutMs }, ports, ctx) {
    const { replica } = await ports.database(to).state();
    if (!replica) return underWay(`${to} is not a replica.`);
    const before = await ports.database(from).state();
    await ports.sleep(watchMs, ctx.signal);
    const { position } = await ports.database(from).state();
    if (ports.positions.equal(position, before.position))
      return underWay(`${from} wrote nothing for ${watchMs} ms, so replication is not proved.`);
    if (!(await ports.database(to).waitFor(position, timeoutMs))) {
      return underWay(`${to} did not apply ${from}'s ${position} within ${timeoutMs} ms.`);
    }
    return done(`${from} wrote ${position} during the check, and ${to} applied it.`, { position });
  },
  act: () => Promise.resolve(),
});
