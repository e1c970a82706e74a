/** Workflow ids and task queues. An id is the lock: Temporal runs at most one workflow of it at a time. */

export const runbookQueue = 'handover';
/** Alerts have a queue of their own, so that a channel that hangs takes no slot of a transfer. */
export const alertsQueue = 'handover-alerts';
/** The sampler reads without a pause, and may never take a slot of a decision or a transfer. */
export const sampleQueue = 'handover-sample';
/** Copies of uploads and comparisons last minutes to hours for each site, and may never take a slot of a decision or a transfer. */
export const mirrorQueue = 'handover-mirror';
export const labQueue = 'lab';
export const probeQueue = (vantage: string): string => `probe/${vantage}`;

/** The name of the failure with which a drill ends that missed its aim. */
export const missedAim = 'AimMissed';

export const monitorId = (site: string): string => `monitor/${site}`;
export const transferId = (site: string): string => `transfer/${site}`;
export const rejoinId = (site: string): string => `rejoin/${site}`;
export const drillId = (site: string): string => `drill/${site}`;
export const alertsId = (site: string): string => `alerts/${site}`;
export const salvageId = (site: string): string => `salvage/${site}`;
