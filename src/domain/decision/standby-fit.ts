/** Reasons not to move to the standby as it is now, each a sentence or undefined. */
import { span } from './wording';
import type { Situation } from './situation';
import { lagAtOnsetMs } from './lag';

export function standbyIll({ standby = '', opinion }: Situation): string | undefined {
  if (opinion.standby.state === 'up') return undefined;
  return `The standby ${standby} is unhealthy: ${opinion.standby.because}`;
}

export function replicaUnfit({ standby = '', replica, epoch }: Situation): string | undefined {
  const database = `The database of ${standby}`;
  if (!replica) return `${database} did not answer.`;
  if (!replica.configured) return `${database} is not a replica.`;
  if (!replica.usesGtid) return `${database} does not replicate by GTID.`;
  if (!replica.applying)
    return `${database} has stopped applying${replica.error === undefined ? '' : `: ${replica.error}`}.`;
  if (replica.epoch !== epoch) return `${database} holds the shop of epoch ${replica.epoch}, not of ${epoch}.`;
  return undefined;
}

export function lagUnknown({ standby = '', replica }: Situation): string | undefined {
  if (!replica || replica.heartbeatAgeMs !== null) return undefined;
  return `The replication lag of ${standby} is unknown: it never applied a heartbeat of the primary.`;
}

export function lagTooLong(situation: Situation): string | undefined {
  const { standby = '', policy } = situation;
  const lagMs = lagAtOnsetMs(situation);
  if (lagMs === undefined || lagMs <= policy.maxReplicaLagMs) return undefined;
  return `${standby} was ${span(lagMs)} behind when the outage began; policy.maxReplicaLag is ${span(policy.maxReplicaLagMs)}.`;
}

export function notReceiving({ standby = '', replica }: Situation): string | undefined {
  if (!replica || replica.receiving) return undefined;
  return `${standby} fetches nothing from the primary, so a planned transfer is not possible.`;
}
