/** When the threads of a replica may be started or stopped, as the state of its server says. */
import { PortError } from '../../../ports/errors';
import type { DatabaseState, ReplicaState } from '../../../ports/ports';

const isReplicating = ({ sql, io }: ReplicaState): boolean => sql && io !== 'no';

/** Whether `server` fetches now. With both threads stopped, what was fetched and not applied may be thrown away; hence the refusal. */
export function canStopFetching(server: string, replica: ReplicaState | undefined): boolean {
  if (replica === undefined) throw new PortError('conflict', `${server} is not a replica, so it fetches nothing.`);
  if (!replica.sql) {
    throw new PortError(
      'conflict',
      `${server} does not apply what it fetched${replica.error === undefined ? '' : ` (${replica.error})`}; stopping its IO thread too would lose that.`,
    );
  }
  return replica.io !== 'no';
}

/** Whether replication has to be started. */
export function mustStart(server: string, { readOnly, replica }: DatabaseState): boolean {
  if (replica === undefined)
    throw new PortError('conflict', `${server} is not a replica, so there is no replication to start.`);
  if (!readOnly) throw new PortError('conflict', `${server} is writable; fence it before it replicates.`);
  return !isReplicating(replica);
}
