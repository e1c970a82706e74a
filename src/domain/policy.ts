/** How a site wants to be judged and moved. Durations are milliseconds; the YAML says them in words (`10s`). */
export interface Policy {
  /** Between two probes of a vantage, while all is well and while something is suspect. */
  intervalMs: number;
  suspectIntervalMs: number;
  /** Of one probe. */
  probeTimeoutMs: number;
  /** How long a target must have failed before a vantage says so. The one real knob: shorter mistakes restarts for outages. */
  windowMs: number;
  /** Share of the window that must have failed, 0 to 1. */
  downShare: number;
  /** Vantages that must have an opinion before anything is believed. */
  minEligible: number;
  /** A majority that is not everybody pages after this long, and acts only where `majorityActs`. */
  majorityAfterMs: number;
  majorityActs: boolean;
  /** After a transfer no automatic one starts for this long. */
  cooldownMs: number;
  /** Whether the runbook moves the shop by itself. Repairs within an epoch (`restore`, `fence`) are made in any case. */
  automatic: boolean;
  /** When nothing could fence the old primary: ask a person, or go on and owe a salvage. */
  unfenced: 'ask' | 'proceed';
  maxReplicaLagMs: number;
  drainTimeoutMs: number;
  checkoutGraceMs: number;
  /** How long a region's own table must have been well before the shop is pointed back at it. */
  tableBackAfterMs: number;
  /** Between two copies of new uploads to the standby: what an outage can take of them. */
  mirrorEveryMs: number;
  /** A vantage reports at least this often, and at once when its vote changes. */
  batchMs: number;
  /** An older vote counts as silent. */
  voteMaxAgeMs: number;
}
