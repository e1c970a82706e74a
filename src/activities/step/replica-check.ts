/** Does a region replicate from the primary, and has it all of it? Asked after an attach, planned or by a rejoin, in the same words. */
import { PortError } from '../../ports/errors';
import type { DatabaseState, Ports } from '../../ports/ports';
import { done, no, standing, underWay } from './finding';
import type { Finding } from './step';

export type ReplicaOf = { region: string; source: string; sourceHost: string };

const waitMs = 2_000;

/** @throws PortError(refused) when replication has ended in an error, which no waiting mends. */
export async function checkReplica(
  { region, source, sourceHost }: ReplicaOf,
  primary: DatabaseState,
  ports: Ports,
): Promise<Finding> {
  const state = await ports.database(region).state();
  const { replica } = state;
  if (!replica) return no(`${standing(region, state)}.`);
  if (replica.sourceHost !== sourceHost)
    return no(`${region} is a replica of ${replica.sourceHost}, not of ${sourceHost}.`);
  if (replica.error !== undefined)
    throw new PortError('refused', `${region} cannot replicate from ${source}: ${replica.error}`);
  if (!replica.sql || replica.io === 'no')
    return no(`${region} is a replica of ${source}, but its replication is stopped.`);
  const { position } = primary;
  const applied = await ports.database(region).waitFor(position, waitMs);
  if (!applied || replica.io !== 'yes') return underWay(`${region} has not applied ${source}'s ${position} yet.`);
  return done(`${region} replicates from ${source} and has applied ${position}.`, { position });
}
