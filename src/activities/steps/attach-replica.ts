import { PortError } from '../../ports/errors';
import type { DatabaseState, Ports } from '../../ports/ports';
import { checkReplica, type ReplicaOf } from '../step/replica-check';
import { earlierFact, isPrimary, standing } from '../step/finding';
import { defineStep, type StepContext } from '../step/step';

/** The fenced old primary of a planned transfer becomes a replica of the new one. An unplanned one is the business of a rejoin. */
export const attachReplica = defineStep({
  name: 'attach-replica',
  title: (p: ReplicaOf) => `Make ${p.region} a replica of ${p.source}`,
  patience: { attemptMs: 60_000, attempts: 4, everyMs: 2_000, heartbeatMs: 10_000 },
  async check(p, ports, ctx) {
    const primary = await ports.database(p.source).state();
    requirePrimary(p.source, primary, ctx);
    return checkReplica(p, primary, ports);
  },
  async act(p, ports, ctx) {
    const state = await ports.database(p.region).state();
    if (state.replica?.sourceHost === p.sourceHost) return ports.database(p.region).startReplication();
    requireUntouched(p, state, ports, ctx);
    await attach(p, ports);
  },
});

const attach = ({ region, sourceHost }: ReplicaOf, ports: Ports) =>
  ports.database(region).attach({ sourceHost, how: { kind: 'demote' } });

function requirePrimary(source: string, state: DatabaseState, ctx: StepContext): void {
  if (isPrimary(state, source, ctx.epoch)) return;
  throw new PortError('refused', `${standing(source, state)}, so no replica is attached to it in epoch ${ctx.epoch}.`);
}

/** Even a refused attach rewrites the replica's position, so whether it would fit is asked before, never tried out. */
function requireUntouched({ region, source }: ReplicaOf, state: DatabaseState, ports: Ports, ctx: StepContext): void {
  if (!state.readOnly)
    throw new PortError('refused', `${standing(region, state)}; fence it before attaching it to ${source}.`);
  const fencedAt = earlierFact(ctx, 'fencedPosition');
  if (fencedAt === undefined) {
    throw new PortError(
      'refused',
      `The position at which ${region} was fenced is unknown; rejoin it instead: npx handover rejoin ${ctx.site} --region ${region}`,
    );
  }
  if (ports.positions.equal(state.position, fencedAt)) return;
  throw new PortError(
    'refused',
    `${region} was fenced at ${fencedAt} and is now at ${state.position}: it was written to after the fence. Recover that with: npx handover rejoin ${ctx.site} --region ${region}`,
  );
}
