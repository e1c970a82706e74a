import type { Policy } from '../../src/domain/policy';

/** The policy that production starts from. */
export const policy: Policy = {
  intervalMs: 5_000,
  suspectIntervalMs: 2_000,
  probeTimeoutMs: 3_000,
  windowMs: 60_000,
  downShare: 0.8,
  minEligible: 2,
  majorityAfterMs: 300_000,
  majorityActs: false,
  cooldownMs: 3_600_000,
  automatic: true,
  unfenced: 'proceed',
  maxReplicaLagMs: 30_000,
  drainTimeoutMs: 30_000,
  checkoutGraceMs: 2_000,
  tableBackAfterMs: 300_000,
  mirrorEveryMs: 15_000,
  batchMs: 120_000,
  voteMaxAgeMs: 180_000,
};
